/** @file Where in the interface a person is, as the part of the address behind #: a reload, and the browser's back, find it again. Pure; renderer only. */
import type { PhotoOrder } from '../../preload/contract/photos.ts';

const plainViews = ['library', 'runs', 'models', 'settings', 'tags', 'map'] as const;

/** What the review goes through: queues of captions, and those of the other kinds of texts; the first one has no name in the address. */
export const reviewQueues = ['doubtful', 'unreviewed', 'disagreements', 'altText', 'longDescription'] as const;
export type ReviewQueue = (typeof reviewQueues)[number];

export type Route =
  | { readonly view: (typeof plainViews)[number] }
  | { readonly view: 'review'; readonly queue: ReviewQueue }
  | { readonly view: 'photo'; readonly photoId: number }
  | { readonly view: 'compare'; readonly photoIds: readonly number[] }
  | { readonly view: 'run'; readonly runId: number }
  | { readonly view: 'pilot'; readonly pilotId: number };

/** How many photos are compared at a time. */
export const comparedCount = { least: 2, most: 4 };

/** What the list of photos is of, and in which order. */
export interface ListQuery {
  readonly query: string;
  readonly order: PhotoOrder;
  readonly descending: boolean;
  /** Words are also looked for by their meaning. */
  readonly semantic: boolean;
  /** Of what was found by looks, also what looks hardly like it. */
  readonly beyondCut: boolean;
}

export const wholeLibrary: ListQuery = {
  query: '',
  order: 'taken',
  descending: true,
  semantic: false,
  beyondCut: false,
};

export interface ListChange {
  /** The same search goes on: words are typed on, or a facet is chosen. What was chosen for it stays: by meaning, by relevance. */
  readonly isTyping?: boolean;
}

/**
 * The list with something changed. A query from elsewhere, such as a folder's, begins anew: what was chosen for the words
 * before it says nothing about it.
 */
export function changedList(
  list: ListQuery,
  change: Partial<ListQuery>,
  { isTyping = false }: ListChange = {},
): ListQuery {
  const isOther = change.query !== undefined;
  const changed = {
    ...list,
    ...(isOther && !isTyping ? { semantic: false } : {}),
    ...(isOther || change.semantic === false ? { beyondCut: false } : {}),
    ...change,
  };
  const isRanked = changed.semantic || (changed.query !== '' && (!isOther || isTyping));
  const isStale = changed.order === 'relevance' && change.order !== 'relevance' && !isRanked;
  return isStale ? { ...changed, order: wholeLibrary.order, descending: wholeLibrary.descending } : changed;
}

const orders: readonly PhotoOrder[] = ['taken', 'added', 'name', 'folder', 'size', 'itm', 'relevance'];

function parseId(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;
}

/** Separated by commas; each once, and no more than `most`. */
function parseIds(text: string | null | undefined, most: number): readonly number[] {
  const ids = (text ?? '').split(',').flatMap((id) => parseId(id) ?? []);
  return [...new Set(ids)].slice(0, most);
}

function parseRoute(path: string): Route {
  const [view, id] = path.split('/').filter((part) => part !== '');
  const number = parseId(id);
  if (view === 'review') return { view, queue: reviewQueues.find((name) => name === id) ?? 'doubtful' };
  if (view === 'photo' && number !== undefined) return { view, photoId: number };
  if (view === 'compare') {
    const photoIds = parseIds(id, comparedCount.most);
    if (photoIds.length >= comparedCount.least) return { view, photoIds };
  }
  if (view === 'run' && number !== undefined) return { view, runId: number };
  if (view === 'pilot' && number !== undefined) return { view, pilotId: number };
  return { view: plainViews.find((name) => name === view) ?? 'library' };
}

function parseList(parameters: URLSearchParams): ListQuery {
  return {
    query: parameters.get('q') ?? wholeLibrary.query,
    order: orders.find((order) => order === parameters.get('order')) ?? wholeLibrary.order,
    descending: !parameters.has('asc'),
    semantic: parameters.has('semantic'),
    beyondCut: parameters.has('all'),
  };
}

/** Whatever the address says, it leads somewhere. */
export function parseHash(hash: string): { route: Route; list: ListQuery } {
  const [path = '', search = ''] = hash.replace(/^#/, '').split('?', 2);
  return { route: parseRoute(path), list: parseList(new URLSearchParams(search)) };
}

function routePath(route: Route): string {
  if (route.view === 'photo') return `/photo/${route.photoId}`;
  if (route.view === 'compare') return `/compare/${route.photoIds.join(',')}`;
  if (route.view === 'review') return route.queue === 'doubtful' ? '/review' : `/review/${route.queue}`;
  if (route.view === 'run') return `/run/${route.runId}`;
  if (route.view === 'pilot') return `/pilot/${route.pilotId}`;
  return `/${route.view}`;
}

export function formatHash(route: Route, list: ListQuery): string {
  const parameters = new URLSearchParams();
  if (list.query !== '') parameters.set('q', list.query);
  if (list.order !== wholeLibrary.order) parameters.set('order', list.order);
  if (!list.descending) parameters.set('asc', '');
  if (list.semantic) parameters.set('semantic', '');
  if (list.beyondCut) parameters.set('all', '');
  const search = parameters.toString();
  return `#${routePath(route)}${search === '' ? '' : `?${search}`}`;
}
