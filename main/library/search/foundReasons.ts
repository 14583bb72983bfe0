/** @file Why photos were found: where the words stand, and by what they show. Main process, CLI. */
import type { WordPlace } from '../../../schemas/foundBy.ts';
import type { CatalogReader } from '../catalog/reader/catalogReader.ts';
import type { Query } from '../query/ast.ts';
import type { FoundBy } from './searchPhotos.ts';

export interface FoundReason {
  readonly photoId: number;
  /** The most telling first. */
  readonly places: readonly WordPlace[];
  readonly looks: boolean;
}

/** Of each photo, in the order of the map. */
export async function foundReasons(
  reader: CatalogReader,
  query: Query,
  foundBy: ReadonlyMap<number, FoundBy>,
  signal?: AbortSignal,
): Promise<FoundReason[]> {
  const photoIds = [...foundBy].filter(([, { words }]) => words).map(([photoId]) => photoId);
  const places = await reader.read('photoWordPlaces', { query, photoIds, nowMs: Date.now() }, signal);
  const placesById = new Map(photoIds.map((photoId, index) => [photoId, places[index] ?? []]));
  return [...foundBy].map(([photoId, { looks }]) => ({ photoId, places: placesById.get(photoId) ?? [], looks }));
}
