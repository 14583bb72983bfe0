/** @file Finds photos for the interface: by a query, by what they show, by likeness. Main process and server. */
import type { PhotoList } from '../../preload/contract/photos.ts';
import type { Catalog } from '../library/catalog/catalog.ts';
import type { LibraryQueue } from '../library/queue/libraryQueue.ts';
import { embeddingKey, type ModelIdentity } from '../library/queue/modelWorker.ts';
import type { Query } from '../library/search/query/ast.ts';
import { completeQuery } from '../library/search/query/completeQuery.ts';
import { parseQuery } from '../library/search/query/parseQuery.ts';
import { printQuery } from '../library/search/query/printQuery.ts';
import { readerSearch } from '../library/search/readerSearch.ts';
import { type LikenessSearch, searchPhotos } from '../library/search/searchPhotos.ts';
import type { LibraryVectors } from '../library/search/vectors/libraryVectors.ts';
import type { Finding, ListRequest } from './app.ts';

export interface PhotoFindingParts {
  readonly catalog: Catalog;
  readonly queue: Pick<LibraryQueue, 'embedTextNow'>;
  readonly vectors: LibraryVectors;
  /** The matching model whose vectors photos are found by; undefined where there is none. */
  readonly judge: () => Promise<ModelIdentity | undefined>;
}

/** Of photos found by what they show, or by likeness. */
const mostAlike = 1000;
/** Cosine from which two photos count as nearly the same. */
const nearlySame = 0.95;
/** Of 64 bits that describe the look of a photo: as many may differ. */
const nearlySameBits = 6;

export class PhotoFinding implements Finding {
  readonly #parts: PhotoFindingParts;

  constructor(parts: PhotoFindingParts) {
    this.#parts = parts;
  }

  async list(request: ListRequest, signal: AbortSignal | undefined): Promise<PhotoList> {
    const { reader, wholeLibrary } = this.#parts.catalog;
    if (request.similarTo !== undefined) {
      const photoIds = await this.#alike(request.similarTo, signal);
      return { ...(await reader.read('packedList', photoIds, signal)), semantic: true, completed: null };
    }
    const likeness = request.semantic ? await this.#likeness() : undefined;
    if (likeness !== undefined) {
      const order = { order: 'relevance', descending: true } as const;
      const { photoIds, completed } = await searchPhotos(
        readerSearch(reader),
        { query: request.query, order, limit: mostAlike, likeness },
        signal,
      );
      const list = await reader.read('packedList', photoIds, signal);
      return { ...list, semantic: true, completed: printed(completed) };
    }
    const query = parseQuery(request.query);
    const order = { order: request.order, descending: request.descending };
    if (query.kind === 'everything') {
      return { ...(await wholeLibrary.photoList(order)), semantic: false, completed: null };
    }
    const { completed, ...list } = await reader.read('photoList', { query, order, nowMs: Date.now() }, signal);
    return { ...list, semantic: false, completed: printed(completed) };
  }

  async ids(query: string, signal: AbortSignal | undefined): Promise<number[]> {
    const args = { query: parseQuery(query), nowMs: Date.now() };
    return [...(await this.#parts.catalog.reader.read('searchIds', args, signal))];
  }

  async suggest(query: string, cursor: number, signal: AbortSignal | undefined) {
    const { reader } = this.#parts.catalog;
    const { span, items } = await completeQuery(query, cursor, (request) =>
      reader.read('suggestions', request, signal),
    );
    const { offset, length } = span;
    return items.map(({ text, field }) => ({ text, field, from: offset, to: offset + length }));
  }

  /** By a matching model's vectors where photos have them, else by their looks. */
  async nearDuplicates(signal: AbortSignal | undefined): Promise<number[][]> {
    const judge = await this.#parts.judge();
    const index = judge === undefined ? undefined : await this.#parts.vectors.index(embeddingKey(judge));
    return index === undefined || index.size === 0
      ? await this.#parts.vectors.lookAlikes({ maxDistance: nearlySameBits, signal })
      : await index.nearDuplicates({ threshold: nearlySame, signal });
  }

  async #alike(photoId: number, signal: AbortSignal | undefined): Promise<number[]> {
    const judge = await this.#parts.judge();
    if (judge === undefined) return [photoId];
    const index = await this.#parts.vectors.index(embeddingKey(judge));
    const found = await index.similarTo(photoId, { limit: mostAlike, signal });
    return [photoId, ...found.map((photo) => photo.photoId)];
  }

  async #likeness(): Promise<LikenessSearch | undefined> {
    const judge = await this.#parts.judge();
    if (judge === undefined) return undefined;
    const vectors = await this.#parts.vectors.index(embeddingKey(judge));
    if (vectors.size === 0) return undefined;
    return { vectors, embedText: (text, signal) => this.#parts.queue.embedTextNow(judge, text, signal) };
  }
}

function printed(query: Query | null): string | null {
  return query === null ? null : printQuery(query);
}
