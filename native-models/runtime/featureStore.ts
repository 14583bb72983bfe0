/**
 * @file The features of pictures, kept on disk for the questions of later days. What cannot be read counts as missing, and
 * what cannot be written is left out: no answer waits for the disk or fails because of it. Model host; several hosts may
 * share a folder.
 */
import { hash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { CacheFolder, makeCacheFolder } from '../cacheFolder.ts';
import type { ModelManifest } from '../compiler/manifest.ts';
import { serializeError, VignetteError } from '../errors.ts';
import { lastingFileIdentity } from '../fileIdentity.ts';
import {
  type FeatureMaker,
  featuresFileName,
  modelFeaturesKey,
  type PhotoRecord,
  photoFileName,
  readFeatures,
  readPhoto,
  type StoredType,
  writeFeatures,
  writePhoto,
} from './featureFiles.ts';
import { floatsOf, floatTensor } from './graphSession.ts';
import type { ImageFeatures } from './loadedModel.ts';
import type { FeatureUse } from './protocol.ts';

/** A picture's features, and its pixels' 32 bits. */
export interface StoredFeatures {
  readonly features: ImageFeatures;
  readonly fingerprint: number;
}

/** Features of a file that need not be read again. */
export interface StoredPhoto extends StoredFeatures {
  readonly pixelHash: Buffer;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
}

export interface FeatureStoreOptions {
  readonly folder: string;
  readonly manifest: ModelManifest;
  /** What computes the features: devices round differently. */
  readonly device: string;
  readonly onUse: (use: FeatureUse) => void;
  /** Whether anything is to be written now; what is there is read all the same. By default it is. */
  readonly keeps?: (() => boolean) | undefined;
  /** So many bytes of the disk are left to others. */
  readonly reserveBytes?: number;
}

const defaultReserveBytes = 1 << 30;
/** Of features that wait for the disk. */
const maxWaitingBytes = 64 << 20;
const noUse: FeatureUse = { hits: 0, misses: 0, writtenBytes: 0 };

export class FeatureStore {
  readonly #options: FeatureStoreOptions;
  readonly #files: CacheFolder;
  readonly #maker: FeatureMaker;
  readonly #type: StoredType;
  /** The code of the last one that was reported; what does not work now may work later. */
  #problem: string | undefined;
  #writes: Promise<void> = Promise.resolve();
  #waitingBytes = 0;

  constructor(options: FeatureStoreOptions) {
    const { folder, manifest, device } = options;
    this.#options = options;
    this.#files = new CacheFolder(folder);
    this.#maker = { modelKey: modelFeaturesKey(manifest), device };
    // float32 answers are exact, from stored features too
    this.#type = manifest.precision === 'fp32' ? 'float32' : 'float16';
  }

  /** Of the file as `stats` has it, which must be settled: then it is known without reading it. */
  async ofFile(file: string, stats: BigIntStats): Promise<StoredPhoto | undefined> {
    const fileHash = fileHashOf(file, stats);
    const key = this.#keyOf(fileHash);
    const photo = await this.#read(photoFileName(fileHash, this.#maker), (bytes) => readPhoto(key, bytes));
    if (photo === undefined) return undefined;
    const stored = await this.#featuresOf(photo.pixelHash);
    if (stored === undefined) return undefined;
    this.#options.onUse({ ...noUse, hits: 1 });
    const { pixelHash, width, height } = photo;
    return { ...stored, pixelHash, width, height };
  }

  /** Of a picture that was read. Counts as a hit or as a miss. */
  async ofPixels(pixelHash: Buffer): Promise<StoredFeatures | undefined> {
    const stored = await this.#featuresOf(pixelHash);
    this.#options.onUse({ ...noUse, [stored === undefined ? 'misses' : 'hits']: 1 });
    return stored;
  }

  /** Begins to keep them. */
  keepFeatures(pixelHash: Buffer, { features, fingerprint }: StoredFeatures): void {
    const key = this.#keyOf(pixelHash);
    const record = { dims: features.dims, values: floatsOf(features), fingerprint };
    const { byteLength } = record.values;
    this.#write(featuresFileName(pixelHash, this.#maker), byteLength, () => writeFeatures(key, record, this.#type));
  }

  /** Begins to keep which pixels the file holds. @param stats of before it was read, settled */
  keepFile(file: string, stats: BigIntStats, photo: PhotoRecord): void {
    const fileHash = fileHashOf(file, stats);
    this.#write(photoFileName(fileHash, this.#maker), 0, () => writePhoto(this.#keyOf(fileHash), photo));
  }

  /** What was begun is on the disk, or given up. */
  async settled(): Promise<void> {
    await this.#writes;
  }

  async #featuresOf(pixelHash: Buffer): Promise<StoredFeatures | undefined> {
    const key = this.#keyOf(pixelHash);
    const record = await this.#read(featuresFileName(pixelHash, this.#maker), (bytes) => readFeatures(key, bytes));
    return record && { features: floatTensor(record.values, record.dims), fingerprint: record.fingerprint };
  }

  async #read<T>(name: string, parse: (bytes: Buffer) => T | undefined): Promise<T | undefined> {
    try {
      const bytes = await this.#files.read(name);
      const record = bytes && parse(bytes);
      if (record === undefined) await this.#files.remove(name);
      return record;
    } catch {
      // Whatever lies there cannot be read; writing will tell of a folder that is of no use.
      return undefined;
    }
  }

  /** One after the other, and not at all where the disk is so slow that they would fill the memory. */
  #write(name: string, sizeBytes: number, bytesOf: () => Buffer | undefined): void {
    const { keeps = () => true } = this.#options;
    if (!keeps() || this.#waitingBytes + sizeBytes > maxWaitingBytes) return;
    this.#waitingBytes += sizeBytes;
    this.#writes = this.#writes
      .then(() => this.#writeNow(name, bytesOf()))
      .catch((error: unknown) => this.#report(error))
      .finally(() => {
        this.#waitingBytes -= sizeBytes;
      });
  }

  async #writeNow(name: string, bytes: Buffer | undefined): Promise<void> {
    if (bytes === undefined) return;
    await this.#assertRoom(bytes.byteLength);
    const writtenBytes = await this.#files.write(name, bytes);
    this.#problem = undefined;
    this.#options.onUse({ ...noUse, writtenBytes });
  }

  /** @throws VignetteError FEATURES_DISK_FULL; the file system's error */
  async #assertRoom(bytes: number): Promise<void> {
    const { folder, reserveBytes = defaultReserveBytes } = this.#options;
    await makeCacheFolder(folder);
    const { bavail, bsize } = await statfs(folder);
    if (bavail * bsize < bytes + reserveBytes) throw diskFull(folder);
  }

  #report(error: unknown): void {
    const problem = serializeError(storingProblem(error, this.#options.folder));
    // Not by its message: the system words one state of the disk in several ways.
    if (problem.code === this.#problem) return;
    this.#problem = problem.code;
    this.#options.onUse({ ...noUse, problem });
  }

  /** Stands in the file, too: its name alone proves nothing. */
  #keyOf(contentHash: Buffer): Buffer {
    const { modelKey, device } = this.#maker;
    return hash('sha256', JSON.stringify([modelKey, device, contentHash.toString('hex')]), 'buffer');
  }
}

function fileHashOf(file: string, stats: BigIntStats): Buffer {
  return hash('sha256', lastingFileIdentity(file, stats), 'buffer');
}

function diskFull(folder: string): VignetteError {
  const message = 'Features of photos are not stored any more: the disk is nearly full. Answers are not affected.';
  return new VignetteError('FEATURES_DISK_FULL', message, { details: { folder } });
}

function storingProblem(error: unknown, folder: string): VignetteError {
  if (error instanceof VignetteError) return error;
  const code = error instanceof Error && 'code' in error ? error.code : serializeError(error).message;
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(folder);
  const message = `Features of photos are not stored: ${folder} cannot be written to (${code}). Answers are not affected.`;
  return new VignetteError('FEATURES_NOT_STORED', message, { details: { folder }, cause: error });
}
