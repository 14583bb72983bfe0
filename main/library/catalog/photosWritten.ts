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

/** Of a connection that writes, from now on. What a transaction wrote that failed is among them, too. */
export class PhotosWrittenLog {
  #photoIds: number[] = [];
  #end = 0;
  #toldEnd = 0;

  constructor({ database }: CatalogConnection) {
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
        const calls = rows.map((row) => `SELECT photo_written(${row}.${column});`).join(' ');
        database.exec(`CREATE TEMP TRIGGER ${table}_${event} AFTER ${event} ON main.${table} BEGIN ${calls} END`);
      }
    }
  }

  written(): PhotosWritten {
    this.#toldEnd = this.#end;
    return { photoIds: this.#photoIds.slice(-maxPhotos), end: this.#end };
  }

  #add(photoId: number): void {
    // Most are written several times in a row.
    if (this.#end > this.#toldEnd && this.#photoIds.at(-1) === photoId) return;
    this.#photoIds.push(photoId);
    this.#end += 1;
    if (this.#photoIds.length > 2 * maxPhotos) this.#photoIds = this.#photoIds.slice(-maxPhotos);
  }
}
