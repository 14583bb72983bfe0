/**
 * @file Stopping criteria: what ends a sequence (an end token, a stop string, a repetition without end, the length limit), and
 * the text that is left of one that was ended so. Model host.
 */
import type { GenerationSettings } from './generationSettings.ts';
import type { History } from './logitsProcessors.ts';
import { requireTokenizer, type TokenizerAdapter } from './tokenizerAdapter.ts';

/** An end token, a stop string, a repetition without end, or the length limit. */
export type FinishReason = 'eos' | 'stop' | 'loop' | 'length';

export interface ChoiceProbability {
  readonly text: string;
  readonly probability: number;
}

export interface GeneratedSequence {
  /** The prompt's ids, then the new ones; the end token is the last of them when it was produced. No padding. */
  readonly ids: readonly number[];
  readonly finish: FinishReason;
  /** Beam search only: sum of the log-probabilities / number of new tokens ^ length penalty. */
  readonly score?: number;
  /** The answer where it is not simply what the ids decode to: cut at a stop string or a repetition, or made to fit. */
  readonly text?: string;
  /** The settings' choices with their probabilities, in their order. */
  readonly choices?: readonly ChoiceProbability[];
}

/** Why a sequence ends with its last token, or undefined where it goes on. */
export type StoppingCriterion = (history: History) => FinishReason | undefined;

/** What the model itself says comes first: an end token is the reason also where the length limit is reached with it. */
export function createStoppingCriteria(
  settings: GenerationSettings,
  eosTokenIds: ReadonlySet<number>,
  text: TokenizerAdapter | undefined,
): StoppingCriterion {
  const { stop, stopOnLoop, maxNewTokens } = settings;
  const criteria: StoppingCriterion[] = [
    ({ ids, promptLength }) => (ids.length > promptLength && eosTokenIds.has(ids.at(-1) ?? -1) ? 'eos' : undefined),
  ];
  if (stop.length > 0) criteria.push(stopStrings(stop, text));
  if (stopOnLoop) criteria.push(repetitionLoop);
  criteria.push(({ ids, promptLength }) => (ids.length - promptLength >= maxNewTokens ? 'length' : undefined));
  return (history) => {
    for (const criterion of criteria) {
      const reason = criterion(history);
      if (reason !== undefined) return reason;
    }
    return undefined;
  };
}

/** Tokens decoded beyond those that can hold the string, so that the first of them, which loses its space, is none. */
const spareTokens = 8;

/**
 * Ends a sequence as soon as its new text contains one of the strings (`StopStringCriteria` of transformers). The ids stay as
 * they were generated, the string's own tokens included, as in the reference; `cutText` cuts the text before it.
 */
function stopStrings(strings: readonly string[], adapter: TokenizerAdapter | undefined): StoppingCriterion {
  const text = requireTokenizer(adapter);
  // Every visible token holds a byte or more, and earlier text was searched with earlier tokens.
  const windowTokens = spareTokens + Math.max(...strings.map((string) => new TextEncoder().encode(string).length));
  return ({ ids, promptLength }) => {
    const tail = text.decode(ids.slice(Math.max(promptLength, ids.length - windowTokens)));
    return strings.some((string) => tail.includes(string)) ? 'stop' : undefined;
  };
}

/** Where the first of the strings begins in the text. */
function stopPlace(text: string, strings: readonly string[]): number | undefined {
  const places = strings.map((string) => text.indexOf(string)).filter((place) => place >= 0);
  return places.length === 0 ? undefined : Math.min(...places);
}

/** What of a text that still grows can be shown: all that neither is nor may become a part of a stop string. */
export function textBeforeStop(text: string, strings: readonly string[]): string {
  const place = stopPlace(text, strings);
  if (place !== undefined) return text.slice(0, place);
  const longest = Math.max(0, ...strings.map(({ length }) => length - 1));
  for (let length = Math.min(longest, text.length); length > 0; length -= 1) {
    const end = text.slice(text.length - length);
    if (strings.some((string) => string.startsWith(end))) return text.slice(0, text.length - length);
  }
  return text;
}

/** Longer repetitions than this are left to the length limit. */
const maxPeriod = 16;
/** What is said so many times in a row, and makes up so many tokens, is no emphasis and no list any more. */
const minRepeats = 4;
const minTokens = 12;

/**
 * Ends a sequence in which the model says the same thing again and again, as small ones do. The ids stay as they were
 * generated; the text keeps the first occurrence.
 */
const repetitionLoop: StoppingCriterion = (history) => (loopPeriod(history) === undefined ? undefined : 'loop');

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
function textBeforeLoop(history: History, text: TokenizerAdapter): string {
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

/**
 * The text of a sequence, cut where the answer ends; undefined where the text is all that the ids say. The given part is
 * never searched for a stop string and stays in the text.
 */
export function cutText(
  { ids, finish }: GeneratedSequence,
  promptLength: number,
  stop: readonly string[],
  text: TokenizerAdapter,
): string | undefined {
  if (finish === 'loop') return textBeforeLoop({ ids, promptLength }, text);
  if (finish !== 'stop') return undefined;
  const whole = text.decode(ids);
  const added = text.decode(ids.slice(promptLength));
  const place = stopPlace(added, stop);
  // The rest, and not the start, is taken as it is: what stands first in a text loses the space before it.
  return place === undefined ? whole : whole.slice(0, whole.length - (added.length - place));
}
