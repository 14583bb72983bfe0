/**
 * @file The vectors of a library's photos by one model: kept in files beside the catalog, searched exactly. Main process, CLI.
 *
 * The catalog says which photo has which slot, and the checksum of what lies there. Vectors are written and flushed
 * before their row is; a slot without a row is free. So a crash leaves at most a slot that nobody uses, and a catalog
 * that was restored from an older copy finds out that a slot holds something else.
 */
import { setImmediate } from 'node:timers/promises';
import type { Embedding } from '../../../../native-models/runtime/protocol.ts';
import { rankExactly, type ScoredPhoto, type VectorSpace } from './exactRanking.ts';
import { type CheckOptions, damagedPhotos } from './indexCheck.ts';
import { duplicateGroups } from './nearDuplicates.ts';
import { meanVector, pooledVector } from './pooling.ts';
import { maxVector } from './quantize.ts';
import type { ScanPool } from './scanPool.ts';
import { noPhoto, SlotMap } from './slotMap.ts';
import { VectorError } from './vectorError.ts';
import { VectorFiles } from './vectorFiles.ts';
import { photoBytes, type VectorShape } from './vectorLayout.ts';

/** What the catalog says about a photo's vectors. */
export interface Placement {
  readonly photoId: number;
  readonly slot: number;
  readonly checksum: number;
}

export interface VectorIndexOptions {
  readonly folder: string;
  /** What the catalog says, by ascending photo ids, from the first beyond `afterPhotoId`. */
  readonly rows: (afterPhotoId: number, limit: number) => readonly Placement[];
  readonly pool: ScanPool;
  readonly readOnly?: boolean | undefined;
  /** Told the photos whose vectors are not there or not whole: to be embedded again. */
  readonly onLost?: ((photoIds: readonly number[]) => void) | undefined;
}

export interface SearchOptions {
  readonly limit: number;
  /** Only these photos may be found. */
  readonly allowed?: Iterable<number> | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface DuplicateOptions extends CheckOptions {
  /** Photos of at least this similarity are near, up to 1. */
  readonly threshold: number;
  readonly allowed?: Iterable<number> | undefined;
}

/** Rows that are read before others get a turn. */
const rowsTogether = 10_000;

export class VectorIndex implements AsyncDisposable {
  readonly #options: VectorIndexOptions;
  readonly #slots = new SlotMap();
  #files: VectorFiles | undefined;
  #writing: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(options: VectorIndexOptions) {
    this.#options = options;
  }

  /**
   * Where no photo has vectors, there need be no files.
   * @throws VectorError VECTORS_DAMAGED when none of the files can be used: the rows must go, and the photos be embedded again
   */
  static async open(options: VectorIndexOptions): Promise<VectorIndex> {
    const index = new VectorIndex(options);
    try {
      await index.#open();
      return index;
    } catch (error) {
      await index[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Photos that can be found. */
  get size(): number {
    return this.#slots.size;
  }

  /** Undefined before the first vectors were added. */
  get shape(): VectorShape | undefined {
    return this.#files?.shape;
  }

  /** What a photo takes in the files; undefined before the first vectors were added. */
  get photoBytes(): number | undefined {
    return this.shape === undefined ? undefined : photoBytes(this.shape);
  }

  has(photoId: number): boolean {
    return this.#slots.slotOf(photoId) !== undefined;
  }

  /**
   * Writes vectors, flushes them, and has `store` put them into the catalog; from then on they are found. A photo's
   * earlier vectors are replaced.
   * @param store in one transaction; returns the photos that the catalog took, and throws when it took none
   * @throws VectorError VECTOR_UNSUITABLE, VECTORS_DISK_FULL, …; whatever `store` throws; then nothing is changed
   */
  async add(items: readonly Embedded[], store: (placements: readonly Placement[]) => Iterable<number>): Promise<void> {
    const { folder, readOnly = false } = this.#options;
    if (this.#closed || readOnly) {
      const reason = this.#closed ? 'they were closed' : 'they were opened for reading only';
      throw new VectorError('VECTORS_NOT_WRITABLE', `The vectors in ${folder} cannot be written: ${reason}.`, {
        folder,
      });
    }
    const added = this.#writing.then(() => this.#add(items, store));
    this.#writing = added.catch(() => {});
    await added;
  }

  /** Forgets photos, whose rows are gone from the catalog. */
  remove(photoIds: Iterable<number>): void {
    for (const photoId of photoIds) this.#slots.remove(photoId);
  }

  /**
   * The photos that score best: by the largest cosine of any of the query's vectors with any of the photo's.
   * @param query unit vectors of the model's size, one after the other
   */
  async searchByVector(query: Float32Array, { limit, allowed, signal }: SearchOptions): Promise<ScoredPhoto[]> {
    signal?.throwIfAborted();
    const space = this.#space();
    if (space === undefined || query.length === 0) return [];
    const { size } = space.files.shape;
    if (query.length % size !== 0 || !query.every(Number.isFinite)) {
      const message = `The query’s vectors are not of this model: they should have ${size} values.`;
      throw new VectorError('VECTOR_UNSUITABLE', message, { values: query.length, size });
    }
    const photos = this.#slots.snapshot(allowed);
    return rankExactly(space, { queries: query, pooled: false, limit, photos, signal });
  }

  /**
   * The photos that are most like some together, those themselves left out: by the cosine of their mean with the mean of
   * the given ones (see pooling.ts), which is what these have in common. Given ones without vectors do not count.
   * @throws VectorError PHOTO_NOT_EMBEDDED where none has any
   */
  async similarTo(photoIds: readonly number[], { limit, allowed, signal }: SearchOptions): Promise<ScoredPhoto[]> {
    signal?.throwIfAborted();
    const space = this.#space();
    const means = await this.means(photoIds);
    if (space === undefined || means.size === 0) {
      const message = 'No photo of these was prepared for finding similar ones yet.';
      throw new VectorError('PHOTO_NOT_EMBEDDED', message, { photoIds });
    }
    const queries = meanVector([...means.values()]);
    const photos = this.#slots.snapshot(allowed);
    for (const photoId of means.keys()) {
      const slot = this.#slots.slotOf(photoId);
      if (slot !== undefined) photos[slot] = noPhoto;
    }
    return rankExactly(space, { queries, pooled: true, limit, photos, signal });
  }

  /** The mean of each photo's vectors (see pooling.ts), of the few photos that have any. */
  async means(photoIds: readonly number[]): Promise<Map<number, Float32Array>> {
    const means = new Map<number, Float32Array>();
    const space = this.#space();
    if (space === undefined) return means;
    for (const photoId of photoIds) {
      const slot = this.#slots.slotOf(photoId);
      if (slot !== undefined) means.set(photoId, pooledVector(await space.files.read(slot), space.files.shape));
    }
    return means;
  }

  /** Groups of photos that are near each other, directly or through others, each by ascending ids. */
  async nearDuplicates({ threshold, allowed, signal, onProgress }: DuplicateOptions): Promise<number[][]> {
    signal?.throwIfAborted();
    const space = this.#space();
    if (space === undefined) return [];
    return duplicateGroups(space, { threshold, photos: this.#slots.snapshot(allowed), signal, onProgress });
  }

  /** Reads everything; photos whose vectors are not whole are lost, and returned. */
  async check(options: CheckOptions = {}): Promise<readonly number[]> {
    const space = this.#space();
    return space === undefined ? [] : damagedPhotos(space, options);
  }

  /** What is being written is finished first; searches that are under way may fail. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    await this.#writing;
    await this.#files?.[Symbol.asyncDispose]();
    this.#files = undefined;
  }

  async #open(): Promise<void> {
    const { folder, rows, readOnly = false } = this.#options;
    let page = rows(0, rowsTogether);
    if (page.length === 0) {
      // nothing is lost with files that nobody refers to
      this.#files = await VectorFiles.open(folder, { readOnly }).catch(() => undefined);
      return;
    }
    this.#files = await VectorFiles.open(folder, { readOnly });
    if (this.#files === undefined) {
      throw new VectorError('VECTORS_DAMAGED', `The vectors in ${folder} are missing.`, { folder });
    }
    const slots = await this.#files.slots();
    const lost: number[] = [];
    for (; page.length > 0; page = rows(page.at(-1)?.photoId ?? 0, rowsTogether)) {
      for (const { photoId, slot, checksum } of page) {
        if (slot < slots) this.#slots.restore(photoId, slot, checksum);
        else lost.push(photoId);
      }
      await setImmediate();
    }
    this.#slots.freeGaps();
    if (lost.length > 0) this.#lose(lost);
  }

  async #add(items: readonly Embedded[], store: (placements: readonly Placement[]) => Iterable<number>): Promise<void> {
    const [first] = items;
    if (first === undefined) return;
    const { vectors, size } = this.#files?.shape ?? first.embedding;
    const shape = { vectors, size };
    const values = items.map((item) => storedValues(item, shape));
    this.#files ??= await VectorFiles.create(this.#options.folder, shape);
    const placements: Placement[] = [];
    const taken = new Set<number>();
    try {
      for (const [i, { photoId }] of items.entries()) {
        const slot = this.#slots.take();
        taken.add(slot);
        const checksum = await this.#files.write(slot, values[i] ?? new Float16Array(0));
        placements.push({ photoId, slot, checksum });
      }
      await this.#files.sync();
      const stored = new Set(store(placements));
      for (const { photoId, slot, checksum } of placements) {
        if (!stored.has(photoId)) continue;
        taken.delete(slot);
        this.#slots.assign(photoId, slot, checksum);
      }
    } finally {
      for (const slot of taken) this.#slots.release(slot);
    }
  }

  #space(): VectorSpace | undefined {
    if (this.#files === undefined) return undefined;
    const onLost = (photoIds: readonly number[]) => this.#lose(photoIds);
    return { files: this.#files, slots: this.#slots, pool: this.#options.pool, onLost };
  }

  #lose(photoIds: readonly number[]): void {
    // a search that was under way reads closed files, and knows nothing about what was in them
    if (this.#closed) return;
    this.remove(photoIds);
    this.#options.onLost?.(photoIds);
  }
}

/** A photo's vectors as the model gave them. */
interface Embedded {
  readonly photoId: number;
  readonly embedding: Embedding;
}

/**
 * Half precision has eleven bits: a cosine changes by some hundred-thousandths, and the files are half as large. What is
 * stored is what counts from then on.
 * @throws VectorError VECTOR_UNSUITABLE
 */
function storedValues({ photoId, embedding }: Embedded, { vectors, size }: VectorShape): Float16Array {
  const unsuitable = (reason: string) =>
    new VectorError('VECTOR_UNSUITABLE', `A photo’s vectors cannot be kept: ${reason}.`, { photoId });
  if (embedding.vectors !== vectors || embedding.size !== size || embedding.data.length !== vectors * size) {
    const given = `${embedding.vectors} of ${embedding.size} values`;
    throw unsuitable(`there are ${given}, where the others have ${vectors} of ${size}`);
  }
  const values = Float16Array.from(embedding.data);
  for (let v = 0; v < vectors; v++) {
    const squares = values.subarray(v * size, (v + 1) * size).reduce((sum, value) => sum + value * value, 0);
    // also true for what is no number
    if (!(squares <= maxVector ** 2)) throw unsuitable('they are not unit vectors');
  }
  return values;
}
