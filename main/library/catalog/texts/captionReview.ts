/** @file A person's review of what models wrote: rejects texts, or approves those that photos show, captions from a score on. */
import type { TextKind } from '../../../../schemas/text.ts';
import type { CatalogConnection } from '../connection.ts';
import { RunStore } from '../runs/runs.ts';
import { ApprovalStore } from './approvals.ts';
import { CaptionStore, describedRevision, ofKind, shownFirst, withApproval } from './captions.ts';

/** SQL, within `photo`: what it shows is a model's, describes its content as it is now, and nobody has approved it. */
export const isUnreviewed = `photo.shown_source = 'model' AND photo.shown_revision >= photo.revision AND NOT EXISTS (
  SELECT 1 FROM approval WHERE caption_id = photo.shown_caption_id AND removed_run_id IS NULL)`;

/**
 * SQL for `photo` and the text of a kind other than captions that it shows, as `caption`, where a model wrote it and
 * nobody has approved it; with two parameters: the kind, and 1 where only texts about the photo's content as it is now
 * are meant.
 */
const fromUnreviewed = `photo JOIN caption ON caption.id = (
    SELECT caption.id FROM caption WHERE caption.photo_id = photo.id AND caption.kind = ?
      AND caption.kind <> 'caption' AND caption.removed_run_id IS NULL ORDER BY ${shownFirst} LIMIT 1)
  ${withApproval}
  WHERE caption.source = 'model' AND approval.id IS NULL AND (? = 0 OR ${describedRevision} >= photo.revision)
    AND photo.missing_since_ms IS NULL`;

export interface UnreviewedArgs {
  readonly kind: OtherKind;
  /** Only texts about the photo's content as it is now. */
  readonly isCurrent: boolean;
}

/** Captions are searched for: a search finds them by what the photo shows. */
export type OtherKind = Exclude<TextKind, 'caption'>;

/** Photos whose text of the kind a model wrote and nobody has approved, the newest text first. For a reader thread. */
export function unreviewedTexts(connection: CatalogConnection, { kind, isCurrent }: UnreviewedArgs): number[] {
  return connection
    .prepare<[TextKind, number, TextKind], number>(
      `SELECT photo.id FROM ${fromUnreviewed}
         AND photo.id IN (SELECT photo_id FROM caption WHERE kind = ? AND kind <> 'caption' AND removed_run_id IS NULL)
       ORDER BY caption.id DESC`,
    )
    .pluck()
    .all(kind, Number(isCurrent), kind);
}

/** Which texts are approved together. */
export type AcceptedTexts =
  /** From this score on: 0 to 1. */
  { readonly kind: 'caption'; readonly minItm: number } | { readonly kind: OtherKind };

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
   * Removes texts of one kind that models wrote, as one run, which brings them back when it is undone. What people and other
   * programs wrote stays. Returns the run; undefined where there is nothing to reject.
   */
  reject(captionIds: readonly number[]): number | undefined {
    const due = this.#connection
      .prepare<[string], { id: number; kind: TextKind }>(
        `SELECT caption.id, caption.kind FROM json_each(?) AS wanted JOIN caption ON caption.id = wanted.value
         WHERE source = 'model' AND removed_run_id IS NULL`,
      )
      .all(JSON.stringify(captionIds));
    const [first] = due;
    if (first === undefined) return undefined;
    const description = { kind: 'rejectCaption', ...ofKind(first.kind) } as const;
    return this.#runs.within({ kind: 'edit', description }, (runId) => {
      for (const { id } of due) this.#captions.remove(id, runId);
      return runId;
    });
  }

  /** The text that the photo shows, where nobody has reviewed it; of captions, where a matching model gave it the score or a better one. */
  acceptable(photoId: number, texts: AcceptedTexts): number | undefined {
    if (texts.kind !== 'caption') {
      return this.#connection
        .prepare<[TextKind, number, number], number>(`SELECT caption.id FROM ${fromUnreviewed} AND photo.id = ?`)
        .pluck()
        .get(texts.kind, 1, photoId);
    }
    return this.#connection
      .prepare<[number, number], number>(
        `SELECT shown_caption_id FROM photo WHERE id = ? AND shown_itm >= ? AND ${isUnreviewed}`,
      )
      .pluck()
      .get(photoId, texts.minItm);
  }

  /** Approves it; its author stays. Part of the caller's transaction. */
  accept(photoId: number, runId: number, texts: AcceptedTexts): void {
    const captionId = this.acceptable(photoId, texts);
    if (captionId === undefined) return;
    this.#approvals.add(photoId, runId, { captionId });
    this.#captions.refreshShown(photoId);
  }
}
