/** @file Where the photos that a query finds were taken: the area of all, and those of a part of the map in clusters. For a reader thread. */
import type { GeoArea } from '../../../../schemas/geoArea.ts';
import { mercatorX, mercatorY } from '../../../../schemas/mercator.ts';
import type { CatalogConnection } from '../connection.ts';
import { compileQuery, wholeCondition } from '../search/compileQuery.ts';
import { allOf, type Condition, condition, type SqlValue, searchContext } from '../search/condition.ts';
import { withinCondition } from '../search/filters.ts';
import { scanOf } from '../search/scanPlan.ts';
import type { SearchArgs } from '../search/searchPhotos.ts';

export interface LocatedPhotos {
  /** Of the photos found: those with a position. */
  readonly count: number;
  /** The smallest that holds them, not across the 180th meridian; null where there are none. */
  readonly area: GeoArea | null;
}

export interface PhotoClustersArgs extends SearchArgs {
  readonly area: GeoArea;
  /** Of the map: the world is 256 · 2^zoom pixels wide. */
  readonly zoom: number;
}

/** Photos that are near each other at this scale of the map. */
export interface PhotoCluster {
  readonly count: number;
  /** In degrees, the mean of them. */
  readonly latitude: number;
  readonly longitude: number;
  readonly area: GeoArea;
  /** One of them, the one added last. */
  readonly photoId: number;
  readonly revision: number;
}

/** Of a cluster's cell. A picture of its photo and the next one's have room beside each other. */
const cellPx = 72;
/** Of the grid, at any scale. */
const maxColumns = 2 ** 24;
/** More have no room on a screen. */
const maxClusters = 5000;

/** @throws QueryError for words that cannot be searched for */
export function locatedPhotos(connection: CatalogConnection, args: SearchArgs): LocatedPhotos {
  const where = located(connection, args);
  const row = connection.database
    .prepare<SqlValue[], { count: number } & GeoArea>(
      `SELECT count(*) AS count, min(photo.latitude) AS south, min(photo.longitude) AS west,
         max(photo.latitude) AS north, max(photo.longitude) AS east
       FROM photo ${scanOf(where)} WHERE ${where.sql}`,
    )
    .get(...where.parameters);
  if (row === undefined || row.count === 0) return { count: 0, area: null };
  const { count, ...area } = row;
  return { count, area };
}

/**
 * Those in the area, a cluster for each cell of a grid over the Mercator projection that has any, the largest first.
 * They are grouped here: in SQL it takes three times as long.
 * @throws QueryError for words that cannot be searched for
 */
export function photoClusters(connection: CatalogConnection, args: PhotoClustersArgs): PhotoCluster[] {
  const where = allOf([located(connection, args), withinCondition(args.area)]);
  // In units of the world, each a pixel at zoom 0.
  const cellSize = cellPx / 2 ** args.zoom;
  const photos = connection.database
    .prepare<SqlValue[], [id: number, latitude: number, longitude: number]>(
      `SELECT photo.id, photo.latitude, photo.longitude FROM photo ${scanOf(where)} WHERE ${where.sql}`,
    )
    .raw()
    .iterate(...where.parameters);
  const cells = new Map<number, Cell>();
  for (const [photoId, latitude, longitude] of photos) {
    const column = Math.floor(mercatorX(longitude) / cellSize);
    const row = Math.floor(mercatorY(latitude) / cellSize);
    const key = row * maxColumns + column;
    const cell = cells.get(key);
    if (cell === undefined) cells.set(key, new Cell(photoId, latitude, longitude));
    else cell.add(photoId, latitude, longitude);
  }
  const largest = [...cells.values()]
    .sort((one, other) => other.count - one.count || one.photoId - other.photoId)
    .slice(0, maxClusters);
  const revisionOf = connection.prepare<[number], number>('SELECT revision FROM photo WHERE id = ?').pluck();
  return largest.map((cell) => ({ ...cell.cluster(), revision: revisionOf.get(cell.photoId) ?? 0 }));
}

class Cell {
  count = 1;
  photoId: number;
  #latitudes: number;
  #longitudes: number;
  #south: number;
  #west: number;
  #north: number;
  #east: number;

  constructor(photoId: number, latitude: number, longitude: number) {
    this.photoId = photoId;
    this.#latitudes = this.#south = this.#north = latitude;
    this.#longitudes = this.#west = this.#east = longitude;
  }

  add(photoId: number, latitude: number, longitude: number): void {
    this.count += 1;
    this.photoId = Math.max(this.photoId, photoId);
    this.#latitudes += latitude;
    this.#longitudes += longitude;
    this.#south = Math.min(this.#south, latitude);
    this.#north = Math.max(this.#north, latitude);
    this.#west = Math.min(this.#west, longitude);
    this.#east = Math.max(this.#east, longitude);
  }

  cluster(): Omit<PhotoCluster, 'revision'> {
    return {
      count: this.count,
      photoId: this.photoId,
      latitude: this.#latitudes / this.count,
      longitude: this.#longitudes / this.count,
      area: { south: this.#south, west: this.#west, north: this.#north, east: this.#east },
    };
  }
}

function located(connection: CatalogConnection, { query, nowMs }: SearchArgs): Condition {
  return allOf([
    wholeCondition(compileQuery(searchContext(connection, nowMs), query)),
    condition('photo.latitude IS NOT NULL AND photo.longitude IS NOT NULL'),
  ]);
}
