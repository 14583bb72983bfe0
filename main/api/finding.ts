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
import { readerSearch } from '../library/search/catalogSearch.ts';
import { type FoundReason, foundReasons } from '../library/search/foundReasons.ts';
import { type SimilaritySearch, searchPhotos } from '../library/search/searchPhotos.ts';
import { type ResolvedQuery, type ResolveOptions, resolveSimilar } from '../library/search/similarPhotos.ts';
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
    const resolved = await this.#resolved(request.query, signal, request.beyondCut ? 'show' : 'count');
    const { query, similarTo } = resolved;
    const { reader } = this.#parts.catalog;
    const words = describedQuery(query);
    const unreadable: string[] = [];
    const similarity = request.semantic && words.description !== '' ? await this.#similarity(unreadable) : undefined;
    const isRanked = request.order === 'relevance' && resolved.rankings.length > 0;
    if (similarity === undefined && !isRanked) {
      const list = await this.#listed({ query, order: request }, signal);
      return { ...list, similarTo: [...similarTo], beyond: resolved.beyond };
    }
    const {
      photoIds,
      completed,
      foundBy,
      beyond = 0,
    } = await searchPhotos(
      readerSearch(reader),
      {
        query: resolved,
        order: defaultDirection('relevance'),
        limit: similarity === undefined ? Number.MAX_SAFE_INTEGER : maxAlike,
        similarity,
        beyondCut: request.beyondCut,
      },
      signal,
    );
    const why = {
      semantic: similarity !== undefined,
      unreadable,
      similarTo: [...similarTo],
      beyond: beyond + resolved.beyond,
      foundBy:
        foundBy === undefined ? null : (await foundReasons(reader, completed ?? query, foundBy, signal)).map(told),
    };
    if (request.order === 'relevance')
      return { ...(await this.#ranked(request, { photoIds, completed }, signal)), ...why };
    const list = await this.#listed({ query: words.demands, order: request, among: photoIds }, signal);
    return { ...list, ...why, completed: printed(completed) };
  }

  /** Every query that is asked here goes through this. */
  async #resolved(
    text: string,
    signal: AbortSignal | undefined,
    beyondCut?: ResolveOptions['beyondCut'],
  ): Promise<ResolvedQuery> {
    const vectors = async () => {
      const scorer = await this.#parts.scorer();
      return scorer === undefined ? undefined : await this.#parts.vectors.index(embeddingKey(scorer));
    };
    const options = { vectors, nowMs: Date.now(), beyondCut, signal };
    return await resolveSimilar(readerSearch(this.#parts.catalog.reader), parseQuery(text), options);
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
      similarTo: [],
      foundBy: null,
      beyond: 0,
      completed: printed(completed),
      order: shown,
    };
  }

  async ids(query: string, signal: AbortSignal | undefined): Promise<number[]> {
    const args = { query: (await this.#resolved(query, signal)).query, nowMs: Date.now() };
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
      const args = { query: (await this.#resolved(text, signal)).query, nowMs: Date.now() };
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
    const args = { query: (await this.#resolved(query, signal)).query, nowMs: Date.now() };
    return await this.#parts.catalog.reader.read('locatedPhotos', args, signal);
  }

  async clusters(
    { query, area, zoom }: PhotoClustersRequest,
    signal: AbortSignal | undefined,
  ): Promise<PhotoCluster[]> {
    const args = { query: (await this.#resolved(query, signal)).query, nowMs: Date.now(), area, zoom };
    return await this.#parts.catalog.reader.read('photoClusters', args, signal);
  }

  async facets({ query: text, among }: FacetsRequest, signal: AbortSignal | undefined): Promise<Facet[]> {
    const { reader, wholeLibrary, photosWritten } = this.#parts.catalog;
    const asked = (await this.#resolved(text, signal)).query;
    if (asked.kind === 'everything' && among === undefined) return await wholeLibrary.facets();
    // Photos that were found by looks need not have the words, nor look as much like others as the cut has it.
    const query = among === undefined ? asked : describedQuery(asked, { withSimilar: true }).demands;
    const written = photosWritten?.written();
    return await reader.read('facets', { query, nowMs: Date.now(), among, written }, signal);
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
        const embedding = await this.#parts.queue.embedTextNow(scorer, text, signal);
        unreadable.push(...(embedding.unknown ?? []));
        return embedding;
      },
    };
  }
}

function told(reason: FoundReason) {
  return { ...reason, places: [...reason.places] };
}

function printed(query: Query | null): string | null {
  return query === null ? null : printQuery(query);
}
