/** @file A person's review of what models wrote: rejects captions, or approves those that photos show from a score on. */
import type { CatalogConnection } from '../connection.ts';
import { RunStore } from '../runs/runs.ts';
import { ApprovalStore } from './approvals.ts';
import { CaptionStore } from './captions.ts';

/** SQL, within `photo`: what it shows is a model's, describes its content as it is now, and nobody has approved it. */
export const isUnreviewed = `photo.shown_source = 'model' AND photo.shown_revision >= photo.revision AND NOT EXISTS (
  SELECT 1 FROM approval WHERE caption_id = photo.shown_caption_id AND removed_run_id IS NULL)`;

export class CaptionReviewStore {
  readonly #connection: CatalogConnection;
  readonly #runs: RunStore;
  readonly #captions: CaptionStore;
  readonly #approvals: ApprovalStore;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
    this.#runs = new RunStore(connection);
    this.#captions = new CaptionStore(connection);
    this.#approvals = new ApprovalStore(connection);
  }

  /**
   * Removes captions that models wrote, as one run, which brings them back when it is undone. What people and other
   * programs wrote stays. Returns the run; undefined where there is nothing to reject.
   */
  reject(captionIds: readonly number[]): number | undefined {
    const due = this.#connection
      .prepare<[string], number>(
        `SELECT caption.id FROM json_each(?) AS wanted JOIN caption ON caption.id = wanted.value
         WHERE source = 'model' AND removed_run_id IS NULL`,
      )
      .pluck()
      .all(JSON.stringify(captionIds));
    if (due.length === 0) return undefined;
    return this.#runs.within({ kind: 'edit', description: { kind: 'rejectCaption' } }, (runId) => {
      for (const id of due) this.#captions.remove(id, runId);
      return runId;
    });
  }

  /** The caption that the photo shows, where nobody has reviewed it and a matching model gave it this score or a better one. */
  acceptable(photoId: number, minItm: number): number | undefined {
    return this.#connection
      .prepare<[number, number], number>(
        `SELECT shown_caption_id FROM photo WHERE id = ? AND shown_itm >= ? AND ${isUnreviewed}`,
      )
      .pluck()
      .get(photoId, minItm);
  }

  /** Approves it; its author stays. Part of the caller's transaction. */
  accept(photoId: number, runId: number, minItm: number): void {
    const captionId = this.acceptable(photoId, minItm);
    if (captionId === undefined) return;
    this.#approvals.add(photoId, runId, { captionId });
    this.#captions.refreshShown(photoId);
  }
}
