/** @file The log of what each run added and removed, and the one way to remove a row. Used by the stores and by undo. */
import type { CatalogConnection } from '../connection.ts';

/** The kinds of rows that runs add and remove. */
export const changedEntities = ['approval', 'caption', 'answer', 'photo_tag', 'score', 'mark', 'stack_choice'] as const;
export type ChangedEntity = (typeof changedEntities)[number];

/**
 * SQL for the id of the run that brought a row. Answers of another library have the run of there as theirs, which any
 * import of the same answers may have brought.
 * @param row its table, or another name of it
 */
export function bringingRun(entity: ChangedEntity, row: string = entity): string {
  return `(SELECT iif(author.restored_by_run_id IS NULL, author.id, (
      SELECT change.run_id FROM run AS importing JOIN change ON change.run_id = importing.id
        AND change.entity = '${entity}' AND change.row_id = ${row}.id AND change.action = 'add'
      WHERE importing.kind = 'import'
    )) FROM run AS author WHERE author.id = ${row}.run_id)`;
}

export class ChangeLog {
  readonly #connection: CatalogConnection;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
  }

  /** The photo that a row, live or removed, is of. */
  photoOf(entity: ChangedEntity, rowId: number): number | undefined {
    return this.#connection.prepare<[number], number>(`SELECT photo_id FROM ${entity} WHERE id = ?`).pluck().get(rowId);
  }

  /** The run added the row. */
  added(runId: number, entity: ChangedEntity, rowId: number): void {
    this.#connection
      .prepare(`INSERT INTO change (run_id, entity, row_id, action) VALUES (?, ?, ?, 'add')`)
      .run(runId, entity, rowId);
  }

  /**
   * Removes a live row by the run; one that is removed already stays as it is. Returns whether it was live.
   * A row that the same run added counts as added still: reverting the run leaves it removed.
   */
  remove(runId: number, entity: ChangedEntity, rowId: number): boolean {
    const { changes } = this.#connection
      .prepare(`UPDATE ${entity} SET removed_run_id = ? WHERE id = ? AND removed_run_id IS NULL`)
      .run(runId, rowId);
    if (changes === 0) {
      return false;
    }
    this.#record(runId, entity, rowId, 'remove');
    return true;
  }

  /** Whether one of the runs removed the row. */
  isRemovedBy(entity: ChangedEntity, rowId: number, removers: readonly number[]): boolean {
    const removedBy = this.#connection
      .prepare<[number], number | null>(`SELECT removed_run_id FROM ${entity} WHERE id = ?`)
      .pluck()
      .get(rowId);
    return removedBy != null && removers.includes(removedBy);
  }

  /** Makes a row live again. */
  bringBack(runId: number, entity: ChangedEntity, rowId: number): void {
    this.#connection.prepare(`UPDATE ${entity} SET removed_run_id = NULL WHERE id = ?`).run(rowId);
    this.#record(runId, entity, rowId, 'add');
  }

  /** A row that is removed counts as removed by this run from now on: reverting that brings it back. */
  passOn(runId: number, entity: ChangedEntity, rowId: number): void {
    this.#connection.prepare(`UPDATE ${entity} SET removed_run_id = ? WHERE id = ?`).run(runId, rowId);
    this.#record(runId, entity, rowId, 'remove');
  }

  /** What the run did to the row first counts. */
  #record(runId: number, entity: ChangedEntity, rowId: number, action: 'add' | 'remove'): void {
    this.#connection
      .prepare('INSERT OR IGNORE INTO change (run_id, entity, row_id, action) VALUES (?, ?, ?, ?)')
      .run(runId, entity, rowId, action);
  }
}
