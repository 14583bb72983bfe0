/**
 * @file The library's part in the features of photos that model hosts store: how large they may grow, how often they serve,
 * and what goes when it is of no more use. Main process and CLI.
 */

import { parseFeatureFileName } from '../../../native-models/runtime/featureNames.ts';
import type { FeatureStorage } from '../../../native-models/runtime/modelHost.ts';
import type { FeatureUse } from '../../../native-models/runtime/protocol.ts';
import { DiskCache } from '../images/cache/diskCache.ts';

export interface PhotoFeaturesState {
  readonly sizeBytes: number;
  /** Since the process began: photos whose features were at hand, and photos that had to be encoded. */
  readonly hits: number;
  readonly misses: number;
  /** Why none can be stored now. */
  readonly problem: FeatureUse['problem'];
}

export interface PhotoFeaturesOptions {
  readonly folder: string;
  /** Asked whenever it matters; 0 keeps none. */
  readonly maxBytes: () => number;
}

export class PhotoFeatures implements AsyncDisposable {
  readonly #options: PhotoFeaturesOptions;
  readonly #cache: DiskCache;
  #hits = 0;
  #misses = 0;
  #problem: FeatureUse['problem'];

  constructor(options: PhotoFeaturesOptions) {
    this.#options = options;
    this.#cache = new DiskCache(options);
  }

  /** For a host that loads a model; undefined where nothing is to be kept. */
  storage(): FeatureStorage | undefined {
    if (this.#options.maxBytes() === 0) return undefined;
    return { folder: this.#options.folder, onUse: (use) => this.#note(use) };
  }

  async state(): Promise<PhotoFeaturesState> {
    const sizeBytes = await this.#cache.sizeBytes();
    return { sizeBytes, hits: this.#hits, misses: this.#misses, problem: this.#problem };
  }

  /** The limit was changed. */
  async limitChanged(): Promise<void> {
    await this.#cache.trim();
  }

  async clear(): Promise<void> {
    await this.#cache.clear();
  }

  /** @param modelKey as `modelFeaturesKey` gives it */
  async forgetModel(modelKey: string): Promise<void> {
    await this.#cache.clear((name) => parseFeatureFileName(name)?.modelKey === modelKey);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cache.settled();
  }

  #note({ hits, misses, writtenBytes, problem }: FeatureUse): void {
    this.#hits += hits;
    this.#misses += misses;
    if (problem !== undefined) this.#problem = problem;
    if (writtenBytes === 0) return;
    this.#problem = undefined;
    this.#cache.grown(writtenBytes);
  }
}
