/**
 * @file A few photos that are as different as possible, for trying work on before it is done with all: from many folders,
 * of many dates, of different appearance where that is known. The same photos give the same sample. Pure.
 */
import type { SamplePhoto } from '../catalog/photos/samplePhotos.ts';
import { product } from '../search/vectors/pooling.ts';

/** A unit vector each, all of the same size, of the photos whose appearance is known. */
export type Appearances = ReadonlyMap<number, Float32Array>;

/** Candidates a photo of the sample: enough to choose from, few enough to read their vectors at once. */
const candidatesEach = 20;

/**
 * The photos that the sample is chosen from: of each folder in turn, the dates of the folder evenly. Photos of small
 * folders are there as well as those of large ones.
 * @returns all photos, or `candidatesEach` times `size` of them, by ascending ids
 */
export function sampleCandidates(photos: readonly SamplePhoto[], size: number): SamplePhoto[] {
  const max = size * candidatesEach;
  if (photos.length <= max) return photos.toSorted((a, b) => a.id - b.id);
  const folders = evenly(foldersOf(photos), max);
  const shares = fairShares(
    folders.map((folder) => folder.length),
    max,
  );
  return folders.flatMap((folder, index) => evenly(folder, shares[index] ?? 0)).toSorted((a, b) => a.id - b.id);
}

/**
 * Farthest point first: each further photo is the one that is most unlike all that were chosen before it. The first is
 * the one most like all others, so that the sample begins with what is common.
 * @param candidates as `sampleCandidates` gives them
 * @returns their ids, `size` of them or all there are
 */
export function spreadSample(candidates: readonly SamplePhoto[], size: number, appearances: Appearances): number[] {
  const difference = differenceOf(candidates, appearances);
  const [first] = candidates.map((_, index) => index).sort((a, b) => total(a) - total(b) || a - b);
  if (first === undefined) return [];
  const chosen: number[] = [];
  const distances = candidates.map(() => Number.POSITIVE_INFINITY);
  for (let next = first; chosen.length < Math.min(size, candidates.length); next = farthest()) {
    chosen.push(next);
    for (const index of distances.keys()) {
      distances[index] = index === next ? -1 : Math.min(distances[index] ?? -1, difference(index, next));
    }
  }
  return chosen.map((index) => candidates[index]?.id ?? 0);

  function total(index: number): number {
    return candidates.reduce((sum, _, other) => sum + difference(index, other), 0);
  }

  function farthest(): number {
    let best = 0;
    for (const [index, distance] of distances.entries()) if (distance > (distances[best] ?? -1)) best = index;
    return best;
  }
}

/**
 * From 0 to 3: another folder, another time and another appearance count alike, each up to 1. Times by their order, so
 * that one old photo does not make all others simultaneous.
 */
function differenceOf(photos: readonly SamplePhoto[], appearances: Appearances): (a: number, b: number) => number {
  const times = [...new Set(photos.flatMap(({ takenAtMs }) => takenAtMs ?? []))].sort((a, b) => a - b);
  const ranks = new Map(times.map((time, index) => [time, times.length === 1 ? 0 : index / (times.length - 1)]));
  const facts = photos.map(({ id, folderId, takenAtMs }) => ({
    folderId,
    rank: takenAtMs === undefined ? undefined : ranks.get(takenAtMs),
    vector: appearances.get(id),
  }));
  return (a, b) => {
    const [one, other] = [facts[a], facts[b]];
    if (one === undefined || other === undefined) return 0;
    const byFolder = one.folderId === other.folderId ? 0 : 1;
    const byTime =
      one.rank === undefined || other.rank === undefined
        ? Number(one.rank !== other.rank) / 2
        : Math.abs(one.rank - other.rank);
    return byFolder + byTime + byAppearance(one.vector, other.vector);
  };
}

/** 0 for the same, 1 for nothing in common. Of what is not known nothing is said. */
function byAppearance(a: Float32Array | undefined, b: Float32Array | undefined): number {
  if (a === undefined || b === undefined) return 0;
  return Math.min(1, Math.max(0, 1 - product(a, b)));
}

/** The largest first; in each the photos by their dates, those without one last. */
function foldersOf(photos: readonly SamplePhoto[]): SamplePhoto[][] {
  const folders = Map.groupBy(photos, ({ folderId }) => folderId);
  return [...folders]
    .sort(([aId, a], [bId, b]) => b.length - a.length || aId - bId)
    .map(([, folder]) =>
      folder.sort((a, b) => {
        const [at, bt] = [a.takenAtMs ?? Number.MAX_VALUE, b.takenAtMs ?? Number.MAX_VALUE];
        return at - bt || a.id - b.id;
      }),
    );
}

/** To each as many as to the others, as far as it has them. */
function fairShares(sizes: readonly number[], total: number): number[] {
  const shares = sizes.map(() => 0);
  let left = total;
  const open = [...sizes.keys()].sort((a, b) => (sizes[a] ?? 0) - (sizes[b] ?? 0));
  for (const [place, index] of open.entries()) {
    const share = Math.min(sizes[index] ?? 0, Math.floor(left / (open.length - place)));
    shares[index] = share;
    left -= share;
  }
  return shares;
}

/** So many of the items, from the first to the last at equal steps. */
function evenly<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  const step = items.length / count;
  return Array.from({ length: count }, (_, index) => items[Math.floor((index + 0.5) * step)]).filter(
    (item) => item !== undefined,
  );
}
