/**
 * @file Notices a model that says the same thing again and again, as small ones do, and ends the sequence. The ids stay
 * as they were generated; the text keeps the first occurrence.
 */
import type { History } from '../processors/logitsProcessor.ts';
import type { TokenizerAdapter } from '../tokenizerAdapter.ts';
import type { StoppingCriterion } from './ending.ts';

/** Longer repetitions than this are left to the length limit. */
const maxPeriod = 16;
/** What is said so many times in a row, and makes up so many tokens, is no emphasis and no list any more. */
const minRepeats = 4;
const minTokens = 12;

export const repetitionLoop: StoppingCriterion = (history) => (loopPeriod(history) === undefined ? undefined : 'loop');

/** The period with which the sequence's end repeats itself, in tokens. */
export function loopPeriod({ ids, promptLength }: History): number | undefined {
  for (let period = 1; period <= maxPeriod; period += 1) {
    const length = period * Math.max(minRepeats, Math.ceil(minTokens / period));
    if (ids.length - promptLength < length) continue;
    if (repetitionStart(ids, period, ids.length - length) === ids.length - length) return period;
  }
  return undefined;
}

/** The text up to the end of what was said first. */
export function textBeforeLoop(history: History, text: TokenizerAdapter): string {
  const { ids, promptLength } = history;
  const period = loopPeriod(history);
  if (period === undefined) return text.decode(ids);
  const firstEnd = repetitionStart(ids, period, promptLength) + period;
  // The repetition may have begun within a word ("cats boats boats …"): the last one is kept whole.
  let end = firstEnd;
  while (end < firstEnd + period && !startsWord(ids, end, text)) end += 1;
  const kept = text.decode(ids.slice(0, end < firstEnd + period ? end : firstEnd));
  return kept.replace(/[\s,;:–—-]+$/, '');
}

/** The first place, not before `earliest`, from which on everything equals what stands a period before it. */
function repetitionStart(ids: readonly number[], period: number, earliest: number): number {
  let start = ids.length - period;
  while (start > earliest && ids[start - 1] === ids[start - 1 + period]) start -= 1;
  return start;
}

/** Whether the token at this place does not go on with the word before it. */
function startsWord(ids: readonly number[], place: number, text: TokenizerAdapter): boolean {
  const before = text.decode(ids.slice(0, place));
  const added = text.decode(ids.slice(0, place + 1)).slice(before.length);
  return !/[\p{L}\p{N}\p{M}]$/u.test(before) || /^[^\p{L}\p{N}\p{M}]/u.test(added);
}
