/** @file Stacks: what people decided about them, and which photos are in one. Main process, CLI. */
import type { CatalogConnection } from '../connection.ts';
import { ChangeLog } from '../runs/changes.ts';
import type { StackChanges } from './dueStacks.ts';

/** `stacked` with the others of its run, `alone` in none, `top` of the one that it is in. */
export type StackChoice = 'stacked' | 'alone' | 'top';

/** A few milliseconds, after which others have their turn. */
const placesAtOnce = 2000;

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

  /** Folders were changed since their stacks were made. Takes microseconds. */
  isDue(): boolean {
    return this.#connection.value<number>('SELECT EXISTS (SELECT 1 FROM stack_due)') === 1;
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
