/** @file The features of pictures: computed once and kept for the next question. Model host. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { fileIdentity, isSettled } from '../fileIdentity.ts';
import type { ImageProcessorConfig } from '../preprocess/imageProcessorConfig.ts';
import { preprocessImage } from '../preprocess/preprocessImage.ts';
import type { ImageFeatures } from './visionLanguageModel.ts';

/** What is known of a picture once it is encoded. */
export interface EncodedImage {
  /** [1, P, D] */
  readonly features: ImageFeatures;
  /** Of its pixels, 32 bits: the same picture has the same one wherever it lies. */
  readonly fingerprint: number;
  /** Size as a person sees it, in pixels. */
  readonly width: number;
  readonly height: number;
}

/** An encoded picture, and how long it took; 0 when its features were still in memory. */
export interface CachedImage {
  readonly encoded: EncodedImage;
  readonly imageMs: number;
  readonly visionMs: number;
}

interface Cached {
  readonly encoded: EncodedImage;
  /** SHA-256 of the pixel values. */
  readonly pixelHash: string;
  /** Of the file; undefined where it could not yet be told from one that is changed within the same tick of its clock. */
  readonly identity: string | undefined;
}

/** Pictures whose features stay in memory: 1.4 MB each for a full-size model. */
const maxImages = 16;

export class FeatureCache {
  readonly #config: ImageProcessorConfig;
  readonly #encode: (pixelValues: Float32Array) => Promise<ImageFeatures>;
  readonly #nowMs: () => number;
  /** By path, least recently used first. */
  readonly #cached = new Map<string, Cached>();

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
  async get(image: string, signal: AbortSignal): Promise<CachedImage> {
    const identity = await this.#identityOf(image);
    const known = this.#cached.get(image);
    if (known?.identity !== undefined && known.identity === identity) {
      this.#keep(image, known);
      return { encoded: known.encoded, imageMs: 0, visionMs: 0 };
    }
    const start = performance.now();
    const { pixelValues, width, height } = await preprocessImage(image, this.#config, { signal });
    const pixelHash = hashOf(pixelValues);
    const decoded = performance.now();
    signal.throwIfAborted();
    const isSame = known !== undefined && known.pixelHash === pixelHash;
    const features = isSame ? known.encoded.features : await this.#encode(pixelValues);
    const encoded = { features, fingerprint: fingerprintOf(pixelValues), width, height };
    this.#keep(image, { encoded, pixelHash, identity });
    return { encoded, imageMs: decoded - start, visionMs: isSame ? 0 : performance.now() - decoded };
  }

  async #identityOf(image: string): Promise<string | undefined> {
    const about = await stat(image, { bigint: true }).catch(() => undefined);
    return about !== undefined && isSettled(about, this.#nowMs()) ? fileIdentity(about) : undefined;
  }

  #keep(image: string, cached: Cached): void {
    this.#cached.delete(image);
    this.#cached.set(image, cached);
    const [oldest] = this.#cached.keys();
    if (this.#cached.size > maxImages && oldest !== undefined) this.#cached.delete(oldest);
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
