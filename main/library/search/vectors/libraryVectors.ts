/** @file All vectors of a library: an index a model, opened when it is needed, in `vectors/<model>/` beside the catalog. Main process, CLI. */
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Embedding } from '../../../../native-models/runtime/protocol.ts';
import type { EmbeddingPlace, NewEmbedding, PhotoHash } from '../../catalog/photos/embeddings.ts';
import { soundName } from '../../photos/soundNames.ts';
import { type HashedPhoto, hashDuplicates } from './hashDuplicates.ts';
import type { CheckOptions } from './indexCheck.ts';
import { ScanPool } from './scanPool.ts';
import { VectorError } from './vectorError.ts';
import { VectorFiles } from './vectorFiles.ts';
import { VectorIndex } from './vectorIndex.ts';

/** What is needed of the catalog. */
export interface VectorCatalog {
  modelKeys(): readonly string[];
  page(modelKey: string, afterPhotoId: number, limit: number): readonly EmbeddingPlace[];
  put(modelKey: string, embeddings: readonly NewEmbedding[]): Iterable<number>;
  remove(modelKey: string, photoIds: Iterable<number>): void;
  clear(modelKey: string): void;
  hashes(afterPhotoId: number, limit: number): readonly PhotoHash[];
}

export interface LibraryVectorsOptions {
  readonly libraryFolder: string;
  readonly catalog: VectorCatalog;
  /** Where another process owns the library. */
  readonly readOnly?: boolean | undefined;
  readonly threads?: number | undefined;
  /** Told that photos of a model are to be embedded again, and why. */
  readonly onDamaged?: ((modelKey: string, error: VectorError) => void) | undefined;
}

const hashesTogether = 10_000;

export class LibraryVectors implements AsyncDisposable {
  readonly #options: LibraryVectorsOptions;
  readonly #pool: ScanPool;
  readonly #indexes = new Map<string, Promise<VectorIndex>>();
  #closed = false;

  constructor(options: LibraryVectorsOptions) {
    this.#options = options;
    this.#pool = new ScanPool(options.threads === undefined ? {} : { threads: options.threads });
  }

  /**
   * The index of a model; of one that embedded nothing yet, an empty one. Files that cannot be used are given up, and
   * the catalog is told that the photos have no vectors any more.
   * @throws VectorError VECTORS_NEWER, VECTORS_UNREADABLE, …; where only reading is allowed VECTORS_DAMAGED
   */
  async index(modelKey: string): Promise<VectorIndex> {
    if (this.#closed) throw new VectorError('VECTOR_SEARCH_FAILED', 'The vectors of the library were closed.');
    const known = this.#indexes.get(modelKey);
    if (known !== undefined) return await known;
    const opened = this.#open(modelKey);
    this.#indexes.set(modelKey, opened);
    try {
      return await opened;
    } catch (error) {
      this.#indexes.delete(modelKey);
      throw error;
    }
  }

  /**
   * Keeps a photo's vectors; they are found from then on. Where the photo's content is another by now, they are dropped.
   * @throws VectorError VECTORS_DISK_FULL, VECTOR_UNSUITABLE, …; CatalogError
   */
  async save(photo: { readonly id: number; readonly revision: number }, modelKey: string, embedding: Embedding) {
    const index = await this.index(modelKey);
    await index.add([{ photoId: photo.id, embedding }], (placements) =>
      this.#options.catalog.put(
        modelKey,
        placements.map((placement) => ({ ...placement, photoRevision: photo.revision })),
      ),
    );
  }

  /** Photos that are gone from the catalog are not found any more; their slots are used again. */
  async forget(photoIds: readonly number[]): Promise<void> {
    for (const opened of this.#indexes.values()) (await opened.catch(() => undefined))?.remove(photoIds);
  }

  /** Deletes what a model gave, files and rows. */
  async removeModel(modelKey: string): Promise<void> {
    const opened = this.#indexes.get(modelKey);
    this.#indexes.delete(modelKey);
    await (await opened?.catch(() => undefined))?.[Symbol.asyncDispose]();
    this.#options.catalog.clear(modelKey);
    await VectorFiles.remove(this.#folder(modelKey));
  }

  /** Photos that look alike without any model: see `hashDuplicates`. */
  async lookAlikes(
    options: CheckOptions & { readonly maxDistance: number; readonly allowed?: ReadonlySet<number> | undefined },
  ): Promise<number[][]> {
    const { catalog } = this.#options;
    const photos: HashedPhoto[] = [];
    for (let after = 0; ; ) {
      const page = catalog.hashes(after, hashesTogether);
      const last = page.at(-1);
      if (last === undefined) break;
      for (const photo of page) if (options.allowed?.has(photo.photoId) ?? true) photos.push(photo);
      after = last.photoId;
      await setImmediate();
    }
    return await hashDuplicates(photos, this.#pool, options);
  }

  /** Reads all vectors of all models. Returns how many photos are to be embedded again. @throws VectorError */
  async check(options: CheckOptions = {}): Promise<{ readonly modelKey: string; readonly lost: number }[]> {
    const checked: { modelKey: string; lost: number }[] = [];
    for (const modelKey of this.#options.catalog.modelKeys()) {
      const index = await this.index(modelKey);
      checked.push({ modelKey, lost: (await index.check(options)).length });
    }
    return checked;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    for (const opened of this.#indexes.values()) await (await opened.catch(() => undefined))?.[Symbol.asyncDispose]();
    this.#indexes.clear();
    await this.#pool[Symbol.asyncDispose]();
  }

  async #open(modelKey: string): Promise<VectorIndex> {
    const { catalog, readOnly = false, onDamaged } = this.#options;
    const options = {
      folder: this.#folder(modelKey),
      rows: (afterPhotoId: number, limit: number) => catalog.page(modelKey, afterPhotoId, limit),
      pool: this.#pool,
      readOnly,
      onLost: readOnly ? undefined : (photoIds: readonly number[]) => catalog.remove(modelKey, photoIds),
    };
    try {
      return await VectorIndex.open(options);
    } catch (error) {
      if (readOnly || !(error instanceof VectorError) || error.code !== 'VECTORS_DAMAGED') throw error;
      onDamaged?.(modelKey, error);
      catalog.clear(modelKey);
      await VectorFiles.remove(options.folder);
      return await VectorIndex.open(options);
    }
  }

  #folder(modelKey: string): string {
    return path.join(this.#options.libraryFolder, 'vectors', soundName(modelKey));
  }
}
