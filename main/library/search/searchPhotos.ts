/** @file One search over the catalog: by words and filters, and where a model can embed texts, by similarity, too. Main process, CLI. */
import type { Embedding } from '../../../native-models/runtime/protocol.ts';
import type { OrderBy } from '../catalog/search/orders.ts';
import type { PageCursor, SearchPage } from '../catalog/search/searchPhotos.ts';
import { describedQuery } from '../query/description.ts';
import type { CatalogSearch } from './catalogSearch.ts';
import { beforeCut, sampleOf } from './similarityCut.ts';
import type { ResolvedQuery } from './similarPhotos.ts';

export interface VectorSearch {
  /** Photos like the vectors, the most alike first; of the allowed ones, where those are given. */
  searchByVector(
    query: Float32Array,
    options: { readonly limit: number; readonly allowed?: Iterable<number>; readonly signal?: AbortSignal },
  ): Promise<readonly { readonly photoId: number; readonly score: number }[]>;
}

export interface SimilaritySearch {
  readonly vectors: VectorSearch;
  /** What the model makes of a text, and the parts of it that it has no tokens for. */
  embedText(text: string, signal?: AbortSignal): Promise<Pick<Embedding, 'data' | 'unknown'>>;
}

export interface SearchRequest {
  readonly query: ResolvedQuery;
  readonly order: OrderBy;
  readonly limit: number;
  /** What the page before said comes next. */
  readonly after?: PageCursor | undefined;
  /** With relevance as the order: also finds photos that look as the words say. */
  readonly similarity?: SimilaritySearch | undefined;
  /** Also what looks hardly more like the words than any photo: the most alike first, and none is left out. */
  readonly beyondCut?: boolean | undefined;
  readonly nowMs?: number | undefined;
}

/** Why a photo was found; by both its words and its looks, or one of them. */
export interface FoundBy {
  readonly words: boolean;
  readonly looks: boolean;
}

export interface FoundPage extends SearchPage {
  /** Of the photos of the page, where the search was by similarity, too. */
  readonly foundBy?: ReadonlyMap<number, FoundBy> | undefined;
  /** Photos that were left out for looking hardly like the words. */
  readonly beyond?: number | undefined;
}

/** Of each ranking; what lies deeper in one is too little to the point to be joined with the other. */
const maxJoined = 1000;

/**
 * A page of the photos found. With similarity, what both words and looks speak for comes first, and what looks hardly more
 * like the words than any photo is left out; the filters of the query hold for either.
 * @throws QueryError; whatever the model and its vectors fail with; the signal's reason
 */
export async function searchPhotos(
  catalog: CatalogSearch,
  { query: resolved, order, limit, after, similarity, beyondCut = false, nowMs = Date.now() }: SearchRequest,
  signal?: AbortSignal,
): Promise<FoundPage> {
  const { query, rankings: similar } = resolved;
  const { description, demands } = describedQuery(query);
  if (order.order !== 'relevance') return await catalog.page({ query, order, limit, after, nowMs }, signal);
  if (similarity === undefined || description === '') {
    const args = { query, order, limit, after, nowMs };
    if (similar.length === 0) return await catalog.page(args, signal);
    const found = new Set(await catalog.ids({ query, nowMs }, signal));
    const worded = description === '' ? [] : [(await catalog.page({ ...args, limit: maxJoined }, signal)).photoIds];
    const rankings = [...similar.map((ranking) => ranking.filter((id) => found.has(id))), ...worded];
    return { ...fusedPage(rankings, { after, limit }), order, completed: null };
  }
  const alike = async () => {
    const { data: vector, unknown = [] } = await similarity.embedText(description, signal);
    // Of no words at all a model makes something, too, which some photo always resembles.
    if (isAllUnknown(description, unknown)) return { all: [], near: [] };
    const scoresOf = async (limit: number, allowed: Iterable<number>) =>
      await similarity.vectors.searchByVector(vector, { limit, allowed, ...(signal === undefined ? {} : { signal }) });
    const sample = sampleOf([...(await catalog.ids({ query: { kind: 'everything' }, nowMs }, signal))]);
    const allowed = await catalog.ids({ query: demands, nowMs }, signal);
    const all = await scoresOf(maxJoined, allowed);
    return { all, near: beforeCut(all, await scoresOf(sample.length, sample)) };
  };
  const [worded, { all, near }] = await Promise.all([
    catalog.page({ query, order, limit: maxJoined, nowMs }, signal),
    alike(),
  ]);
  const looking = (beyondCut ? all : near).map(({ photoId }) => photoId);
  const found = new Set([...worded.photoIds, ...looking]);
  const rankings = [worded.photoIds, looking, ...similar.map((ranking) => ranking.filter((id) => found.has(id)))];
  const { photoIds, next } = fusedPage(rankings, { after, limit });
  // Beyond the cut a photo is shown for its looks only where nothing else speaks for it.
  const [byWords, byLooks] = [new Set(worded.photoIds), new Set(near.map(({ photoId }) => photoId))];
  const foundBy = new Map(
    photoIds.map((id) => [id, { words: byWords.has(id), looks: byLooks.has(id) || !byWords.has(id) }]),
  );
  const beyond = all.filter(({ photoId }) => !byWords.has(photoId) && !byLooks.has(photoId)).length;
  return { photoIds, next, order, completed: worded.completed, foundBy, beyond: beyondCut ? 0 : beyond };
}

function isAllUnknown(text: string, unknown: readonly string[]): boolean {
  const read = unknown.reduce((rest, part) => rest.replaceAll(part.toLowerCase(), ' '), text.toLowerCase());
  return unknown.length > 0 && !/[\p{L}\p{N}]/u.test(read);
}

function fusedPage(
  rankings: readonly (readonly number[])[],
  { after, limit }: Pick<SearchRequest, 'after' | 'limit'>,
): Pick<SearchPage, 'photoIds' | 'next'> {
  const offset = after?.kind === 'number' ? after.offset : 0;
  const fused = fuseRankings(rankings).map(({ photoId }) => photoId);
  const photoIds = fused.slice(offset, offset + limit);
  const end = offset + photoIds.length;
  return { photoIds, next: end < fused.length ? { kind: 'number', offset: end } : null };
}

/** The paper's constant: how little the very first places count beyond those after them. */
const damping = 60;

export interface FusedHit {
  readonly photoId: number;
  readonly score: number;
}

/**
 * Joins rankings that cannot be compared by their scores, such as full text and embeddings, by reciprocal rank fusion
 * (Cormack, Clarke and Büttcher, SIGIR 2009): what several of them put high comes first.
 * @param rankings each lists photos, the best first; photos with equal scores keep the order in which they were met
 */
export function fuseRankings(rankings: readonly (readonly number[])[]): FusedHit[] {
  const scores = new Map<number, number>();
  for (const ranking of rankings) {
    for (const [index, photoId] of ranking.entries()) {
      scores.set(photoId, (scores.get(photoId) ?? 0) + 1 / (damping + index + 1));
    }
  }
  return [...scores].map(([photoId, score]) => ({ photoId, score })).sort((a, b) => b.score - a.score);
}
