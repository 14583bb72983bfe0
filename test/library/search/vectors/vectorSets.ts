/** @file Vectors that look random and are the same every time, and what is found among them by looking at each. */
import type { ScoredPhoto } from '../../../../main/library/search/vectors/exactRanking.ts';
import { pooledVector } from '../../../../main/library/search/vectors/pooling.ts';
import type { Placement } from '../../../../main/library/search/vectors/vectorIndex.ts';
import type { VectorShape } from '../../../../main/library/search/vectors/vectorLayout.ts';

/** Unit vectors in random directions, each near `center` where there is one: the nearer, the smaller `spread`. */
export function unitVectorsOf(
  random: () => number,
  { vectors, size }: VectorShape,
  { center, spread = 1 }: { center?: Float32Array; spread?: number } = {},
): Float32Array {
  const data = new Float32Array(vectors * size);
  for (let v = 0; v < vectors; v++) {
    const vector = data.subarray(v * size, (v + 1) * size);
    for (let i = 0; i < size; i++) {
      const noise = random() + random() + random() - 1.5;
      vector[i] = spread * noise + (center?.[v * size + i] ?? 0) * Math.sqrt(size);
    }
    const length = Math.hypot(...vector);
    for (let i = 0; i < size; i++) vector[i] = (vector[i] as number) / length;
  }
  return data;
}

/** The rows of a catalog, in memory. */
export class PlacementTable {
  readonly rows = new Map<number, Placement>();

  readonly page = (afterPhotoId: number, limit: number): Placement[] =>
    [...this.rows.values()]
      .filter(({ photoId }) => photoId > afterPhotoId)
      .sort((a, b) => a.photoId - b.photoId)
      .slice(0, limit);

  readonly store = (placements: readonly Placement[]): number[] =>
    placements.map((placement) => {
      this.rows.set(placement.photoId, placement);
      return placement.photoId;
    });
}

/** As the index answers, from each photo's vectors in half precision. */
export function plainSearch(
  photos: ReadonlyMap<number, Float32Array>,
  shape: VectorShape,
  queries: Float32Array,
  limit: number,
): ScoredPhoto[] {
  const { vectors, size } = shape;
  const scores = [...photos].map(([photoId, data]) => {
    const values = Float16Array.from(data);
    let score = Number.NEGATIVE_INFINITY;
    for (let q = 0; q < queries.length / size; q++) {
      for (let v = 0; v < vectors; v++) {
        let sum = 0;
        for (let i = 0; i < size; i++) sum += (values[v * size + i] as number) * (queries[q * size + i] as number);
        score = Math.max(score, sum);
      }
    }
    return { photoId, score };
  });
  return scores.sort((a, b) => b.score - a.score || a.photoId - b.photoId).slice(0, limit);
}

/** The similarity of two photos: the cosine of the means of their vectors. */
export function similarity(a: Float32Array, b: Float32Array, shape: VectorShape): number {
  const [first, second] = [a, b].map((data) => pooledVector(Float16Array.from(data), shape));
  return first?.reduce((sum, value, i) => sum + value * (second?.[i] ?? Number.NaN), 0) ?? Number.NaN;
}
