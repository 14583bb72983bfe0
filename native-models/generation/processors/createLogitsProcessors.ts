/** @file The logits processors that a request asks for, in the reference's order. */
import type { GenerationSettings } from '../../runtime/protocol.ts';
import type { LogitsProcessor } from './logitsProcessor.ts';
import { minNewTokens } from './minNewTokens.ts';
import { noRepeatNgram } from './noRepeatNgram.ts';
import { repetitionPenalty } from './repetitionPenalty.ts';
import { temperature } from './temperature.ts';
import { topK } from './topK.ts';
import { topP } from './topP.ts';

/** The order is that of `_get_logits_processor` in transformers: penalties and bans first, then the sampling filters. */
export function createLogitsProcessors(
  settings: GenerationSettings,
  eosTokenIds: readonly number[],
  vocabSize: number,
): readonly LogitsProcessor[] {
  const processors: LogitsProcessor[] = [];
  if (settings.repetitionPenalty !== 1) processors.push(repetitionPenalty(settings.repetitionPenalty));
  if (settings.noRepeatNgramSize > 0) processors.push(noRepeatNgram(settings.noRepeatNgramSize));
  if (settings.minNewTokens > 0) processors.push(minNewTokens(settings.minNewTokens, eosTokenIds));
  if (!settings.sample) return processors;
  // Beams must keep a token that does not end them: one more than there are end tokens.
  const keepAtLeast = settings.numBeams > 1 ? eosTokenIds.length + 1 : 1;
  if (settings.temperature !== 1) processors.push(temperature(settings.temperature));
  if (settings.topK > 0) processors.push(topK(Math.max(settings.topK, keepAtLeast), vocabSize));
  if (settings.topP < 1) processors.push(topP(settings.topP, keepAtLeast, vocabSize));
  return processors;
}
