/** @file Pictures that are to be encoded at the same time, in one run of the vision encoder. Model host. */

import type { ImageFeatures } from './loadedModel.ts';
import { RequestBatcher } from './requestBatcher.ts';
import { takeRows } from './tensorRows.ts';

/** A slow device gains nothing by a longer run. */
const maxRunMs = 400;

export class VisionBatch {
  readonly #runs: RequestBatcher<Float32Array, ImageFeatures>;

  /**
   * @param encodeImages the model's: [B, 3, H, W] → [B, P, D]
   * @param maxPictures of one run
   */
  constructor(
    encodeImages: (pixels: Float32Array) => Promise<ImageFeatures>,
    maxPictures: number,
    nowMs?: () => number,
  ) {
    this.#runs = new RequestBatcher({
      maxRequests: maxPictures,
      maxRunMs,
      nowMs,
      async run(pictures) {
        const features = await encodeImages(together(pictures));
        return pictures.length === 1 ? [features] : pictures.map((_, i) => takeRows(features, [i]));
      },
    });
  }

  /** The features of one picture [3, H, W], run with those of whatever else is there: [1, P, D] */
  encode(pixels: Float32Array): Promise<ImageFeatures> {
    return this.#runs.add(pixels);
  }
}

function together(pictures: readonly Float32Array[]): Float32Array {
  const [first, ...others] = pictures;
  if (first === undefined) throw new RangeError('there is no picture');
  if (others.length === 0) return first;
  const all = new Float32Array(first.length * pictures.length);
  for (const [i, pixels] of pictures.entries()) all.set(pixels, i * first.length);
  return all;
}
