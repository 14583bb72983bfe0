/** @file How well texts match photos, as matching models see it. */

import type { CatalogConnection } from '../connection.ts';
import { ChangeLog } from '../runs/changes.ts';
import { CaptionStore } from './captions.ts';
import { currentRevision } from './currentRevision.ts';

export interface NewScore {
  /** The caption that was scored; some other text where undefined. */
  readonly captionId?: number | undefined;
  readonly text: string;
  /** Probability of a match, 0 to 1. */
  readonly itm: number;
  /** Cosine of the embeddings, -1 to 1. */
  readonly itc?: number | undefined;
  /** Less probable than the judging model's threshold. */
  readonly doubtful?: boolean | undefined;
  readonly photoRevision?: number | undefined;
  /** The run that scored it, where another one brings the score here. */
  readonly authorRunId?: number | undefined;
  /** When that was, where it was in another library. */
  readonly createdAtMs?: number | undefined;
}

export interface Score extends Omit<NewScore, 'authorRunId'> {
  readonly id: number;
  readonly runId: number;
  readonly createdAtMs: number;
}

interface ScoreRow {
  readonly id: number;
  readonly caption_id: number | null;
  readonly text: string;
  readonly itm: number;
  readonly itc: number | null;
  readonly doubtful: number | null;
  readonly photo_revision: number;
  readonly run_id: number;
  readonly created_at_ms: number;
}

export class ScoreStore {
  readonly #connection: CatalogConnection;
  readonly #log: ChangeLog;
  readonly #captions: CaptionStore;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
    this.#log = new ChangeLog(connection);
    this.#captions = new CaptionStore(connection);
  }

  /** @throws CatalogError NO_SUCH_PHOTO */
  add(photoId: number, runId: number, score: NewScore): number {
    return this.#connection.write(() => {
      const { lastInsertRowid } = this.#connection
        .prepare(
          `INSERT INTO score (photo_id, caption_id, text, run_id, photo_revision, itm, itc, doubtful, created_at_ms)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          photoId,
          score.captionId ?? null,
          score.text,
          score.authorRunId ?? runId,
          score.photoRevision ?? currentRevision(this.#connection, photoId),
          score.itm,
          score.itc ?? null,
          score.doubtful === undefined ? null : Number(score.doubtful),
          score.createdAtMs ?? this.#connection.nowMs(),
        );
      const id = Number(lastInsertRowid);
      this.#log.added(runId, 'score', id);
      this.#captions.refreshShown(photoId);
      return id;
    });
  }

  /** The live scores of a photo, newest first. */
  of(photoId: number): Score[] {
    return this.#connection
      .prepare<[number], ScoreRow>('SELECT * FROM score WHERE photo_id = ? AND removed_run_id IS NULL ORDER BY id DESC')
      .all(photoId)
      .map((row) => ({
        id: row.id,
        captionId: row.caption_id ?? undefined,
        text: row.text,
        itm: row.itm,
        itc: row.itc ?? undefined,
        doubtful: row.doubtful === null ? undefined : row.doubtful === 1,
        photoRevision: row.photo_revision,
        runId: row.run_id,
        createdAtMs: row.created_at_ms,
      }));
  }
}
