/** @file Stacks: what people decided about them, and which photos are in one. Main process, CLI. */
import type { CatalogConnection } from '../connection.ts';
import { ChangeLog } from '../runs/changes.ts';
import type { StackChanges } from './dueStacks.ts';

/** `stacked` with the others of its run, `alone` in none, `top` of the one that it is in. */
export type StackChoice = 'stacked' | 'alone' | 'top';

/** A few milliseconds, after which others have their turn. */
const placesAtOnce = 2000;

/** Ids are given out one after the other, and none twice. */
const newPhotos = 'SELECT * FROM photo WHERE id > (SELECT photo_id FROM stack_noted)';

/** A folder of which no photo was known is looked at as a whole. */
const newAreDue = `
  WITH came AS MATERIALIZED (
    SELECT folder_id, name, iif(length(taken_local) >= 19, coalesce(CAST(taken_at_ms AS TEXT), ''), '') AS taken
    FROM (${newPhotos} AND id <= ?)),
  folders AS MATERIALIZED (
    SELECT folder_id,
      EXISTS (SELECT 1 FROM stack_due WHERE folder_id = came.folder_id AND name = '')
      OR NOT EXISTS (SELECT 1 FROM photo, stack_noted WHERE folder_id = came.folder_id AND id <= stack_noted.photo_id) AS whole
    FROM (SELECT DISTINCT folder_id FROM came) AS came)
  INSERT OR REPLACE INTO stack_due (folder_id, name, taken)
  SELECT DISTINCT folder_id, iif(whole, '', name), iif(whole, '', taken) FROM came JOIN folders USING (folder_id)`;

export class StackStore {
  readonly #connection: CatalogConnection;
  readonly #log: ChangeLog;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
    this.#log = new ChangeLog(connection);
  }

  /** Stacks follow once their folders were looked at (`isDue`). */
  choose(photoId: number, runId: number, choice: StackChoice): void {
    this.#connection.write(() => {
      const { lastInsertRowid } = this.#connection
        .prepare('INSERT INTO stack_choice (photo_id, kind, run_id, created_at_ms) VALUES (?, ?, ?, ?)')
        .run(photoId, choice, runId, this.#connection.nowMs());
      this.#log.added(runId, 'stack_choice', Number(lastInsertRowid));
      this.#connection.photoChanged(photoId);
    });
  }

  /** Of the stack that the photo is in, the top one first; the photo alone where it is in none. */
  photosWith(photoId: number): number[] {
    const photoIds = this.#connection
      .prepare<[number], number>(
        `SELECT other.photo_id FROM photo_stack AS this JOIN photo_stack AS other ON other.stack_id = this.stack_id
         WHERE this.photo_id = ? ORDER BY other.rank, other.photo_id`,
      )
      .pluck()
      .all(photoId);
    return photoIds.length === 0 ? [photoId] : photoIds;
  }

  /** Photos came or changed since their stacks were made. Takes microseconds. */
  isDue(): boolean {
    return this.#connection.value<number>(`SELECT EXISTS (SELECT 1 FROM stack_due) OR EXISTS (${newPhotos})`) === 1;
  }

  /**
   * Before `dueStacks`: a part of the photos that came is due, and what changes from now on is due anew. Returns whether
   * that was all.
   */
  noteDue(): boolean {
    return this.#connection.write(() => {
      const newest = this.#connection.value<number | null>(
        `SELECT max(id) FROM (${newPhotos} ORDER BY id LIMIT ${placesAtOnce})`,
      );
      if (newest === null) {
        this.#connection.prepare('UPDATE stack_noted SET due_id = (SELECT coalesce(max(id), 0) FROM stack_due)').run();
        return true;
      }
      this.#connection.prepare<[number]>(newAreDue).run(newest);
      this.#connection.prepare<[number]>('UPDATE stack_noted SET photo_id = ?').run(newest);
      return false;
    });
  }

  /** A part of what `dueStacks` found. Photos that left the catalog since are passed over. */
  apply({ placed, left }: Pick<StackChanges, 'placed' | 'left'>): void {
    this.#connection.write(() => {
      const place = this.#connection.prepare(
        `INSERT INTO photo_stack (photo_id, stack_id, rank) SELECT id, @stackId, @rank FROM photo WHERE id = @photoId
         ON CONFLICT (photo_id) DO UPDATE SET stack_id = excluded.stack_id, rank = excluded.rank`,
      );
      const leave = this.#connection.prepare('DELETE FROM photo_stack WHERE photo_id = ?');
      for (const one of placed) {
        place.run(one);
        this.#connection.photoChanged(one.photoId);
      }
      for (const photoId of left) {
        leave.run(photoId);
        this.#connection.photoChanged(photoId);
      }
    });
  }

  /** A part of what was looked at is due no more; what changed again meanwhile has another id by now. Returns whether that was all. */
  done({ folderIds, lastId }: StackChanges['done']): boolean {
    return this.#connection.write(() => {
      const { changes } = this.#connection
        .prepare<[string, number]>(
          `DELETE FROM stack_due WHERE id IN (
             SELECT id FROM stack_due WHERE folder_id IN (SELECT value FROM json_each(?)) AND id <= ? LIMIT ${placesAtOnce})`,
        )
        .run(JSON.stringify(folderIds), lastId);
      return changes < placesAtOnce;
    });
  }
}
