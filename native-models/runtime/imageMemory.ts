/** @file What a model has seen of pictures: features are computed once and kept for the next question. Model host. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { fileIdentity, isSettled } from '../fileIdentity.ts';
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

interface Remembered {
  readonly seen: SeenImage;
  /** SHA-256 of the pixel values. */
  readonly pixelHash: string;
  /** Of the file; undefined where it could not yet be told from one that is changed within the same tick of its clock. */
  readonly identity: string | undefined;
}

/** Pictures whose features stay in memory: 1.4 MB each for a full-size model. */
const rememberedImages = 16;

export class ImageMemory {
  readonly #config: ImageProcessorConfig;
  readonly #encode: (pixelValues: Float32Array) => Promise<ImageFeatures>;
  readonly #nowMs: () => number;
  /** By path, least recently used first. */
  readonly #remembered = new Map<string, Remembered>();

  /** @param encode the model's vision encoder: [1, 3, H, W] → [1, P, D] */
  constructor(
    config: ImageProcessorConfig,
    encode: (pixelValues: Float32Array) => Promise<ImageFeatures>,
    nowMs: () => number = Date.now,
  ) {
    this.#config = config;
    this.#encode = encode;
    this.#nowMs = nowMs;
  }

  /**
   * A picture that is edited in place is another picture. Where only its file changed, its keywords say, or where that
   * cannot be told without reading it, the pixels decide.
   * @throws ImageError; the signal's reason when aborted
   */
  async look(image: string, signal: AbortSignal): Promise<Look> {
    const identity = await this.#identityOf(image);
    const known = this.#remembered.get(image);
    if (known?.identity !== undefined && known.identity === identity) {
      this.#remember(image, known);
      return { seen: known.seen, imageMs: 0, visionMs: 0 };
    }
    const start = performance.now();
    const { pixelValues, width, height } = await preprocessImage(image, this.#config, { signal });
    const pixelHash = hashOf(pixelValues);
    const decoded = performance.now();
    signal.throwIfAborted();
    const isSame = known !== undefined && known.pixelHash === pixelHash;
    const features = isSame ? known.seen.features : await this.#encode(pixelValues);
    const seen = { features, fingerprint: fingerprintOf(pixelValues), width, height };
    this.#remember(image, { seen, pixelHash, identity });
    return { seen, imageMs: decoded - start, visionMs: isSame ? 0 : performance.now() - decoded };
  }

  async #identityOf(image: string): Promise<string | undefined> {
    const about = await stat(image, { bigint: true }).catch(() => undefined);
    return about !== undefined && isSettled(about, this.#nowMs()) ? fileIdentity(about) : undefined;
  }

  #remember(image: string, remembered: Remembered): void {
    this.#remembered.delete(image);
    this.#remembered.set(image, remembered);
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size > rememberedImages && oldest !== undefined) this.#remembered.delete(oldest);
  }
}

function hashOf(values: Float32Array): string {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return createHash('sha256').update(bytes).digest('base64');
}

/** FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/) over the values' bits, a word at a time. */
function fingerprintOf(values: Float32Array): number {
  let hash = 0x811c9dc5;
  for (const word of new Uint32Array(values.buffer, values.byteOffset, values.length))
    hash = Math.imul(hash ^ word, 0x01000193);
  return hash >>> 0;
}
