/**
 * @file What people and other programs wrote about photos into their files and sidecars, as it was last read. Main
 * process, reader threads, CLI.
 */
import { isDeepStrictEqual } from 'node:util';
import {
  type FileInfo,
  type FileKeyword,
  type FilePerson,
  type FilePlace,
  type FileText,
  fileTextSchema,
  noFileInfo,
  type SidecarProblem,
} from '../../../../schemas/fileInfo.ts';
import type { CatalogConnection } from '../connection.ts';
import { refreshPhotoText } from '../search/photoText.ts';
import { refreshShownMarks } from './marks.ts';
import { type SidecarState, SidecarStore } from './sidecars.ts';

interface PersonRow {
  readonly name: string;
  readonly left: number | null;
  readonly top: number | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly drawnWidth: number | null;
  readonly drawnHeight: number | null;
  readonly property: string;
  readonly sidecar: string | null;
}

interface RatingRow {
  readonly stars: number | null;
  readonly property: string;
  readonly sidecar: string | null;
}

/** What was read of a photo's file and sidecars. */
export interface ReadFileInfo {
  readonly info: FileInfo;
  /** The sidecars that were read, as they were then. */
  readonly sidecars: readonly SidecarState[];
  readonly sidecarProblems: readonly SidecarProblem[];
}

/** Degrees, north and east positive. */
export interface PhotoPosition {
  readonly id: number;
  readonly latitude: number;
  readonly longitude: number;
}

export const nothingRead: ReadFileInfo = { info: noFileInfo, sidecars: [], sidecarProblems: [] };

export class FileInfoStore {
  readonly #connection: CatalogConnection;
  readonly #sidecars: SidecarStore;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
    this.#sidecars = new SidecarStore(connection);
  }

  /** Empty where nobody wrote anything, and before the file was read. */
  of(photoId: number): FileInfo {
    return this.#connection.read(() => photoFileInfo(this.#connection, photoId));
  }

  /** Files beside the photo, the one that programs look at first before the others. */
  sidecarsOf(photoId: number): SidecarState[] {
    return this.#sidecars.of(photoId);
  }

  /** Of its sidecars, from which nothing was taken, and why. */
  problemsOf(photoId: number): SidecarProblem[] {
    return this.#sidecars.problemsOf(photoId);
  }

  /** By which version of the code positions were last made into places of all photos; undefined: never. */
  placesVersion(): number | undefined {
    return this.#connection.prepare<[], number>(`SELECT version FROM derived WHERE name = 'gps_places'`).pluck().get();
  }

  setPlacesVersion(version: number): void {
    this.#connection.write(() => {
      this.#connection
        .prepare<[number]>(
          `INSERT INTO derived (name, version) VALUES ('gps_places', ?)
           ON CONFLICT (name) DO UPDATE SET version = excluded.version`,
        )
        .run(version);
    });
  }

  /** Photos with a position whose files name no place; by id, after `afterId`. */
  withoutNamedPlace(afterId: number, limit: number): PhotoPosition[] {
    return this.#connection
      .prepare<[number, number], PhotoPosition>(
        `SELECT id, latitude, longitude FROM photo WHERE id > ? AND latitude IS NOT NULL AND longitude IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM file_place WHERE photo_id = photo.id AND kind <> 'gps') ORDER BY id LIMIT ?`,
      )
      .all(afterId, limit);
  }

  /** Each unless the photo has another position, or a named place, by now. */
  setPlacesNear(photos: readonly (PhotoPosition & { readonly place: FilePlace | null })[]): void {
    this.#connection.write(() => {
      for (const { id, latitude, longitude, place } of photos) {
        const isSame = this.#connection
          .prepare<[number, number, number]>('SELECT 1 FROM photo WHERE id = ? AND latitude = ? AND longitude = ?')
          .get(id, latitude, longitude);
        const info = photoFileInfo(this.#connection, id);
        if (isSame === undefined || info.places.some(({ kind }) => kind !== 'gps')) continue;
        if (!storeFileInfo(this.#connection, id, { ...info, places: place === null ? [] : [place] })) continue;
        refreshPhotoText(this.#connection, id);
        this.#connection.photoChanged(id);
      }
    });
  }

  /** To be called in the transaction that stores the rest of what was read, after that. */
  set(photoId: number, { info, sidecars, sidecarProblems }: ReadFileInfo): void {
    if (storeFileInfo(this.#connection, photoId, info)) refreshPhotoText(this.#connection, photoId);
    // The number of stars stands in the photo's own row, which was written before.
    else refreshShownMarks(this.#connection, photoId);
    // One that came, changed or went while they were read is read the next time.
    if (!isDeepStrictEqual(this.#sidecars.of(photoId), sidecars)) {
      this.#connection.prepare('UPDATE photo SET details_revision = revision - 1 WHERE id = ?').run(photoId);
    }
    this.#sidecars.setProblems(photoId, sidecarProblems);
  }
}

/** Empty where nobody wrote anything, and before the file was read. */
export function photoFileInfo(connection: CatalogConnection, photoId: number): FileInfo {
  const rows = <Row>(sql: string) => connection.prepare<[number], Row>(sql).all(photoId);
  return {
    texts: rows<FileText>(
      'SELECT kind, text, property, sidecar FROM file_text WHERE photo_id = ? ORDER BY position',
    ).map((text) => fileTextSchema.parse(text)),
    keywords: rows<FileKeyword>(
      'SELECT path, property, sidecar FROM file_keyword WHERE photo_id = ? ORDER BY position',
    ),
    people: rows<PersonRow>(
      `SELECT name, region_left AS left, region_top AS top, region_width AS width, region_height AS height,
         drawn_width AS drawnWidth, drawn_height AS drawnHeight, property, sidecar
       FROM file_person WHERE photo_id = ? ORDER BY position`,
    ).map(personOf),
    places: rows<FilePlace>(
      `SELECT kind, sublocation, city, state, country, country_code AS countryCode, property, sidecar
       FROM file_place WHERE photo_id = ? ORDER BY position`,
    ),
    rating: ratingOf(
      rows<RatingRow>(
        `SELECT photo.rating AS stars, property, sidecar FROM file_rating JOIN photo ON photo.id = photo_id
         WHERE photo_id = ?`,
      )[0],
    ),
  };
}

function personOf({ name, left, top, width, height, drawnWidth, drawnHeight, ...source }: PersonRow): FilePerson {
  if (left === null || top === null || width === null || height === null) return { name, region: null, ...source };
  const drawnOn = drawnWidth === null || drawnHeight === null ? null : { width: drawnWidth, height: drawnHeight };
  return { name, region: { left, top, width, height, drawnOn }, ...source };
}

function ratingOf(row: RatingRow | undefined): FileInfo['rating'] {
  return row === undefined || row.stars === null ? null : { ...row, stars: row.stars };
}

const infoTables = ['file_text', 'file_keyword', 'file_person', 'file_place', 'file_rating'];

/**
 * Puts it in the place of what was there. To be called in the transaction that stores the rest of what was read. Returns
 * whether photos are found by anything else now.
 */
export function storeFileInfo(connection: CatalogConnection, photoId: number, info: FileInfo): boolean {
  const before = photoFileInfo(connection, photoId);
  if (isDeepStrictEqual(before, info)) return false;
  // Most files are read for the first time.
  const tables = isDeepStrictEqual(before, noFileInfo) ? [] : infoTables;
  for (const table of tables) {
    connection.prepare<[number]>(`DELETE FROM ${table} WHERE photo_id = ?`).run(photoId);
  }
  for (const [position, { kind, text, property, sidecar }] of info.texts.entries()) {
    connection
      .prepare('INSERT INTO file_text (photo_id, position, kind, text, property, sidecar) VALUES (?, ?, ?, ?, ?, ?)')
      .run(photoId, position, kind, text, property, sidecar);
  }
  for (const [position, { path, property, sidecar }] of info.keywords.entries()) {
    connection
      .prepare('INSERT INTO file_keyword (photo_id, position, path, property, sidecar) VALUES (?, ?, ?, ?, ?)')
      .run(photoId, position, path, property, sidecar);
  }
  for (const [position, person] of info.people.entries()) storePerson(connection, photoId, position, person);
  for (const [position, place] of info.places.entries()) storePlace(connection, photoId, position, place);
  if (info.rating !== null) {
    connection
      .prepare('INSERT INTO file_rating (photo_id, property, sidecar) VALUES (?, ?, ?)')
      .run(photoId, info.rating.property, info.rating.sidecar);
  }
  refreshShownMarks(connection, photoId);
  return true;
}

function storePerson(connection: CatalogConnection, photoId: number, position: number, person: FilePerson): void {
  const { name, region, property, sidecar } = person;
  connection
    .prepare(
      `INSERT INTO file_person (photo_id, position, name, region_left, region_top, region_width, region_height,
         drawn_width, drawn_height, property, sidecar) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      photoId,
      position,
      name,
      region?.left ?? null,
      region?.top ?? null,
      region?.width ?? null,
      region?.height ?? null,
      region?.drawnOn?.width ?? null,
      region?.drawnOn?.height ?? null,
      property,
      sidecar,
    );
}

function storePlace(connection: CatalogConnection, photoId: number, position: number, place: FilePlace): void {
  const { kind, sublocation, city, state, country, countryCode, property, sidecar } = place;
  connection
    .prepare(
      `INSERT INTO file_place (photo_id, position, kind, sublocation, city, state, country, country_code, property,
         sidecar) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(photoId, position, kind, sublocation, city, state, country, countryCode, property, sidecar);
}
