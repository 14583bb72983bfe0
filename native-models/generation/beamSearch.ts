/** @file Beam search over a batch: every sequence has its own group of beams, and leaves the batch when it is final. Model host. */
import { logSoftmaxInPlace } from './logitsProcessors.ts';
import { type Random, sequenceRandom } from './random.ts';
import type { SearchTask } from './searchTask.ts';
import type { GeneratedSequence } from './stoppingCriteria.ts';

/**
 * The reference keeps a finished sequence's beams running until the whole batch is done, but can no longer change its
 * result (`_update_finished_beams` rules out every later candidate), so dropping it gives the same ids and saves the work.
 */
export async function beamSearch(task: SearchTask): Promise<GeneratedSequence[]> {
  const { source } = task;
  const results: GeneratedSequence[] = [];
  let groups = task.promptIds.map((promptIds, index) => new BeamGroup(index, promptIds, task));
  let rows = groups.length > 0 ? await source.prefill() : [];
  while (groups.length > 0) {
    for (const group of groups) group.advance(rows);
    for (const group of groups.filter(({ isFinal }) => isFinal)) {
      const sequence = group.result();
      results[group.index] = sequence;
      for (const token of sequence.ids.slice(group.promptLength)) task.onToken?.(group.index, token);
    }
    groups = groups.filter(({ isFinal }) => !isFinal);
    if (groups.length === 0) break;
    const beams = groups.flatMap((group) => group.beams);
    rows = await source.step(
      beams.map(({ ids }) => ids.at(-1) ?? 0),
      beams.map(({ row }) => row),
    );
    for (const [row, beam] of beams.entries()) beam.row = row;
  }
  return results;
}

interface Beam {
  readonly ids: readonly number[];
  /** Sum of the (processed) log-probabilities, float32. */
  readonly score: number;
  /** Row of the last step's logits that continues this beam. */
  row: number;
}

/** A beam extended by a token. */
interface Candidate {
  readonly ids: readonly number[];
  readonly score: number;
  /** Row of the last step's logits that its beam came from. */
  readonly row: number;
  readonly ends: boolean;
}

interface Finished {
  readonly ids: readonly number[];
  readonly score: number;
}

/** The reference's "as good as impossible": the score of an empty place, and what is added to rule a candidate out. */
const NEG_INF = -1e9;

/**
 * The state that `_beam_search` of transformers (5.x) holds for one sequence of the batch; the order of operations and
 * their float32 roundings are its own. An empty place among the finished counts as a hypothesis of score −1e9.
 */
class BeamGroup {
  readonly index: number;
  readonly promptLength: number;
  readonly #task: SearchTask;
  readonly #numBeams: number;
  readonly #random: Random | undefined;
  readonly #selection: TopSelection;
  /** Best first. */
  #beams: readonly Beam[];
  /** Best first, at most `numBeams`. */
  #finished: readonly Finished[] = [];
  #newTokens = 0;
  #isFinal = false;

  constructor(index: number, promptIds: readonly number[], task: SearchTask) {
    const { numBeams, sample, seed } = task.settings;
    this.index = index;
    this.promptLength = promptIds.length;
    this.#task = task;
    this.#numBeams = numBeams;
    this.#random = sample ? sequenceRandom(seed, index) : undefined;
    // Enough that `numBeams` of them go on even if every beam's best continuations are end tokens.
    this.#selection = new TopSelection(Math.max(2, 1 + task.eosTokenIds.size) * numBeams);
    // All beams start equal: only the first may be continued, or each would find the same tokens.
    this.#beams = Array.from({ length: numBeams }, (_, beam) => ({
      ids: promptIds,
      score: beam === 0 ? 0 : NEG_INF,
      row: index,
    }));
  }

  get beams(): readonly Beam[] {
    return this.#beams;
  }

  /** Whether further steps cannot change the result. */
  get isFinal(): boolean {
    return this.#isFinal;
  }

  /** Takes one step's logits, all rows of the batch. */
  advance(rows: readonly Float32Array[]): void {
    this.#scoreRows(rows);
    const candidates = this.#bestCandidates(rows);
    this.#newTokens += 1;
    this.#beams = this.#nextBeams(candidates);
    this.#finished = this.#nextFinished(candidates);
    const isFull = this.#finished.length >= this.#numBeams;
    this.#isFinal =
      !this.#canImprove(isFull) ||
      (isFull && this.#task.settings.earlyStopping === true) ||
      candidates.every(({ ends }) => ends);
  }

  result(): GeneratedSequence {
    // No place taken is possible only where a length penalty drives every score below −1e9.
    const best = this.#finished[0] ?? this.#beams[0] ?? { ids: [], score: NEG_INF };
    const finish = this.#task.finishReasonOf({ ids: best.ids, promptLength: this.promptLength }) ?? 'length';
    return { ids: best.ids, finish, score: best.score };
  }

  /** Logits to processed log-probabilities, in place; at first all beams share one row. */
  #scoreRows(rows: readonly Float32Array[]): void {
    const seen = new Set<number>();
    for (const { ids, row } of this.#beams) {
      const scores = rows[row];
      if (scores === undefined || seen.has(row)) continue;
      seen.add(row);
      logSoftmaxInPlace(scores);
      for (const process of this.#task.processors) process(scores, { ids, promptLength: this.promptLength });
    }
  }

  /** The best continuations over all beams, best first; drawn instead (without replacement) when sampling. */
  #bestCandidates(rows: readonly Float32Array[]): readonly Candidate[] {
    const selection = this.#selection;
    const random = this.#random;
    const vocabSize = rows[0]?.length ?? 0;
    selection.clear();
    for (const [b, beam] of this.#beams.entries()) {
      const scores = rows[beam.row] ?? new Float32Array(0);
      for (let token = 0; token < scores.length; token += 1) {
        const score = Math.fround((scores[token] as number) + beam.score);
        selection.offer(random === undefined ? score : score + gumbel(random), b * vocabSize + token);
      }
    }
    return selection.indices().flatMap((index) => {
      const beam = this.#beams[Math.floor(index / vocabSize)];
      const token = index % vocabSize;
      const logProbability = beam && rows[beam.row]?.[token];
      if (beam === undefined || logProbability === undefined) return [];
      const ids = [...beam.ids, token];
      const ends = this.#task.finishReasonOf({ ids, promptLength: this.promptLength }) !== undefined;
      return [{ ids, score: Math.fround(logProbability + beam.score), row: beam.row, ends }];
    });
  }

  /** The best candidates that do not end; where those are too few, ended ones fill up, with −1e9 added. */
  #nextBeams(candidates: readonly Candidate[]): readonly Beam[] {
    return candidates
      .map(({ ids, score, row, ends }) => ({ ids, score: ends ? Math.fround(score + NEG_INF) : score, row }))
      .sort(byScore)
      .slice(0, this.#numBeams);
  }

  /** Only the first `numBeams` candidates may finish: the others are there to keep the beams going. */
  #nextFinished(candidates: readonly Candidate[]): readonly Finished[] {
    const divisor = this.#lengthPenaltyDivisor(this.#newTokens);
    const ended = candidates
      .slice(0, this.#numBeams)
      .filter(({ ends }) => ends)
      .map(({ ids, score }) => ({ ids, score: Math.fround(score / divisor) }))
      .filter(({ score }) => score > NEG_INF);
    if (ended.length === 0) return this.#finished;
    return [...this.#finished, ...ended].sort(byScore).slice(0, this.#numBeams);
  }

  /** Whether the best running beam could still beat the worst finished one (`_check_early_stop_heuristic`). */
  #canImprove(isFull: boolean): boolean {
    const { earlyStopping, lengthPenalty, maxNewTokens } = this.#task.settings;
    const length = earlyStopping === 'never' && lengthPenalty > 0 ? maxNewTokens : this.#newTokens;
    const best = Math.fround((this.#beams[0]?.score ?? NEG_INF) / this.#lengthPenaltyDivisor(length));
    return best > (isFull ? (this.#finished.at(-1)?.score ?? NEG_INF) : NEG_INF);
  }

  #lengthPenaltyDivisor(length: number): number {
    return Math.fround(length ** this.#task.settings.lengthPenalty);
  }
}

/** Highest first; the sort is stable, so equals keep their order. */
function byScore(a: { readonly score: number }, b: { readonly score: number }): number {
  // Not a difference: two scores of −∞ would give NaN.
  return a.score === b.score ? 0 : b.score > a.score ? 1 : -1;
}

/**
 * Adding such noise to log-probabilities and keeping the k largest draws k times without replacement
 * (T. Vieira, "Gumbel-max trick and weighted reservoir sampling", 2014).
 */
function gumbel(random: Random): number {
  // 0 is a possible draw, and its logarithm is not.
  return -Math.log(-Math.log(random() || Number.MIN_VALUE));
}

/** Offered numbers in ascending order of index, it keeps the largest k; among equals the lowest index comes first. */
export class TopSelection {
  readonly #keys: Float64Array;
  readonly #indices: Int32Array;
  #count = 0;

  constructor(capacity: number) {
    this.#keys = new Float64Array(capacity);
    this.#indices = new Int32Array(capacity);
  }

  clear(): void {
    this.#count = 0;
  }

  /** Once this many are kept, a key must exceed the smallest of them: NaN until then, so that any key passes. */
  get threshold(): number {
    const last = this.#keys.length - 1;
    return this.#count > last ? (this.#keys[last] ?? Number.NaN) : Number.NaN;
  }

  offer(key: number, index: number): void {
    if (key <= this.threshold) return;
    let place = Math.min(this.#count, this.#keys.length - 1);
    while (place > 0 && (this.#keys[place - 1] as number) < key) {
      this.#keys[place] = this.#keys[place - 1] as number;
      this.#indices[place] = this.#indices[place - 1] as number;
      place -= 1;
    }
    this.#keys[place] = key;
    this.#indices[place] = index;
    this.#count = Math.min(this.#count + 1, this.#keys.length);
  }

  /** The indices of the largest, largest first. */
  indices(): readonly number[] {
    return Array.from(this.#indices.subarray(0, this.#count));
  }
}
