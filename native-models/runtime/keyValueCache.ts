/** @file A decoder's keys and values between its steps: none at first, then what the step before gave. Model host. */
import { floatTensor } from './graphSession.ts';
import type { Tensors } from './tensorRows.ts';

export interface CacheDims {
  readonly layers: number;
  /** Heads of the keys and values. */
  readonly heads: number;
  readonly headSize: number;
}

/** Keys and values of a token, float32. */
export function cacheBytesPerToken({ layers, heads, headSize }: CacheDims): number {
  return layers * 2 * heads * headSize * Float32Array.BYTES_PER_ELEMENT;
}

/** `past_key.i` and `past_value.i` of no positions, [batchSize, heads, 0, headSize]. */
export function emptyCache({ layers, heads, headSize }: CacheDims, batchSize: number): Tensors {
  const empty = floatTensor(new Float32Array(0), [batchSize, heads, 0, headSize]);
  const names = Array.from({ length: layers }, (_, i) => [`past_key.${i}`, `past_value.${i}`]).flat();
  return Object.fromEntries(names.map((name) => [name, empty]));
}

/** What a step gave as `present_*`, named as the next step takes it. */
export function grownCache(outputs: Tensors): Tensors {
  return Object.fromEntries(
    Object.entries(outputs)
      .filter(([name]) => name.startsWith('present_'))
      .map(([name, tensor]) => [name.replace('present_', 'past_'), tensor]),
  );
}
