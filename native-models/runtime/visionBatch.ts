/** @file Pictures that are to be encoded at the same time, in one run of the vision encoder. Model host. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isOutOfMemory } from './outOfMemory.ts';
import { takeRows } from './stackedTensors.ts';
import type { ImageFeatures } from './visionLanguageModel.ts';

interface Picture {
  /** [3, H, W] */
  readonly pixels: Float32Array;
  readonly resolve: (features: ImageFeatures) => void;
  readonly reject: (error: unknown) => void;
}

/** A run holds up everything else, the chat and what is to be stopped too; a slow device gains nothing by a longer one. */
const maxRunMs = 400;

export class VisionBatch {
  readonly #encodeImages: (pixels: Float32Array) => Promise<ImageFeatures>;
  #maxPictures: number;
  readonly #nowMs: () => number;
  /** By the last run; unknown before the first, which is of one picture. */
  #msPerPicture = maxRunMs;
  #waiting: Picture[] = [];
  #isRunning = false;

  /**
   * @param encodeImages the model's: [B, 3, H, W] → [B, P, D]
   * @param maxPictures of one run
   */
  constructor(
    encodeImages: (pixels: Float32Array) => Promise<ImageFeatures>,
    maxPictures: number,
    nowMs: () => number = () => performance.now(),
  ) {
    this.#nowMs = nowMs;
    this.#encodeImages = encodeImages;
    this.#maxPictures = maxPictures;
  }

  /** The features of one picture, [1, P, D], run with those of whatever else is there. */
  encode(pixels: Float32Array): Promise<ImageFeatures> {
    const { promise, resolve, reject } = Promise.withResolvers<ImageFeatures>();
    this.#waiting.push({ pixels, resolve, reject });
    if (!this.#isRunning) void this.#runAll();
    return promise;
  }

  async #runAll(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting.length > 0) {
      // the model's runs block the thread: what was read meanwhile is heard of first
      await nextTurn();
      const inTime = Math.max(1, Math.floor(maxRunMs / this.#msPerPicture));
      await this.#run(this.#waiting.splice(0, Math.min(this.#maxPictures, inTime)));
    }
    this.#isRunning = false;
  }

  /** Where they cannot be run together, each half by itself, so that a picture fails alone. */
  async #run(pictures: readonly Picture[]): Promise<void> {
    const startMs = this.#nowMs();
    try {
      const features = await this.#encodeImages(together(pictures));
      this.#msPerPicture = (this.#nowMs() - startMs) / pictures.length;
      for (const [i, { resolve }] of pictures.entries()) {
        resolve(pictures.length === 1 ? features : takeRows(features, [i]));
      }
    } catch (error) {
      const half = Math.ceil(pictures.length / 2);
      if (pictures.length < 2) {
        for (const { reject } of pictures) reject(error);
        return;
      }
      if (isOutOfMemory(error)) this.#maxPictures = Math.min(this.#maxPictures, half);
      await this.#run(pictures.slice(0, half));
      await this.#run(pictures.slice(half));
    }
  }
}

function together(pictures: readonly Picture[]): Float32Array {
  const [first, ...others] = pictures;
  if (first === undefined) throw new RangeError('there is no picture');
  if (others.length === 0) return first.pixels;
  const all = new Float32Array(first.pixels.length * pictures.length);
  for (const [i, { pixels }] of pictures.entries()) all.set(pixels, i * first.pixels.length);
  return all;
}
