/** @file What every page asks of the whole library when it starts: answered from memory until something is written. Main process. */
import type { Facet } from '../../../../schemas/facet.ts';
import type { CatalogConnection } from '../connection.ts';
import type { LibraryOverview } from '../photos/overview.ts';
import type { FoundPhotoList } from '../photos/photoList.ts';
import type { PhotosWrittenLog } from '../photosWritten.ts';
import { defaultDirection, type OrderBy } from '../search/orders.ts';
import type { Tag } from '../texts/tags.ts';
import type { CatalogReader } from './catalogReader.ts';
import type { ReadArgs, ReadName, ReadResult } from './reads.ts';

interface Remembered {
  /** Of the catalog, before it was read. */
  readonly version: string;
  readonly args: string;
  readonly answer: Promise<unknown>;
}

/**
 * Each of these reads every photo's entry, and takes a tenth of a second and more for 100,000. Whoever asks the same
 * while it is being read, or afterwards with nothing written in between, gets the same answer: one of each is kept.
 * What fails is forgotten. All reject as {@link CatalogReader.read} does.
 */
export class WholeLibrary {
  readonly #connection: CatalogConnection;
  readonly #reader: CatalogReader;
  readonly #remembered = new Map<ReadName, Remembered>();

  readonly #written: PhotosWrittenLog | undefined;

  constructor(connection: CatalogConnection, reader: CatalogReader, written: PhotosWrittenLog | undefined) {
    this.#connection = connection;
    this.#reader = reader;
    this.#written = written;
  }

  /** Reads ahead what a page needs before it can show anything; one after the other, so that one thread has to start. */
  warm(): void {
    this.photoList(defaultDirection('taken'))
      .then(() => this.overview())
      // Whoever asks in earnest is told what goes wrong.
      .catch(() => {});
  }

  photoList(order: OrderBy, stacked = false): Promise<FoundPhotoList> {
    // The hour is of no matter to a query without dates.
    return this.#ask('photoList', { query: { kind: 'everything' }, order, nowMs: 0, stacked });
  }

  overview(): Promise<LibraryOverview> {
    return this.#ask('overview', undefined);
  }

  facets(): Promise<Facet[]> {
    const args = { query: { kind: 'everything' }, nowMs: 0 } as const;
    return this.#ask('facets', args, { ...args, written: this.#written?.written() });
  }

  tags(): Promise<Tag[]> {
    return this.#ask('tags', undefined);
  }

  /** @param told what goes to the reader: more than what the answer depends on */
  async #ask<Name extends ReadName>(
    name: Name,
    input: ReadArgs<Name>,
    told: ReadArgs<Name> = input,
  ): Promise<ReadResult<Name>> {
    const version = this.#connection.version();
    const args = JSON.stringify(input);
    const before = this.#remembered.get(name);
    if (before?.version === version && before.args === args) return (await before.answer) as ReadResult<Name>;
    const answer = this.#reader.read(name, told);
    const remembered = { version, args, answer };
    this.#remembered.set(name, remembered);
    try {
      return await answer;
    } catch (error) {
      if (this.#remembered.get(name) === remembered) this.#remembered.delete(name);
      throw error;
    }
  }
}
