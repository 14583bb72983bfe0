/**
 * @file The photos with the best scores, exactly: the same as if every score were computed from the exact vectors.
 * Main process, CLI.
 *
 * 1. Workers give each slot a bound that its score cannot exceed (quantize.ts), from the codes.
 * 2. The scores of the slots with the largest bounds are computed.
 * 3. As long as a slot without a score has a bound that reaches the last score of the answer, it is computed too.
 *
 * This is the threshold algorithm (Fagin, Lotem and Naor, 2003) with one list.
 */
import { allDone } from './pieces.ts';
import type { ScanPool } from './scanPool.ts';
import { boundsSchema, scoresSchema } from './scanTasks.ts';
import { noPhoto, type SlotMap } from './slotMap.ts';
import type { VectorFiles } from './vectorFiles.ts';
import { blockSlots, codeLayout } from './vectorLayout.ts';

/** Where is searched. */
export interface VectorSpace {
  readonly files: VectorFiles;
  readonly slots: SlotMap;
  readonly pool: ScanPool;
  /** Told the photos whose vectors turn out not to be what the catalog says. */
  readonly onLost: (photoIds: readonly number[]) => void;
}

export interface ScoredPhoto {
  readonly photoId: number;
  /** −1 … 1 */
  readonly score: number;
}

export interface Ranking {
  /** Vectors, one after the other. */
  readonly queries: Float32Array;
  /** Whether photos are compared by the mean of their vectors. */
  readonly pooled: boolean;
  readonly limit: number;
  /** Of each slot the photo; `noPhoto` where it is not to be found. */
  readonly photos: Float64Array;
  readonly signal?: AbortSignal | undefined;
}

/** As many codes as one piece of work reads. */
const pieceBytes = 16 * 2 ** 20;
/** Slots that one piece of work scores. */
const scoredTogether = 256;
/** At the beginning, somewhat more than the answer needs: a second round costs more than a few scores. */
const firstRound = (limit: number) => Math.ceil(1.5 * limit) + 64;

/** Best first; of equal ones the smaller id first. @throws VectorError, the signal's reason */
export async function rankExactly(space: VectorSpace, ranking: Ranking): Promise<ScoredPhoto[]> {
  const bounds = await boundsOfAll(space, ranking);
  let best: ScoredPhoto[] = [];
  for (let round = firstRound(ranking.limit); ; round *= 2) {
    const cut = best.length < ranking.limit ? Number.NEGATIVE_INFINITY : (best.at(-1)?.score ?? 0);
    const candidates = topSlots(bounds, round, cut);
    if (candidates.length === 0) return best;
    const scored = await scoresOfSlots(space, ranking, candidates);
    for (const slot of candidates) bounds[slot] = Number.NEGATIVE_INFINITY;
    best = [...best, ...scored].sort(byScore).slice(0, ranking.limit);
  }
}

function byScore(a: ScoredPhoto, b: ScoredPhoto): number {
  return b.score - a.score || a.photoId - b.photoId;
}

async function boundsOfAll({ files, pool }: VectorSpace, { queries, pooled, photos, signal }: Ranking) {
  const isOneRow = pooled && files.shape.vectors > 1;
  const shape = isOneRow ? { ...files.shape, vectors: 1 } : files.shape;
  const codes = files.descriptor(isOneRow ? 'pooled' : 'scan');
  const pieceSlots = blockSlots * Math.max(1, Math.floor(pieceBytes / codeLayout(shape).blockBytes));
  const bounds = new Float32Array(photos.length).fill(Number.NEGATIVE_INFINITY);
  const pieces: Promise<void>[] = [];
  for (let from = 0; from < photos.length; from += pieceSlots) {
    const wanted = Uint8Array.from(photos.subarray(from, from + pieceSlots), (id) => (id === noPhoto ? 0 : 1));
    if (!wanted.includes(1)) continue;
    const task = { type: 'bounds', codes, shape, from, wanted, queries } as const;
    pieces.push(pool.run(task, boundsSchema, { priority: 'search', signal }).then((piece) => bounds.set(piece, from)));
  }
  await allDone(pieces);
  return bounds;
}

async function scoresOfSlots(
  { files, slots, pool, onLost }: VectorSpace,
  { queries, pooled, photos, signal }: Ranking,
  candidates: Uint32Array<ArrayBuffer>,
): Promise<ScoredPhoto[]> {
  const [exact, { shape }] = [files.descriptor('exact'), files];
  const scored: ScoredPhoto[] = [];
  const lost: number[] = [];
  const pieces: Promise<void>[] = [];
  candidates.sort(); // in the order in which they lie on the disk
  for (let start = 0; start < candidates.length; start += scoredTogether) {
    const piece = candidates.slice(start, start + scoredTogether);
    const expected = piece.map((slot) => slots.checksumAt(slot));
    const task = { type: 'scores', exact, shape, slots: piece, queries, pooled } as const;
    const done = pool.run(task, scoresSchema, { priority: 'search', signal }).then(({ scores, checksums }) => {
      for (const [i, slot] of piece.entries()) {
        const photoId = photos[slot] ?? noPhoto;
        // what was replaced or removed meanwhile is neither found nor lost
        if (slots.photoAt(slot) !== photoId || slots.checksumAt(slot) !== expected[i]) continue;
        if (checksums[i] === expected[i]) scored.push({ photoId, score: scores[i] ?? Number.NaN });
        else lost.push(photoId);
      }
    });
    pieces.push(done);
  }
  await allDone(pieces);
  if (lost.length > 0) onLost(lost);
  return scored;
}

/**
 * The slots with the largest bounds, `count` at most, of those that are at least `cut` and above −∞: in no order.
 */
function topSlots(bounds: Float32Array, count: number, cut: number): Uint32Array<ArrayBuffer> {
  // a heap whose root is the smallest of the best
  const heap = new Uint32Array(Math.min(count, bounds.length));
  const boundAt = (place: number) => bounds[heap[place] as number] as number;
  const swap = (a: number, b: number) => {
    const slot = heap[a] as number;
    heap[a] = heap[b] as number;
    heap[b] = slot;
  };
  const rise = (start: number) => {
    for (let place = start; place > 0; ) {
      const parent = (place - 1) >> 1;
      if (boundAt(parent) <= boundAt(place)) return;
      swap(place, parent);
      place = parent;
    }
  };
  const sink = () => {
    for (let place = 0; ; ) {
      let smallest = place;
      for (const child of [2 * place + 1, 2 * place + 2]) {
        if (child < heap.length && boundAt(child) < boundAt(smallest)) smallest = child;
      }
      if (smallest === place) return;
      swap(place, smallest);
      place = smallest;
    }
  };
  let filled = 0;
  for (let slot = 0; slot < bounds.length; slot++) {
    const bound = bounds[slot] as number;
    if (bound < cut || bound === Number.NEGATIVE_INFINITY) continue;
    if (filled < heap.length) {
      heap[filled] = slot;
      rise(filled);
      filled += 1;
    } else if (bound > boundAt(0)) {
      heap[0] = slot;
      sink();
    }
  }
  return heap.slice(0, filled);
}
