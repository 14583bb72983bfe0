/**
 * @file A slow second implementation of the searches for the tests, written from transformers' description with whole
 * tables and no caches: the batch runs to its common end, candidates are sorted in full, and nothing is shared with the
 * implementation under test.
 */
import type { GenerationSettings } from '../../../native-models/generation/generationSettings.ts';
import { present } from '../../support/present.ts';
import { type FakeModel, fakeLogits } from './fakeDecoder.ts';

export interface NaiveResult {
  readonly sequences: readonly { readonly ids: readonly number[]; readonly score: number }[];
  /** How often the model ran. */
  readonly runs: number;
}

/** Whether the new ids end a sequence although no end token does. */
export type StopRule = (newIds: readonly number[]) => boolean;

const never: StopRule = () => false;

const f = Math.fround;

function logSoftmax(logits: readonly number[]): number[] {
  const max = Math.max(...logits);
  const logSum = f(Math.log(logits.reduce((sum, x) => sum + Math.exp(x - max), 0)));
  return logits.map((x) => f(f(x - max) - logSum));
}

/** Repetition penalty, banned n-grams, forbidden end: rewritten over sets of strings. */
export function naiveProcess(
  scores: number[],
  ids: readonly number[],
  newTokens: number,
  settings: GenerationSettings,
  eosTokenIds: readonly number[],
): number[] {
  const penalty = f(settings.repetitionPenalty);
  const n = settings.noRepeatNgramSize;
  const seen = new Set<string>();
  if (n > 0) for (let i = 0; i + n <= ids.length; i += 1) seen.add(ids.slice(i, i + n).join());
  return scores.map((score, token) => {
    let result = score;
    if (ids.includes(token)) result = f(score < 0 ? score * penalty : score / penalty);
    if (n > 0 && seen.has([...(n > 1 ? ids.slice(1 - n) : []), token].join())) result = Number.NEGATIVE_INFINITY;
    if (newTokens < settings.minNewTokens && eosTokenIds.includes(token)) result = Number.NEGATIVE_INFINITY;
    return result;
  });
}

export function naiveGreedy(
  model: FakeModel,
  prompts: readonly (readonly number[])[],
  settings: GenerationSettings,
  stops: StopRule = never,
): number[][] {
  return prompts.map((prompt, sequence) => {
    const ids = [...prompt];
    for (let step = 0; step < settings.maxNewTokens; step += 1) {
      const scores = naiveProcess([...fakeLogits(model, sequence, ids)], ids, step, settings, model.eosTokenIds);
      const token = scores.indexOf(Math.max(...scores));
      ids.push(token);
      if (model.eosTokenIds.includes(token) || stops(ids.slice(prompt.length))) break;
    }
    return ids;
  });
}

interface Hypothesis {
  ids: number[];
  score: number;
  done: boolean;
}

interface Item {
  sequence: number;
  promptLength: number;
  running: Hypothesis[];
  finished: Hypothesis[];
  hopeful: boolean;
}

/** The k highest, ties in the order given. */
function best<T extends { score: number }>(list: readonly T[], k: number): T[] {
  return list
    .map((value, position) => ({ value, position }))
    .sort((a, b) =>
      a.value.score === b.value.score ? a.position - b.position : a.value.score > b.value.score ? -1 : 1,
    )
    .slice(0, k)
    .map(({ value }) => value);
}

export function naiveBeamSearch(
  model: FakeModel,
  prompts: readonly (readonly number[])[],
  settings: GenerationSettings,
  stops: StopRule = never,
): NaiveResult {
  const { numBeams, maxNewTokens, lengthPenalty, earlyStopping } = settings;
  const keep = Math.max(2, 1 + model.eosTokenIds.length) * numBeams;
  const items = prompts.map<Item>((prompt, sequence) => ({
    sequence,
    promptLength: prompt.length,
    running: Array.from({ length: numBeams }, (_, b) => ({ ids: [...prompt], score: b === 0 ? 0 : -1e9, done: false })),
    finished: Array.from({ length: numBeams }, () => ({ ids: [...prompt], score: -1e9, done: false })),
    hopeful: true,
  }));
  let made = 0;
  for (; ; made += 1) {
    let everyCandidateEnds = true;
    for (const item of items) {
      const all = item.running.flatMap(({ ids, score }) => {
        const logits = [...fakeLogits(model, item.sequence, ids)];
        return naiveProcess(logSoftmax(logits), ids, made, settings, model.eosTokenIds).map((x, token) => ({
          ids: [...ids, token],
          score: f(x + score),
          done:
            model.eosTokenIds.includes(token) ||
            made + 1 >= maxNewTokens ||
            stops([...ids, token].slice(item.promptLength)),
        }));
      });
      const candidates = best(all, keep);
      everyCandidateEnds &&= candidates.every(({ done }) => done);
      item.running = best(
        candidates.map((c) => ({ ...c, score: f(c.score + (c.done ? -1e9 : 0)) })),
        numBeams,
      );
      const full = item.finished.every(({ done }) => done);
      const entrants = candidates.map((c, position) => {
        const finishes = c.done && position < numBeams;
        let score = f(c.score / f((made + 1) ** lengthPenalty));
        if (full && earlyStopping === true) score = f(score - 1e9);
        if (!item.hopeful) score = f(score - 1e9);
        if (!finishes) score = f(score - 1e9);
        return { ids: c.ids, score, done: finishes };
      });
      item.finished = best([...item.finished, ...entrants], numBeams);
      const length = earlyStopping === 'never' && lengthPenalty > 0 ? maxNewTokens : made + 1;
      const possible = f(present(item.running[0]?.score) / f(length ** lengthPenalty));
      const worst = Math.min(...item.finished.map(({ score }) => score));
      item.hopeful &&= item.finished.some(({ done }) => possible > (done ? worst : -1e9));
    }
    const allDone = earlyStopping === true && items.every((item) => item.finished.every(({ done }) => done));
    if (!items.some(({ hopeful }) => hopeful) || allDone || everyCandidateEnds) break;
  }
  const sequences = items.map(({ finished }) => ({ ids: finished[0]?.ids ?? [], score: finished[0]?.score ?? 0 }));
  return { sequences, runs: made + 1 };
}
