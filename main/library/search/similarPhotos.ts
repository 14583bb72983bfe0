/**
 * @file `similar:` in queries: asks the vectors what looks like the photos that are named, before the catalog is asked, which
 * then gets their numbers. Wherever queries come from, they go through here first. Main process, CLI.
 */
import type { NamedPhoto, Query } from '../query/ast.ts';
import { photoText } from '../query/printQuery.ts';
import { QueryError } from '../query/queryError.ts';
import type { CatalogSearch } from './catalogSearch.ts';
import { beforeCut, type Scored, sampleOf } from './similarityCut.ts';

export interface SimilarVectors {
  /** Photos that can be found. */
  readonly size: number;
  has(photoId: number): boolean;
  /** Those that are most like some together, without these, the most similar first. */
  similarTo(
    photoIds: readonly number[],
    options: { readonly limit: number; readonly allowed: Iterable<number>; readonly signal?: AbortSignal | undefined },
  ): Promise<readonly Scored[]>;
}

export interface ResolvedQuery {
  readonly query: Query;
  /** What each `similar:` that the whole query asks for found, the most similar first, after the photos that it names. */
  readonly rankings: readonly (readonly number[])[];
  /** The photos that others are to be like, and that are there. */
  readonly similarTo: readonly number[];
  /** Photos that were left out for looking hardly like these. */
  readonly beyond: number;
}

export interface ResolveOptions {
  /** Undefined where no matching model can be used. */
  readonly vectors: () => Promise<SimilarVectors | undefined>;
  readonly nowMs: number;
  /** What to do with photos of the query that look hardly like those it names; without it nothing. */
  readonly beyondCut?: 'count' | 'show' | undefined;
  readonly signal?: AbortSignal | undefined;
}

type SimilarFilter = Extract<Query, { kind: 'similar' }>;

/** Those that lie farther are too little like them to be of use. */
const maxFound = 1000;

/** The same query where it asks for nothing similar. @throws QueryError, for what cannot be compared with */
export async function resolveSimilar(
  catalog: CatalogSearch,
  query: Query,
  { vectors: open, nowMs, beyondCut, signal }: ResolveOptions,
): Promise<ResolvedQuery> {
  const filters = similarIn(query);
  const [first] = filters;
  if (first === undefined) return { query, rankings: [], similarTo: [], beyond: 0 };
  const vectors = await open();
  if (vectors === undefined) throw new QueryError({ code: 'noMatchingModel', params: null }, first.span);
  if (vectors.size === 0) throw new QueryError({ code: 'nothingIndexed', params: null }, first.span);
  const idsOf = async (of: Query) => await catalog.ids({ query: of, nowMs }, signal);
  const library = await idsOf(everyPhoto);
  const sample = sampleOf([...library]);
  const found = new Map<SimilarFilter, { readonly named: readonly number[]; readonly near: readonly number[] }>();
  for (const filter of filters) {
    const named = await namedPhotos(catalog, filter, vectors, { nowMs, signal });
    const all = await vectors.similarTo(named, { limit: maxFound, allowed: library, signal });
    const typical = await vectors.similarTo(named, { limit: sample.length, allowed: sample, signal });
    const near = beforeCut(all, typical).map(({ photoId }) => photoId);
    found.set(filter, { named, near: [...named, ...near] });
  }
  const near = replaced(query, (filter) => found.get(filter)?.near ?? null);
  const whole = operandsOf(query).filter((operand) => operand.kind === 'similar');
  const similarTo = [...new Set(filters.flatMap((filter) => found.get(filter)?.named ?? []))];
  const narrow = whole.map((filter) => found.get(filter)?.near ?? []);
  if (beyondCut === undefined || whole.length === 0) return { query: near, rankings: narrow, similarTo, beyond: 0 };
  const rest = await idsOf({ kind: 'and', operands: operandsOf(near).filter(({ kind }) => kind !== 'similar') });
  const wide = new Map<SimilarFilter, readonly number[]>();
  for (const filter of whole) {
    const named = found.get(filter)?.named ?? [];
    const all = await vectors.similarTo(named, { limit: maxFound, allowed: rest, signal });
    wide.set(filter, [...named, ...all.map(({ photoId }) => photoId)]);
  }
  if (beyondCut === 'show') {
    const shown = replaced(query, (filter) => wide.get(filter) ?? found.get(filter)?.near ?? null);
    return { query: shown, rankings: [...wide.values()], similarTo, beyond: 0 };
  }
  const isNear = inAll(narrow);
  const isThere = inAll([[...rest], ...wide.values()]);
  const beyond = [...new Set([...wide.values()].flat())].filter((id) => isThere(id) && !isNear(id)).length;
  return { query: near, rankings: narrow, similarTo, beyond };
}

/** With those whose files are missing: a query may ask for these. */
const everyPhoto: Query = {
  kind: 'or',
  operands: [true, false].map((value) => ({
    kind: 'flag',
    field: 'missing',
    value,
    span: { offset: 0, length: 0 },
  })),
};

function operandsOf(query: Query): readonly Query[] {
  return query.kind === 'and' ? query.operands : [query];
}

function inAll(lists: readonly (readonly number[])[]): (photoId: number) => boolean {
  const sets = lists.map((list) => new Set(list));
  return (photoId) => sets.every((set) => set.has(photoId));
}

function similarIn(query: Query): SimilarFilter[] {
  switch (query.kind) {
    case 'and':
    case 'or':
      return query.operands.flatMap(similarIn);
    case 'not':
      return similarIn(query.operand);
    case 'similar':
      return [query];
    default:
      return [];
  }
}

function replaced(query: Query, found: (filter: SimilarFilter) => readonly number[] | null): Query {
  switch (query.kind) {
    case 'and':
    case 'or':
      return { ...query, operands: query.operands.map((operand) => replaced(operand, found)) };
    case 'not':
      return { ...query, operand: replaced(query.operand, found) };
    case 'similar':
      return { ...query, found: found(query) };
    default:
      return query;
  }
}

/**
 * Those of the filter that are there and can be compared with. A saved search outlives its photos: as long as one of them
 * is left, the others do not count.
 */
async function namedPhotos(
  catalog: CatalogSearch,
  { photos, span }: SimilarFilter,
  vectors: SimilarVectors,
  { nowMs, signal }: Pick<ResolveOptions, 'nowMs' | 'signal'>,
): Promise<number[]> {
  const indexed: number[] = [];
  let problem: QueryError | undefined;
  for (const photo of photos) {
    const byNumber = 'photoId' in photo;
    const name = byNumber ? String(photo.photoId) : photo.name;
    const cards = byNumber
      ? await catalog.cards([photo.photoId], signal)
      : await photosCalled(catalog, photo, { nowMs, signal });
    const [card] = cards;
    if (card === undefined) {
      problem ??= new QueryError({ code: 'noPhoto', params: { photo: name, byNumber } }, photo.span);
    } else if (vectors.has(card.id)) {
      indexed.push(card.id);
    } else {
      problem ??= new QueryError({ code: 'photoNotIndexed', params: { photo: card.fileName } }, photo.span);
    }
  }
  if (indexed.length > 0) return [...new Set(indexed)];
  throw problem ?? new QueryError({ code: 'nothingIndexed', params: null }, span);
}

/** As many as tell that a name alone is not enough. */
const maxCompared = 200;

/** None, or one. @throws QueryError where the name is that of several */
async function photosCalled(
  catalog: CatalogSearch,
  { name, span }: Extract<NamedPhoto, { name: string }>,
  { nowMs, signal }: Pick<ResolveOptions, 'nowMs' | 'signal'>,
) {
  const folders = name.split('/').filter((part) => part !== '');
  const fileName = folders.pop() ?? name;
  const called: Query = {
    kind: 'label',
    field: 'name',
    whole: true,
    pattern: [{ kind: 'literal', text: fileName }],
    span,
  };
  const folder = folders.join('/');
  const below: Query = {
    kind: 'path',
    field: 'folder',
    whole: false,
    pattern: [{ kind: 'literal', text: folder }],
    span,
  };
  const query: Query = folder === '' ? called : { kind: 'and', operands: [called, below] };
  const photoIds = [...(await catalog.ids({ query, nowMs }, signal))];
  const cards = await catalog.cards(photoIds.slice(0, maxCompared), signal);
  if (cards.length < 2) return cards;
  const inFolder = cards.filter((card) => folder !== '' && `/${card.folder}`.endsWith(`/${folder}`));
  if (inFolder.length === 1) return inFolder;
  const [card] = cards;
  const example = `similar:${photoText(`${card?.folder}/${card?.fileName}`)}`;
  throw new QueryError({ code: 'severalPhotos', params: { name, photos: photoIds.length, example } }, span);
}
