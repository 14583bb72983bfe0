/**
 * @file Which photos were written, told by SQLite itself, so that what is kept of all photos is brought up to date by
 * reading these. Main process and CLI.
 */
import type { CatalogConnection } from './connection.ts';

/** Those that were written last, in order; one may be there several times. */
export interface PhotosWritten {
  readonly photoIds: readonly number[];
  /** How many there have been since the catalog was opened. */
  readonly end: number;
}

/** Of more, everything is read anew. */
const maxPhotos = 4096;

const tables = [
  ['photo', 'id'],
  ['photo_tag', 'photo_id'],
  ['answer', 'photo_id'],
  ['file_person', 'photo_id'],
  ['file_place', 'photo_id'],
] as const;

/**
 * New photos are known by their ids. With a trigger upon them, SQLite looks at each into all tables that reference photos,
 * and a first scan takes a fifth more processor time.
 */
const untold = 'photo_INSERT';

/** Of a connection that writes, from now on. What a transaction wrote that failed is among them, too. */
export class PhotosWrittenLog {
  readonly #connection: CatalogConnection;
  #photoIds: number[] = [];
  #end = 0;
  #toldEnd = 0;
  #newestId: number;

  constructor(connection: CatalogConnection) {
    const { database } = connection;
    this.#connection = connection;
    this.#newestId = this.#lastId();
    database.function('photo_written', (id) => {
      if (typeof id === 'number') this.#add(id);
      return null;
    });
    // Of the connection alone: nothing of them is in the file.
    for (const [table, column] of tables) {
      for (const [event, rows] of [
        ['INSERT', ['NEW']],
        ['UPDATE', ['OLD', 'NEW']],
        ['DELETE', ['OLD']],
      ] as const) {
        const trigger = `${table}_${event}`;
        if (trigger === untold) continue;
        // A photo keeps its id.
        const told = column === 'id' ? rows.slice(0, 1) : rows;
        const calls = told.map((row) => `SELECT photo_written(${row}.${column});`).join(' ');
        database.exec(`CREATE TEMP TRIGGER ${trigger} AFTER ${event} ON main.${table} BEGIN ${calls} END`);
      }
    }
  }

  written(): PhotosWritten {
    this.#addNew();
    this.#toldEnd = this.#end;
    return { photoIds: this.#photoIds.slice(-maxPhotos), end: this.#end };
  }

  /** Ids are given out one after the other, and none twice. */
  #addNew(): void {
    const newestId = this.#lastId();
    for (let id = Math.max(this.#newestId, newestId - 2 * maxPhotos) + 1; id <= newestId; id += 1) this.#add(id);
    this.#newestId = newestId;
  }

  #lastId(): number {
    return this.#connection.value<number>(`SELECT coalesce(max(id), 0) FROM photo`);
  }

  #add(photoId: number): void {
    // Most are written several times in a row.
    if (this.#end > this.#toldEnd && this.#photoIds.at(-1) === photoId) return;
    this.#photoIds.push(photoId);
    this.#end += 1;
    if (this.#photoIds.length > 2 * maxPhotos) this.#photoIds = this.#photoIds.slice(-maxPhotos);
  }
}
