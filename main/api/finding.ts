/** @file Finds photos for the interface: by a query, by what they show, by similarity. Main process and server. */
import { VignetteError } from '../../native-models/errors.ts';
import type {
  FacetsRequest,
  LocatedPhotos,
  PhotoCluster,
  PhotoClustersRequest,
  PhotoList,
} from '../../preload/contract/photos.ts';
import type { Facet } from '../../schemas/facet.ts';
import type { Catalog } from '../library/catalog/catalog.ts';
import { defaultDirection } from '../library/catalog/search/orders.ts';
import type { Query } from '../library/query/ast.ts';
import { completeQuery } from '../library/query/completeQuery.ts';
import { describedQuery } from '../library/query/description.ts';
import { parseQuery } from '../library/query/parseQuery.ts';
import { printQuery } from '../library/query/printQuery.ts';
import { embeddingKey, type ModelIdentity } from '../library/queue/modelLeases.ts';
import type { LibraryQueue } from '../library/queue/queue.ts';
import { readerSearch, type SimilaritySearch, searchPhotos } from '../library/search/searchPhotos.ts';
import { beforeCut, sampleOf } from '../library/search/similarityCut.ts';
import type { LibraryVectors } from '../library/search/vectors/libraryVectors.ts';
import type { Finding, ListRequest } from './app.ts';

export interface PhotoFindingParts {
  readonly catalog: Catalog;
  readonly queue: Pick<LibraryQueue, 'embedTextNow'>;
  readonly vectors: LibraryVectors;
  /** The matching model whose vectors photos are found by; undefined where there is none. */
  readonly scorer: () => Promise<ModelIdentity | undefined>;
}

type AskedOrder = Pick<ListRequest, 'order' | 'descending' | 'stacked'>;

/** Of photos found by what they show, or by similarity. */
const maxAlike = 1000;
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
    const query = parseQuery(request.query);
    if (request.similarTo !== undefined) {
      const { photoIds, beyond } = await this.#alike(request.similarTo, query, request.beyondCut === true, signal);
      return { ...(await this.#ranked(request, { photoIds, completed: null }, signal)), beyond };
    }
    const words = describedQuery(query);
    const unreadable: string[] = [];
    const similarity = request.semantic && words.description !== '' ? await this.#similarity(unreadable) : undefined;
    if (similarity === undefined) return await this.#listed({ query, order: request }, signal);
    const {
      photoIds,
      completed,
      foundBy,
      beyond = 0,
    } = await searchPhotos(
      readerSearch(this.#parts.catalog.reader),
      {
        query: request.query,
        order: defaultDirection('relevance'),
        limit: maxAlike,
        similarity,
        beyondCut: request.beyondCut,
      },
      signal,
    );
    const why = { unreadable, beyond, foundBy: await this.#reasons(completed ?? query, foundBy, signal) };
    if (request.order === 'relevance')
      return { ...(await this.#ranked(request, { photoIds, completed }, signal)), ...why };
    const list = await this.#listed({ query: words.demands, order: request, among: photoIds }, signal);
    return { ...list, ...why, semantic: true, completed: printed(completed) };
  }

  /** Where the words stand of the photos that were found by words. */
  async #reasons(
    query: Query,
    foundBy: ReadonlyMap<number, { words: boolean; looks: boolean }> | undefined,
    signal: AbortSignal | undefined,
  ): Promise<PhotoList['foundBy']> {
    if (foundBy === undefined) return null;
    const photoIds = [...foundBy].filter(([, { words }]) => words).map(([photoId]) => photoId);
    const args = { query, photoIds, nowMs: Date.now() };
    const places = await this.#parts.catalog.reader.read('photoWordPlaces', args, signal);
    const placesById = new Map(photoIds.map((photoId, index) => [photoId, places[index] ?? []]));
    return [...foundBy].map(([photoId, { looks }]) => ({
      photoId,
      places: [...(placesById.get(photoId) ?? [])],
      looks,
    }));
  }

  /** The photos in this order, which nothing in the catalog tells. */
  async #ranked(
    { stacked }: Pick<ListRequest, 'stacked'>,
    { photoIds, completed }: { readonly photoIds: readonly number[]; readonly completed: Query | null },
    signal: AbortSignal | undefined,
  ) {
    const list = await this.#parts.catalog.reader.read('packedList', { photoIds, stacked }, signal);
    return {
      ...list,
      sections: null,
      semantic: true,
      unreadable: [],
      foundBy: null,
      beyond: 0,
      completed: printed(completed),
      order: 'relevance' as const,
    };
  }

  async #listed(
    { query, order: asked, among }: { query: Query; order: AskedOrder; among?: readonly number[] },
    signal: AbortSignal | undefined,
  ): Promise<PhotoList> {
    const { reader, wholeLibrary } = this.#parts.catalog;
    const by = { order: asked.order, descending: asked.descending };
    const { stacked } = asked;
    const { completed, order, ids, aspects, stacks, sections } =
      query.kind === 'everything' && among === undefined
        ? await wholeLibrary.photoList(by, stacked)
        : await reader.read('photoList', { query, order: by, nowMs: Date.now(), among, stacked }, signal);
    const isAsAsked = order.order === asked.order;
    const shown = isAsAsked ? asked.order : 'taken';
    return {
      ids,
      aspects,
      stacks,
      sections,
      semantic: false,
      unreadable: [],
      foundBy: null,
      beyond: 0,
      completed: printed(completed),
      order: shown,
    };
  }

  async ids(query: string, signal: AbortSignal | undefined): Promise<number[]> {
    const args = { query: parseQuery(query), nowMs: Date.now() };
    return [...(await this.#parts.catalog.reader.read('searchIds', args, signal))];
  }

  /** One after the other, so that short questions go past them. */
  async counts(queries: readonly string[], signal: AbortSignal | undefined): Promise<(number | null)[]> {
    const counts: (number | null)[] = [];
    for (const query of queries) counts.push(await this.#count(query, signal));
    return counts;
  }

  async #count(text: string, signal: AbortSignal | undefined): Promise<number | null> {
    try {
      const args = { query: parseQuery(text), nowMs: Date.now() };
      return await this.#parts.catalog.reader.read('searchCount', args, signal);
    } catch (error) {
      if (error instanceof VignetteError && error.code === 'QUERY_INVALID') return null;
      throw error;
    }
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
    const scorer = await this.#parts.scorer();
    const index = scorer === undefined ? undefined : await this.#parts.vectors.index(embeddingKey(scorer));
    return index === undefined || index.size === 0
      ? await this.#parts.vectors.lookAlikes({ maxDistance: nearlySameBits, signal })
      : await index.nearDuplicates({ threshold: nearlySame, signal });
  }

  async appearances(photoIds: readonly number[]): Promise<ReadonlyMap<number, Float32Array>> {
    const scorer = await this.#parts.scorer();
    if (scorer === undefined) return new Map();
    return await (await this.#parts.vectors.index(embeddingKey(scorer))).means(photoIds);
  }

  async indexBytes(modelKey: string): Promise<number | undefined> {
    const index = await this.#parts.vectors.index(modelKey).catch(() => undefined);
    return index?.photoBytes;
  }

  async located(query: string, signal: AbortSignal | undefined): Promise<LocatedPhotos> {
    const args = { query: parseQuery(query), nowMs: Date.now() };
    return await this.#parts.catalog.reader.read('locatedPhotos', args, signal);
  }

  async clusters(
    { query, area, zoom }: PhotoClustersRequest,
    signal: AbortSignal | undefined,
  ): Promise<PhotoCluster[]> {
    const args = { query: parseQuery(query), nowMs: Date.now(), area, zoom };
    return await this.#parts.catalog.reader.read('photoClusters', args, signal);
  }

  async facets({ query: text, among }: FacetsRequest, signal: AbortSignal | undefined): Promise<Facet[]> {
    const query = parseQuery(text);
    const { reader, wholeLibrary, photosWritten } = this.#parts.catalog;
    if (query.kind === 'everything' && among === undefined) return await wholeLibrary.facets();
    const written = photosWritten?.written();
    return await reader.read('facets', { query, nowMs: Date.now(), among, written }, signal);
  }

  async #alike(
    photoIds: readonly number[],
    query: Query,
    beyondCut: boolean,
    signal: AbortSignal | undefined,
  ): Promise<{ photoIds: number[]; beyond: number }> {
    const { reader } = this.#parts.catalog;
    const scorer = await this.#parts.scorer();
    if (scorer === undefined) return { photoIds: [...photoIds], beyond: 0 };
    const index = await this.#parts.vectors.index(embeddingKey(scorer));
    const ids = async (of: Query) => await reader.read('searchIds', { query: of, nowMs: Date.now() }, signal);
    const all = await ids({ kind: 'everything' });
    const allowed = query.kind === 'everything' ? all : await ids(query);
    const found = await index.similarTo(photoIds, { limit: maxAlike, allowed, signal });
    const sample = sampleOf(all);
    const typical = await index.similarTo(photoIds, { limit: sample.length, allowed: sample, signal });
    const near = beyondCut ? found : beforeCut(found, typical);
    return { photoIds: [...photoIds, ...near.map((photo) => photo.photoId)], beyond: found.length - near.length };
  }

  /** @param unreadable gets what of a text the model cannot read */
  async #similarity(unreadable: string[]): Promise<SimilaritySearch | undefined> {
    const scorer = await this.#parts.scorer();
    if (scorer === undefined) return undefined;
    const vectors = await this.#parts.vectors.index(embeddingKey(scorer));
    if (vectors.size === 0) return undefined;
    return {
      vectors,
      embedText: async (text, signal) => {
        const { data, unknown = [] } = await this.#parts.queue.embedTextNow(scorer, text, signal);
        unreadable.push(...unknown);
        return data;
      },
    };
  }
}

function printed(query: Query | null): string | null {
  return query === null ? null : printQuery(query);
}
