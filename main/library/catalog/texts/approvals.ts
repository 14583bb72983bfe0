/**
 * @file Approvals: a person says of a text or tag of a model's or an import's that it is right. That is not writing it:
 * the author stays who it was. Used by the stores of captions and tags; undone like what they are about.
 */

import type { CatalogConnection } from '../connection.ts';
import { ChangeLog } from '../runs/changes.ts';

export interface Approval {
  /** The person's act. */
  readonly runId: number;
  readonly atMs: number;
}

/** What is approved: a row of one of the two. */
export type ApprovedRow = { readonly captionId: number } | { readonly photoTagId: number };

/** Of an approval in the place of an earlier one, or of another library. */
export interface ApprovedThen {
  readonly atMs?: number | undefined;
  readonly photoRevision?: number | undefined;
}

/** SQL for the id of the newest live approval, or null. @param of SQL that says of which row */
export function liveApproval(of: string): string {
  return `(SELECT max(id) FROM approval WHERE ${of} AND removed_run_id IS NULL)`;
}

export class ApprovalStore {
  readonly #connection: CatalogConnection;
  readonly #log: ChangeLog;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
    this.#log = new ChangeLog(connection);
  }

  /**
   * The person approves a row of this photo, for the content that the photo has now. Part of the caller's transaction,
   * which then refreshes what the photo shows.
   * @param then when that was, and for which content, where it was done before; by default now
   */
  add(photoId: number, runId: number, row: ApprovedRow, then: ApprovedThen = {}): void {
    const { lastInsertRowid } = this.#connection
      .prepare<[number | null, number | null, number, number | null, number, number]>(
        `INSERT INTO approval (photo_id, caption_id, photo_tag_id, run_id, photo_revision, created_at_ms)
         SELECT id, ?, ?, ?, coalesce(?, revision), ? FROM photo WHERE id = ?`,
      )
      .run(
        'captionId' in row ? row.captionId : null,
        'photoTagId' in row ? row.photoTagId : null,
        runId,
        then.photoRevision ?? null,
        then.atMs ?? this.#connection.nowMs(),
        photoId,
      );
    this.#log.added(runId, 'approval', Number(lastInsertRowid));
  }

  /** Whether a person approved the row, and no run has taken that back. */
  isApproved(row: ApprovedRow): boolean {
    const [column, id] = 'captionId' in row ? ['caption_id', row.captionId] : ['photo_tag_id', row.photoTagId];
    return (
      this.#connection
        .prepare<[number]>(`SELECT 1 FROM approval WHERE ${column} = ? AND removed_run_id IS NULL LIMIT 1`)
        .get(Number(id)) !== undefined
    );
  }
}
