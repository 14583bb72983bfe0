/** @file The logits processors that a request asks for, in the reference's order. */
import type { GenerationSettings } from '../../runtime/protocol.ts';
import { forbiddenSequences } from './forbiddenSequences.ts';
import type { LogitsProcessor } from './logitsProcessor.ts';
import { minNewTokens } from './minNewTokens.ts';
import { noRepeatNgram } from './noRepeatNgram.ts';
import { repetitionPenalty } from './repetitionPenalty.ts';
import { temperature } from './temperature.ts';
import { topK } from './topK.ts';
import { topP } from './topP.ts';

/** Rules that depend on more than the settings. */
export interface ExtraRules {
  /** Sequences of tokens that must not occur. */
  readonly forbidden?: readonly (readonly number[])[];
  /** Leaves only what an answer of a given form may go on with. */
  readonly form?: LogitsProcessor;
}

/** The order is that of `_get_logits_processor` in transformers: penalties and bans first, then the sampling filters. */
export function createLogitsProcessors(
  settings: GenerationSettings,
  eosTokenIds: readonly number[],
  vocabSize: number,
  { forbidden = [], form }: ExtraRules = {},
): readonly LogitsProcessor[] {
  const processors: LogitsProcessor[] = [];
  if (settings.repetitionPenalty !== 1) processors.push(repetitionPenalty(settings.repetitionPenalty));
  if (settings.noRepeatNgramSize > 0) processors.push(noRepeatNgram(settings.noRepeatNgramSize));
  if (forbidden.length > 0) processors.push(forbiddenSequences(forbidden));
  if (settings.minNewTokens > 0) processors.push(minNewTokens(settings.minNewTokens, eosTokenIds));
  if (form !== undefined) processors.push(form);
  if (!settings.sample) return processors;
  // Beams must keep a token that does not end them: one more than there are end tokens.
  const keepAtLeast = settings.numBeams > 1 ? eosTokenIds.length + 1 : 1;
  if (settings.temperature !== 1) processors.push(temperature(settings.temperature));
  if (settings.topK > 0) processors.push(topK(Math.max(settings.topK, keepAtLeast), vocabSize));
  if (settings.topP < 1) processors.push(topP(settings.topP, keepAtLeast, vocabSize));
  return processors;
}
