/** @file Everything that a query finds, in order, with the shape of each photo: what a grid needs to lay itself out. For a reader thread. */
import { packAspects, packIds } from '../search/packedNumbers.ts';
import type { Query } from '../search/query/ast.ts';
import type { CatalogConnection } from './connection.ts';
import type { OrderBy } from './searchOrders.ts';
import { searchPage } from './searchPhotos.ts';

export interface PhotoListArgs {
  readonly query: Query;
  readonly order: OrderBy;
  readonly nowMs: number;
}

/** Both lists are packed: see `packedNumbers.ts`. */
export interface PackedPhotoList {
  readonly ids: string;
  readonly aspects: string;
}

/** @throws QueryError for words that cannot be searched for */
export function photoList(connection: CatalogConnection, { query, order, nowMs }: PhotoListArgs): PackedPhotoList {
  const { photoIds } = searchPage(connection, { query, order, nowMs, limit: Number.MAX_SAFE_INTEGER });
  return packedList(connection, photoIds);
}

/** Of photos that are in order already. */
export function packedList(connection: CatalogConnection, photoIds: readonly number[]): PackedPhotoList {
  return { ids: packIds(photoIds), aspects: packAspects(aspectsOf(connection, photoIds)) };
}

/** From here on, one pass over all photos is quicker than a look-up for each. */
const manyPhotos = 2000;

function aspectsOf(connection: CatalogConnection, photoIds: readonly number[]): (number | null)[] {
  if (photoIds.length > manyPhotos) {
    const all = connection
      .prepare<[], [number, number | null]>('SELECT id, width * 1.0 / height FROM photo WHERE height > 0')
      .raw()
      .all();
    const aspects = new Map(all);
    return photoIds.map((id) => aspects.get(id) ?? null);
  }
  const one = connection
    .prepare<[number], number | null>('SELECT width * 1.0 / height FROM photo WHERE id = ? AND height > 0')
    .pluck();
  return photoIds.map((id) => one.get(id) ?? null);
}
