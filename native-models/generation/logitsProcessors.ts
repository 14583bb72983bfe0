/**
 * @file Logits processors: the rules that change the scores of the next token, in the reference's order. Model host.
 * Reference: `_get_logits_processor` and logits_process.py in Hugging Face transformers.
 */
import type { GenerationSettings } from './generationSettings.ts';

/** The ids of one sequence so far; the first `promptLength` were given, the others generated. */
export interface History {
  readonly ids: readonly number[];
  readonly promptLength: number;
}

/** Changes one row of scores (logits, or log-probabilities in beam search) in place; −∞ forbids a token. */
export type LogitsProcessor = (scores: Float32Array, history: History) => void;

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

/**
 * Makes tokens that already occurred less likely (CTRL, arXiv:1909.05858): scores below zero are multiplied by the penalty, others divided by it,
 * once a token however often it occurred.
 */
export function repetitionPenalty(penalty: number): LogitsProcessor {
  const factor = Math.fround(penalty);
  return (scores, { ids }) => {
    for (const id of new Set(ids)) {
      const score = scores[id];
      // Prompts may hold ids that stand for picture positions and lie outside the vocabulary.
      if (score === undefined) continue;
      scores[id] = score < 0 ? score * factor : score / factor;
    }
  };
}

/** Forbids every token that would complete an n-gram for the second time. */
export function noRepeatNgram(size: number): LogitsProcessor {
  return (scores, { ids }) => {
    const suffixStart = ids.length + 1 - size;
    for (let start = 0; start + size <= ids.length; start += 1) {
      let equal = 0;
      while (equal < size - 1 && ids[start + equal] === ids[suffixStart + equal]) equal += 1;
      const last = ids[start + size - 1];
      if (equal === size - 1 && last !== undefined && last < scores.length) scores[last] = Number.NEGATIVE_INFINITY;
    }
  };
}

/**
 * Forbids sequences of tokens (`bad_words_ids`): the last token of each, wherever the others stand before it.
 * @param sequences none of them empty
 */
export function forbiddenSequences(sequences: readonly (readonly number[])[]): LogitsProcessor {
  const singles = sequences.filter(({ length }) => length === 1).map((sequence) => sequence[0] ?? -1);
  const longer = Map.groupBy(
    sequences.filter(({ length }) => length > 1),
    (sequence) => sequence.at(-2) ?? -1,
  );
  return (scores, { ids }) => {
    for (const token of singles) scores[token] = Number.NEGATIVE_INFINITY;
    for (const sequence of longer.get(ids.at(-1) ?? -1) ?? []) {
      const start = ids.length + 1 - sequence.length;
      const isDue = start >= 0 && sequence.slice(0, -1).every((token, i) => ids[start + i] === token);
      if (isDue) scores[sequence.at(-1) ?? -1] = Number.NEGATIVE_INFINITY;
    }
  };
}

/** Forbids the end of an answer until it has a minimum length; the prompt does not count. */
export function minNewTokens(minimum: number, eosTokenIds: readonly number[]): LogitsProcessor {
  return (scores, { ids, promptLength }) => {
    if (ids.length - promptLength >= minimum) return;
    for (const id of eosTokenIds) scores[id] = Number.NEGATIVE_INFINITY;
  };
}

/** Flattens (above 1) or sharpens (below 1) the distribution that sampling draws from. */
export function temperature(value: number): LogitsProcessor {
  const divisor = Math.fround(value);
  return (scores) => {
    for (let i = 0; i < scores.length; i += 1) scores[i] = (scores[i] as number) / divisor;
  };
}

/** Leaves only the k most likely tokens, and those that tie with the last of them. */
export function topK(k: number, vocabSize: number): LogitsProcessor {
  const sorted = new Float32Array(vocabSize);
  return (scores) => {
    sorted.set(scores);
    sorted.sort();
    const smallest = sorted[Math.max(0, sorted.length - k)] ?? Number.NEGATIVE_INFINITY;
    for (let i = 0; i < scores.length; i += 1) {
      if ((scores[i] as number) < smallest) scores[i] = Number.NEGATIVE_INFINITY;
    }
  };
}

/** Nucleus sampling: leaves the smallest set of tokens that holds probability p (arXiv:1904.09751). */
export function topP(p: number, keepAtLeast: number, vocabSize: number): LogitsProcessor {
  const sorted = new Float32Array(vocabSize);
  return (scores) => {
    sorted.set(scores);
    sorted.sort();
    const removeCount = countBelowNucleus(sorted, Math.fround(1 - p), vocabSize - keepAtLeast);
    const smallestKept = sorted[removeCount];
    if (removeCount <= 0 || smallestKept === undefined) return;
    // Of tokens that tie at the border the reference's ascending sort removes those of lowest id.
    let tiesToRemove = removeCount - sorted.indexOf(smallestKept);
    for (let i = 0; i < scores.length; i += 1) {
      const score = scores[i] as number;
      const removedTie = score === smallestKept && tiesToRemove > 0;
      if (removedTie) tiesToRemove -= 1;
      if (removedTie || score < smallestKept) scores[i] = Number.NEGATIVE_INFINITY;
    }
  };
}

/** How many of the least likely tokens have, together with those below them, at most `outside` of the probability. */
function countBelowNucleus(ascending: Float32Array, outside: number, atMost: number): number {
  const largest = ascending.at(-1) ?? 0;
  let total = 0;
  for (const score of ascending) total += Math.exp(score - largest);
  let cumulative = 0;
  let count = 0;
  for (const score of ascending) {
    cumulative += Math.fround(Math.exp(score - largest) / total);
    if (count >= atMost || Math.fround(cumulative) > outside) break;
    count += 1;
  }
  return count;
}

/**
 * Logits to log-probabilities: x − max − log Σ exp(x − max), in place. The two subtractions are rounded to float32 one after the other, as PyTorch
 * does (pytorch/pytorch#11752); the sum is exact enough in double that its own order does not show.
 */
export function logSoftmaxInPlace(row: Float32Array): void {
  let largest = Number.NEGATIVE_INFINITY;
  for (const value of row) {
    if (value > largest) largest = value;
  }
  let sum = 0;
  for (const value of row) sum += Math.exp(value - largest);
  const logSum = Math.fround(Math.log(sum));
  for (let i = 0; i < row.length; i += 1) {
    row[i] = Math.fround((row[i] ?? Number.NaN) - largest) - logSum;
  }
}
