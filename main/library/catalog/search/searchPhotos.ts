/** @file Finds photos in the catalog: a page in an order, all ids, or how many. Plain functions for reader threads. */
import type { Query } from '../../query/ast.ts';
import { withOpenEnd } from '../../query/halfTyped.ts';
import type { CatalogConnection } from '../connection.ts';
import { type CompiledQuery, compileQuery, wholeCondition } from './compileQuery.ts';
import { allOf, type Condition, condition, isOneOf, type SqlValue, searchContext } from './condition.ts';
import { defaultDirection, isValueOrder, type OrderBy, type ValueOrder, valueColumns } from './orders.ts';
import { firstOf, numbersOf, type ScanPlan, scanOf } from './scanPlan.ts';

/** Where a page ends: the next begins after that photo, whatever is added or taken away before it. */
export type PageCursor = (
  | { readonly kind: 'photo'; readonly value: SqlValue | null; readonly photoId: number }
  | { readonly kind: 'number'; readonly offset: number }
) & {
  /** The page before was of the query with an open end. */
  readonly openEnd?: boolean;
};

export interface SearchPageArgs {
  readonly query: Query;
  readonly order: OrderBy;
  readonly limit: number;
  readonly after?: PageCursor | undefined;
  readonly nowMs: number;
  /** Of these photos only. */
  readonly among?: readonly number[] | undefined;
}

export interface SearchPage {
  readonly photoIds: readonly number[];
  /** Null where there are no more. */
  readonly next: PageCursor | null;
  /** By what the photos are ordered in fact: by relevance only where the query has words, and not too many match. */
  readonly order: OrderBy;
  /** What was searched for in fact, where nothing met the query and its last word may be half typed; else null. */
  readonly completed: Query | null;
}

export interface SearchArgs {
  readonly query: Query;
  readonly nowMs: number;
}

/**
 * Where nothing meets the query, its last word is taken for half typed: "boa" then finds what has "boat" in it. Only
 * here, where somebody looks at what is found: what is done to all photos that a query finds keeps to the query.
 * @throws QueryError for words that cannot be searched for
 */
export function searchPage(connection: CatalogConnection, args: SearchPageArgs): SearchPage {
  const { query, after } = args;
  const isOpen = after?.openEnd === true;
  if (!isOpen) {
    const page = pageOf(connection, args);
    if (page.photoIds.length > 0 || after !== undefined) return { ...page, completed: null };
  }
  const completed = withOpenEnd(query);
  if (completed === undefined) return { photoIds: [], next: null, order: args.order, completed: null };
  const page = pageOf(connection, { ...args, query: completed });
  if (page.photoIds.length === 0 && !isOpen) return { ...page, completed: null };
  return { ...page, next: page.next && { ...page.next, openEnd: true }, completed };
}

type OnePage = Omit<SearchPage, 'completed'>;

function pageOf(connection: CatalogConnection, args: SearchPageArgs): OnePage {
  const all = compileQuery(searchContext(connection, args.nowMs), args.query);
  const compiled =
    args.among === undefined ? all : { ...all, rest: allOf([all.rest, isOneOf('photo.id', args.among)]) };
  const { order } = args.order;
  if (isValueOrder(order)) return valuePage(connection, wholeCondition(compiled), order, args);
  if (order === 'folder') return folderPage(connection, wholeCondition(compiled), args);
  return isRanked(connection, compiled)
    ? relevancePage(connection, compiled, args)
    : valuePage(connection, wholeCondition(compiled), 'taken', { ...args, order: defaultDirection('taken') });
}

/** @throws QueryError for words that cannot be searched for */
export function searchCount(connection: CatalogConnection, { query, nowMs }: SearchArgs): number {
  const where = wholeCondition(compileQuery(searchContext(connection, nowMs), query));
  const sql = `SELECT count(*) FROM photo ${scanOf(where)} WHERE ${where.sql}`;
  return numbersOf(connection, sql, where.parameters)[0] ?? 0;
}

/** The ids of all photos found, in no order. @throws QueryError for words that cannot be searched for */
export function searchIds(connection: CatalogConnection, { query, nowMs }: SearchArgs): Float64Array {
  const where = wholeCondition(compileQuery(searchContext(connection, nowMs), query));
  const sql = `SELECT photo.id FROM photo ${scanOf(where)} WHERE ${where.sql}`;
  return Float64Array.from(numbersOf(connection, sql, where.parameters));
}

function valuePage(connection: CatalogConnection, where: Condition, order: ValueOrder, args: SearchPageArgs): OnePage {
  const { limit, after } = args;
  const offset = offsetOf(after);
  const found: number[] = [];
  for (const plan of plansFor(where, order, args.order.descending, after)) {
    const wanted = offset + limit - found.length;
    if (wanted <= 0) break;
    // One at a time: a call takes no hundred thousand arguments.
    for (const id of firstOf(connection, plan, where, wanted)) found.push(id);
  }
  const photoIds = found.slice(offset);
  const last = photoIds.at(-1);
  if (last === undefined || photoIds.length < limit) return { photoIds, next: null, order: args.order };
  const value = connection
    .prepare<[number], SqlValue | null>(`SELECT ${valueColumns[order]} FROM photo WHERE id = ?`)
    .pluck()
    .get(last);
  return { photoIds, next: { kind: 'photo', value: value ?? null, photoId: last }, order: args.order };
}

/** Photos that have a value, and after them, in both directions, those that have none. */
function plansFor(where: Condition, order: ValueOrder, descending: boolean, after: PageCursor | undefined): ScanPlan[] {
  const column = `photo.${valueColumns[order]}`;
  const direction = descending ? 'DESC' : 'ASC';
  const beyond = descending ? '<' : '>';
  const last = after?.kind === 'photo' ? after : undefined;
  const valued: ScanPlan = {
    from: 'photo',
    where: allOf([
      condition(`${column} IS NOT NULL`),
      // The walk begins and ends where the query says that the column does.
      ...where.parts.filter(({ comparedColumn }) => comparedColumn === column),
      ...(last === undefined || last.value === null
        ? []
        : [condition(`(${column}, photo.id) ${beyond} (?, ?)`, last.value, last.photoId)]),
    ]),
    order: `${column} ${direction}, photo.id ${direction}`,
  };
  const unvalued: ScanPlan = {
    from: 'photo',
    where: allOf([
      condition(`${column} IS NULL`),
      ...(last?.value === null ? [condition(`photo.id ${beyond} ?`, last.photoId)] : []),
    ]),
    order: `photo.id ${direction}`,
  };
  return last?.value === null ? [unvalued] : [valued, unvalued];
}

function folderPage(connection: CatalogConnection, where: Condition, args: SearchPageArgs): OnePage {
  const direction = args.order.descending ? 'DESC' : 'ASC';
  const columns = ['folder.root_id', 'folder.path_key', 'photo.name_order', 'photo.id'];
  const plan: ScanPlan = {
    from: 'folder CROSS JOIN photo ON photo.folder_id = folder.id',
    where: condition('1'),
    order: columns.map((column) => `${column} ${direction}`).join(', '),
  };
  const offset = offsetOf(args.after);
  return numberedPage(firstOf(connection, plan, where, offset + args.limit).slice(offset), args);
}

/** Ranking takes a microsecond a photo. What more photos than this match says little about any of them. */
const maxRanked = 20_000;

function isRanked(connection: CatalogConnection, { match }: CompiledQuery): boolean {
  if (match === null) return false;
  const sql = 'SELECT count(*) FROM (SELECT 1 FROM photo_text WHERE photo_text MATCH ? LIMIT ?)';
  return (numbersOf(connection, sql, [match, maxRanked + 1])[0] ?? 0) <= maxRanked;
}

/**
 * A word in the caption, the alt text, the title or a tag says more about a photo than one in its name, and that more than one in an
 * answer. In the order of the columns.
 */
const columnWeights = { name: 2, caption: 3, answer: 1, tag: 3, title: 3, file: 2, alt: 3, description: 2 } as const;

function relevancePage(connection: CatalogConnection, { match, rest }: CompiledQuery, args: SearchPageArgs): OnePage {
  const ids = numbersOf(
    connection,
    `SELECT photo.id FROM photo_text CROSS JOIN photo ON photo.id = photo_text.rowid
     WHERE photo_text MATCH ? AND ${rest.sql}
     ORDER BY bm25(photo_text, ${Object.values(columnWeights).join(', ')}), photo.id DESC LIMIT ? OFFSET ?`,
    [match ?? '', ...rest.parameters, args.limit, offsetOf(args.after)],
  );
  return numberedPage(ids, { ...args, order: defaultDirection('relevance') });
}

function numberedPage(photoIds: readonly number[], { after, limit, order }: SearchPageArgs): OnePage {
  const next = { kind: 'number', offset: offsetOf(after) + photoIds.length } as const;
  return { photoIds, next: photoIds.length < limit ? null : next, order };
}

function offsetOf(after: PageCursor | undefined): number {
  return after?.kind === 'number' ? after.offset : 0;
}
