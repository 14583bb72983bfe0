/** @file What ends a sequence: one rule, checked after every token. */
import type { History } from '../processors/logitsProcessor.ts';

/** An end token, a stop string, a repetition without end, or the length limit. */
export type FinishReason = 'eos' | 'stop' | 'loop' | 'length';

/** Why a sequence ends with its last token, or undefined where it goes on. */
export type StoppingCriterion = (history: History) => FinishReason | undefined;
