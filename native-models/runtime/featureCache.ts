/** @file The features of pictures: computed once, and kept for the next question in memory and on disk. Model host. */
import { hash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { fileIdentity, isSettled } from '../fileIdentity.ts';
import type { ImageProcessorConfig } from '../preprocess/imageProcessorConfig.ts';
import { preprocessImage } from '../preprocess/preprocessImage.ts';
import type { FeatureStore } from './featureStore.ts';
import type { ImageFeatures } from './loadedModel.ts';
import type { ReadPicture } from './pictureReader.ts';

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

/** An encoded picture, and how long it took to read it and to encode it; 0 for what was not done. */
export interface CachedImage {
  readonly encoded: EncodedImage;
  readonly imageMs: number;
  readonly visionMs: number;
}

interface Cached {
  readonly encoded: EncodedImage;
  /** SHA-256 of the pixel values. */
  readonly pixelHash: Buffer;
  /** Of the file; undefined where it could not yet be told from one that is changed within the same tick of its clock. */
  readonly identity: string | undefined;
}

/** Pictures whose features stay in memory: 1.4 MB each for a full-size model. */
const maxImages = 16;

/** What features are wanted for. */
export interface Usage {
  /** What a library knows the picture by. */
  readonly content?: string | undefined;
  /** Whether a later session will want them again. */
  readonly stores?: boolean;
}

export interface FeatureCacheOptions {
  /** Where features outlive the process. */
  readonly store?: FeatureStore | undefined;
  /** By default in this thread. */
  readonly read?: ReadPicture | undefined;
  readonly nowMs?: () => number;
}

export class FeatureCache {
  readonly #config: ImageProcessorConfig;
  readonly #encode: (pixelValues: Float32Array) => Promise<ImageFeatures>;
  readonly #store: FeatureStore | undefined;
  readonly #read: ReadPicture;
  readonly #nowMs: () => number;
  /** By path, least recently used first. */
  readonly #cached = new Map<string, Cached>();

  /** @param encode the model's vision encoder: [1, 3, H, W] → [1, P, D] */
  constructor(
    config: ImageProcessorConfig,
    encode: (pixelValues: Float32Array) => Promise<ImageFeatures>,
    { store, read = preprocessImage, nowMs = Date.now }: FeatureCacheOptions = {},
  ) {
    this.#config = config;
    this.#encode = encode;
    this.#store = store;
    this.#read = read;
    this.#nowMs = nowMs;
  }

  /**
   * A picture that is edited in place is another picture. Where only its file changed, its keywords say, or where that
   * cannot be told without reading it, the pixels decide.
   * @throws ImageError; the signal's reason when aborted
   */
  async get(image: string, signal: AbortSignal, { content = '', stores = true }: Usage = {}): Promise<CachedImage> {
    const stats = await this.#settledStats(image);
    const identity = stats && fileIdentity(stats);
    const known = this.#cached.get(image);
    if (known?.identity !== undefined && known.identity === identity) {
      this.#keep(image, known);
      return { encoded: known.encoded, imageMs: 0, visionMs: 0 };
    }
    const start = performance.now();
    const stored = stats && (await this.#store?.ofFile(image, stats));
    if (stored !== undefined) {
      const { pixelHash, ...encoded } = stored;
      this.#keep(image, { encoded, pixelHash, identity });
      return { encoded, imageMs: performance.now() - start, visionMs: 0 };
    }
    const { pixelValues, width, height } = await this.#read(image, this.#config, { signal });
    const pixelHash = hashOf(pixelValues);
    signal.throwIfAborted();
    const same = known?.pixelHash.equals(pixelHash) ? known.encoded : await this.#store?.ofPixels(pixelHash);
    const decoded = performance.now();
    const { features, fingerprint } = same ?? (await this.#encoded(pixelValues, pixelHash, stores));
    const encoded = { features, fingerprint, width, height };
    this.#keep(image, { encoded, pixelHash, identity });
    if (stores && stats !== undefined) this.#store?.keepFile(image, stats, { pixelHash, width, height, content });
    return { encoded, imageMs: decoded - start, visionMs: same === undefined ? performance.now() - decoded : 0 };
  }

  async #encoded(
    pixelValues: Float32Array,
    pixelHash: Buffer,
    stores: boolean,
  ): Promise<Pick<EncodedImage, 'features' | 'fingerprint'>> {
    const encoded = { features: await this.#encode(pixelValues), fingerprint: fingerprintOf(pixelValues) };
    if (stores) this.#store?.keepFeatures(pixelHash, encoded);
    return encoded;
  }

  /** Undefined where a later change might not show. */
  async #settledStats(image: string): Promise<BigIntStats | undefined> {
    const stats = await stat(image, { bigint: true }).catch(() => undefined);
    return stats !== undefined && isSettled(stats, this.#nowMs()) ? stats : undefined;
  }

  #keep(image: string, cached: Cached): void {
    this.#cached.delete(image);
    this.#cached.set(image, cached);
    const [oldest] = this.#cached.keys();
    if (this.#cached.size > maxImages && oldest !== undefined) this.#cached.delete(oldest);
  }
}

function hashOf(values: Float32Array): Buffer {
  return hash('sha256', new Uint8Array(values.buffer, values.byteOffset, values.byteLength), 'buffer');
}

/** FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/) over the values' bits, a word at a time. */
function fingerprintOf(values: Float32Array): number {
  let hash = 0x811c9dc5;
  for (const word of new Uint32Array(values.buffer, values.byteOffset, values.length))
    hash = Math.imul(hash ^ word, 0x01000193);
  return hash >>> 0;
}
