/** @file What a model has seen of pictures: features are computed once and kept for the next question. Model host. */
import { stat } from 'node:fs/promises';
import type { ImageProcessorConfig } from '../preprocess/imageProcessorConfig.ts';
import { preprocessImage } from '../preprocess/preprocessImage.ts';
import type { ImageFeatures } from './visionLanguageModel.ts';

/** A picture that the model has looked at. */
export interface SeenImage {
  /** [1, P, D] */
  readonly features: ImageFeatures;
  /** Of its pixels, 32 bits: the same picture has the same one wherever it lies. */
  readonly fingerprint: number;
  /** Size as a person sees it, in pixels. */
  readonly width: number;
  readonly height: number;
}

/** A picture, and how long looking at it took; 0 when its features were still in memory. */
export interface Look {
  readonly seen: SeenImage;
  readonly imageMs: number;
  readonly visionMs: number;
}

/** Pictures whose features stay in memory: 1.4 MB each for a full-size model. */
const rememberedImages = 16;

export class ImageMemory {
  readonly #config: ImageProcessorConfig;
  readonly #encode: (pixelValues: Float32Array) => Promise<ImageFeatures>;
  /** Least recently used first. */
  readonly #seen = new Map<string, SeenImage>();

  /** @param encode the model's vision encoder: [1, 3, H, W] → [1, P, D] */
  constructor(config: ImageProcessorConfig, encode: (pixelValues: Float32Array) => Promise<ImageFeatures>) {
    this.#config = config;
    this.#encode = encode;
  }

  /** @throws ImageError; the signal's reason when aborted */
  async look(image: string, signal: AbortSignal): Promise<Look> {
    // a picture that is edited in place is another picture
    const { size, mtimeMs } = await stat(image).catch(() => ({ size: -1, mtimeMs: -1 }));
    const key = `${image}\n${size}\n${mtimeMs}`;
    const known = this.#seen.get(key);
    if (known !== undefined) {
      this.#remember(key, known);
      return { seen: known, imageMs: 0, visionMs: 0 };
    }
    const start = performance.now();
    const { pixelValues, width, height } = await preprocessImage(image, this.#config, { signal });
    const decoded = performance.now();
    signal.throwIfAborted();
    const seen = { features: await this.#encode(pixelValues), fingerprint: fingerprintOf(pixelValues), width, height };
    this.#remember(key, seen);
    return { seen, imageMs: decoded - start, visionMs: performance.now() - decoded };
  }

  #remember(key: string, seen: SeenImage): void {
    this.#seen.delete(key);
    this.#seen.set(key, seen);
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > rememberedImages && oldest !== undefined) this.#seen.delete(oldest);
  }
}

/** FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/) over the values' bits, a word at a time. */
function fingerprintOf(values: Float32Array): number {
  let hash = 0x811c9dc5;
  for (const word of new Uint32Array(values.buffer, values.byteOffset, values.length))
    hash = Math.imul(hash ^ word, 0x01000193);
  return hash >>> 0;
}
