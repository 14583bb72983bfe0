/**
 * @file The library's part in the features of photos that model hosts store: how large they may grow, how often they serve,
 * and what goes when it is of no more use. Main process and CLI.
 */

import path from 'node:path';
import { CacheFolder } from '../../../native-models/cacheFolder.ts';
import { type PhotoRecord, parseFeatureFileName, readAnyPhoto } from '../../../native-models/runtime/featureFiles.ts';
import type { FeatureStorage } from '../../../native-models/runtime/modelHostOptions.ts';
import type { FeatureUse } from '../../../native-models/runtime/protocol.ts';
import { cachedFiles } from '../files/cachedFiles.ts';
import { DiskCache } from '../files/diskCache.ts';

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
  /** Whether a photo of the library has this content. */
  readonly isKnown: (content: string) => boolean;
}

/**
 * Features that were used so lately are kept rather than those that are computed now: a run over more photos than fit finds
 * those of the last run, as many as fit. Long enough for a run over a large library.
 */
const keepUsedMs = 3 * 24 * 60 * 60 * 1000;

/** Of one model all are nearly alike. */
const enoughSizes = 3;
/** Files: some milliseconds. */
const maxExamined = 200;

export class PhotoFeatures implements AsyncDisposable {
  readonly #options: PhotoFeaturesOptions;
  readonly #cache: DiskCache;
  readonly #files: CacheFolder;
  #hits = 0;
  #misses = 0;
  #problem: FeatureUse['problem'];
  #isSweepDue = false;
  #sweeping: Promise<void> | undefined;

  constructor(options: PhotoFeaturesOptions) {
    this.#options = options;
    this.#cache = new DiskCache({ ...options, keepUsedMs });
    this.#files = new CacheFolder(options.folder);
  }

  /** For a host that loads a model; undefined where nothing is to be kept. */
  storage(): FeatureStorage | undefined {
    if (this.#options.maxBytes() === 0) return undefined;
    return {
      folder: this.#options.folder,
      onUse: (use) => this.#note(use),
      hasRoom: () => this.#cache.hasRoom,
    };
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

  /**
   * Bytes that a photo's features by a model take, by some that are stored; undefined where none are found soon.
   * @param modelKey as `modelFeaturesKey` gives it
   */
  async photoBytes(modelKey: string): Promise<number | undefined> {
    const sizes: number[] = [];
    let files = 0;
    for await (const { path: file, bytes } of cachedFiles(this.#options.folder)) {
      files += 1;
      const named = parseFeatureFileName(path.basename(file));
      if (named?.modelKey === modelKey && named.kind === 'features') sizes.push(bytes);
      if (sizes.length === enoughSizes || files === maxExamined) break;
    }
    return sizes.length === 0 ? undefined : sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  }

  /** @param modelKey as `modelFeaturesKey` gives it */
  async forgetModel(modelKey: string): Promise<void> {
    await this.#cache.clear((name) => parseFeatureFileName(name)?.modelKey === modelKey);
  }

  /** Lets the features go, in the background, of contents that no photo has any more. */
  photosPurged(): void {
    this.#isSweepDue = true;
    this.#sweeping ??= this.#sweep()
      // They stay until the next time, or until they are those that were used longest ago.
      .catch(() => undefined)
      .finally(() => {
        this.#sweeping = undefined;
      });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sweeping;
    await this.#cache.settled();
  }

  /** Again, where photos were purged meanwhile. */
  async #sweep(): Promise<void> {
    while (this.#isSweepDue) {
      this.#isSweepDue = false;
      const [gone, kept] = [new Set<string>(), new Set<string>()];
      for await (const { name, record } of this.#photos()) {
        const isGone = record.content !== '' && !this.#options.isKnown(record.content);
        if (isGone) gone.add(name);
        else kept.add(record.pixelHash.toString('hex'));
      }
      if (gone.size === 0) continue;
      await this.#cache.clear((name) => {
        const named = parseFeatureFileName(name);
        return named?.kind === 'features' ? !kept.has(named.hash) : gone.has(name);
      });
    }
  }

  async *#photos(): AsyncGenerator<{ name: string; record: PhotoRecord }> {
    for await (const file of cachedFiles(this.#options.folder)) {
      const name = path.basename(file.path);
      if (parseFeatureFileName(name)?.kind !== 'photo') continue;
      const bytes = await this.#files.peek(name);
      const record = bytes && readAnyPhoto(bytes);
      if (record !== undefined) yield { name, record };
    }
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
