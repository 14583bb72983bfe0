/** @file Everything that a query finds, in order, with the shape of each photo: what a grid needs to lay itself out. For a reader thread. */
import type { Query } from '../../query/ast.ts';
import type { CatalogConnection } from '../connection.ts';
import { isValueOrder, type OrderBy, type ValueOrder, valueColumns } from '../search/orders.ts';
import { searchPage } from '../search/searchPhotos.ts';
import { dateSections, isDateOrder } from './dateSections.ts';
import { foldStacks } from './foldedStacks.ts';

export interface PhotoListArgs {
  readonly query: Query;
  readonly order: OrderBy;
  readonly nowMs: number;
  /** As `SearchPageArgs` has it. */
  readonly among?: readonly number[] | undefined;
  /** Of the photos of a stack that are found, the list has one; the others are in `stacks`. */
  readonly stacked?: boolean | undefined;
}

export interface PackedListArgs extends Pick<PhotoListArgs, 'stacked'> {
  /** In order. */
  readonly photoIds: readonly number[];
}

/** Lists are packed: numbers as text, little-endian, as all machines have them that Vignette runs on, in base64. */
export interface PackedPhotos {
  readonly ids: string;
  readonly aspects: string;
}

export interface PackedPhotoList extends PackedPhotos {
  readonly stacks: PackedStacks | null;
}

/** Photos that stand behind others of the list, stack by stack. */
export interface PackedStacks extends PackedPhotos {
  /** Pairs of an index in the list and of how many photos stand behind that one, 32 bits each. */
  readonly heads: string;
}

export interface FoundPhotoList extends PackedPhotoList {
  /** Pairs of a code and a count, as `DateSection` has them, 32 bits each; null where the order is no date's. */
  readonly sections: string | null;
  /** As `SearchPage` has it. */
  readonly completed: Query | null;
  /** In which the photos are in fact. */
  readonly order: OrderBy;
}

/** @throws QueryError for words that cannot be searched for */
export function photoList(connection: CatalogConnection, asked: PhotoListArgs): FoundPhotoList {
  const { query, order, among } = asked;
  if (query.kind === 'everything' && isValueOrder(order.order) && among === undefined) {
    const photoIds = everyPhoto(connection, order.order, order.descending);
    return { ...listInOrder(connection, { ...asked, photoIds }), completed: null };
  }
  const page = searchPage(connection, { ...asked, limit: Number.MAX_SAFE_INTEGER });
  return { ...listInOrder(connection, { ...asked, ...page }), completed: page.completed };
}

function listInOrder(connection: CatalogConnection, args: PackedListArgs & Pick<PhotoListArgs, 'order'>) {
  const { order } = args;
  const { listed, stacks } = folded(connection, args);
  const sections = isDateOrder(order.order) ? dateSections(connection, listed, order.order) : null;
  const numbers = sections?.flatMap(({ code, count }) => [code, count]);
  return {
    ...packedPhotos(connection, listed),
    stacks,
    sections: numbers === undefined ? null : packed(Uint32Array.from(numbers)),
    order,
  };
}

/**
 * What a page shows first: the whole library, in the same order as {@link searchPage}. The index of the order is walked
 * without a look at the photos, and the few that are not shown are taken out: a quarter of the time.
 */
function everyPhoto(connection: CatalogConnection, order: ValueOrder, descending: boolean): number[] {
  const column = valueColumns[order];
  const direction = descending ? 'DESC' : 'ASC';
  const idsOf = (sql: string) => connection.prepare<[], number>(sql).pluck().all();
  const hidden = new Set([
    ...idsOf('SELECT id FROM photo WHERE missing_since_ms IS NOT NULL'),
    ...idsOf(
      `SELECT photo.id FROM root JOIN folder ON root_id = root.id JOIN photo ON folder_id = folder.id
       WHERE root.state = 'removed'`,
    ),
  ]);
  return [
    ...idsOf(`SELECT id FROM photo WHERE ${column} IS NOT NULL ORDER BY ${column} ${direction}, id ${direction}`),
    ...idsOf(`SELECT id FROM photo WHERE ${column} IS NULL ORDER BY id ${direction}`),
  ].filter((id) => !hidden.has(id));
}

/** Of photos that are in order already. */
export function packedList(connection: CatalogConnection, args: PackedListArgs): PackedPhotoList {
  const { listed, stacks } = folded(connection, args);
  return { ...packedPhotos(connection, listed), stacks };
}

function folded(connection: CatalogConnection, { photoIds, stacked = false }: PackedListArgs) {
  if (!stacked) return { listed: photoIds, stacks: null };
  const { listed, heads, behind } = foldStacks(connection, photoIds);
  const stacks: PackedStacks = { ...packedPhotos(connection, behind), heads: packed(Uint32Array.from(heads.flat())) };
  return { listed, stacks };
}

function packedPhotos(connection: CatalogConnection, photoIds: readonly number[]): PackedPhotos {
  return { ids: packIds(photoIds), aspects: packAspects(aspectsOf(connection, photoIds)) };
}

/** From here on, one pass over all photos is quicker than a look-up for each. */
const manyPhotos = 2000;

/** 1 … 65,535, so that it and an id fit into one number. */
const thousandths = 'min(65535, max(1, CAST(round(width * 1000.0 / height) AS INTEGER)))';
const idsApart = 65_536;

/** In thousandths; 0 where it is not known. */
function aspectsOf(connection: CatalogConnection, photoIds: readonly number[]): Uint16Array {
  if (photoIds.length <= manyPhotos) {
    const one = connection
      .prepare<[number], number>(`SELECT ${thousandths} FROM photo WHERE id = ? AND height > 0`)
      .pluck();
    return Uint16Array.from(photoIds, (id) => one.get(id) ?? 0);
  }
  // One number a row: an object or an array for each takes three times as long. And from the index alone.
  const all = connection
    .prepare<[], number>(`SELECT id * ${idsApart} + ${thousandths} FROM photo INDEXED BY photo_shape WHERE height > 0`)
    .pluck()
    .all();
  // Ids are given out one after the other: a table by id is not much longer than the list of photos.
  const largestId = photoIds.reduce((largest, id) => Math.max(largest, id), 0);
  const byId = new Uint16Array(largestId + 1);
  for (const both of all) byId[Math.floor(both / idsApart)] = both % idsApart;
  const aspects = new Uint16Array(photoIds.length);
  for (const [index, id] of photoIds.entries()) aspects[index] = byId[id] ?? 0;
  return aspects;
}

/** Ids: 32 bits each. */
export function packIds(ids: readonly number[]): string {
  return packed(Uint32Array.from(ids));
}

/** Widths divided by heights, in thousandths: 16 bits each; 0 where it is not known. */
export function packAspects(thousandths: Uint16Array): string {
  return packed(thousandths);
}

function packed({ buffer, byteOffset, byteLength }: Uint16Array | Uint32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}
