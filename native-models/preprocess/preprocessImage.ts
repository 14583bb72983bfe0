/** @file From a picture file to a vision model's input. Runs in the model host process. */
import { decodeImage } from './decodeImage.ts';
import type { ImageProcessorConfig } from './imageProcessorConfig.ts';
import { resizeBicubic, swapsSides } from './resizeBicubic.ts';

export interface PreprocessedImage {
  /** [3, height, width] of the model's picture size: normalised red, green, blue planes. */
  readonly pixelValues: Float32Array;
  /** Size of the picture as a person sees it, in pixels. */
  readonly width: number;
  readonly height: number;
}

/** Reads, turns upright, resizes and normalises one picture; throws an `ImageError` where it cannot be used. */
export async function preprocessImage(
  source: string | Uint8Array,
  config: ImageProcessorConfig,
  options: { readonly signal?: AbortSignal } = {},
): Promise<PreprocessedImage> {
  const image = await decodeImage(source, options);
  const small = resizeBicubic(image, image.orientation, config.width, config.height);
  options.signal?.throwIfAborted();
  const swapped = swapsSides(image.orientation);
  return {
    pixelValues: normalise(small, config),
    width: swapped ? image.originalHeight : image.originalWidth,
    height: swapped ? image.originalWidth : image.originalHeight,
  };
}

/** [height, width, 3] levels → [3, height, width] of (level · rescale − mean) / std, in float32 at each step. */
export function normalise(levels: Uint8Array, config: ImageProcessorConfig): Float32Array {
  const plane = config.width * config.height;
  const values = new Float32Array(plane * 3);
  for (let channel = 0; channel < 3; channel++) {
    const table = new Float32Array(256);
    const mean = Math.fround(config.mean[channel] as number);
    const std = Math.fround(config.std[channel] ?? 1);
    for (let level = 0; level < 256; level++) {
      table[level] = Math.fround(Math.fround(level * config.rescaleFactor) - mean) / std;
    }
    const offset = channel * plane;
    for (let i = 0; i < plane; i++) values[offset + i] = table[levels[i * 3 + channel] as number] as number;
  }
  return values;
}
