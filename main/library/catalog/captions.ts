/** @file Captions: several a photo, by people, models and imports; which of them is shown. */
import * as z from 'zod';
import { promptWarningSchema } from '../../../native-models/prompting/promptRequest.ts';
import type { Caption } from '../captioning/captionRecord.ts';
import { CatalogError } from './catalogError.ts';
import { ChangeLog } from './changes.ts';
import type { CatalogConnection } from './connection.ts';
import { refreshPhotoText } from './photoText.ts';
import { RunStore } from './runs.ts';

/** Who wrote a text or a tag. */
export type TextSource = 'human' | 'model' | 'import';

/** In pixels, as a person sees it. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

export interface StoredCaption {
  readonly id: number;
  readonly photoId: number;
  readonly text: string;
  readonly source: TextSource;
  readonly runId: number;
  /** The content that it describes; below the photo's revision it is stale. */
  readonly photoRevision: number;
  readonly language: string | undefined;
  /** What the model was given, where that is not the run's prompt. */
  readonly prompt: string | undefined;
  /** Of the picture that the model saw. */
  readonly size: PictureSize | undefined;
  readonly warnings: readonly z.output<typeof promptWarningSchema>[];
  readonly itm: number | undefined;
  readonly doubtful: boolean | undefined;
  readonly candidates: readonly { readonly text: string; readonly itm: number }[];
  readonly basedOnId: number | undefined;
  readonly createdAtMs: number;
}

export interface NewCaption {
  readonly text: string;
  readonly source: TextSource;
  /** The content that was described; by default the photo's current one. */
  readonly photoRevision?: number | undefined;
  readonly language?: string | undefined;
  readonly prompt?: string | undefined;
  readonly size?: PictureSize | undefined;
  readonly warnings?: Caption['warnings'];
  readonly judgement?: Caption['judgement'];
  /** The caption that a person started from. */
  readonly basedOnId?: number | undefined;
}

interface CaptionRow {
  readonly id: number;
  readonly photo_id: number;
  readonly text: string;
  readonly source: TextSource;
  readonly run_id: number;
  readonly photo_revision: number;
  readonly language: string | null;
  readonly prompt: string | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly warnings: string | null;
  readonly itm: number | null;
  readonly doubtful: number | null;
  readonly candidates: string | null;
  readonly based_on_id: number | null;
  readonly created_at_ms: number;
}

export class CaptionStore {
  readonly #connection: CatalogConnection;
  readonly #log: ChangeLog;
  readonly #runs: RunStore;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
    this.#log = new ChangeLog(connection);
    this.#runs = new RunStore(connection);
  }

  /** Adds a caption beside those that are there. Returns its id. @throws CatalogError NO_SUCH_PHOTO */
  add(photoId: number, runId: number, caption: NewCaption): number {
    const { nowMs } = this.#connection;
    return this.#connection.write(() => {
      const photoRevision = caption.photoRevision ?? currentRevision(this.#connection, photoId);
      const { lastInsertRowid } = this.#connection
        .prepare(
          `INSERT INTO caption (photo_id, text, source, run_id, photo_revision, language, prompt, width, height,
             warnings, itm, doubtful, candidates, based_on_id, created_at_ms)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          photoId,
          caption.text,
          caption.source,
          runId,
          photoRevision,
          caption.language ?? null,
          caption.prompt ?? null,
          caption.size?.width ?? null,
          caption.size?.height ?? null,
          caption.warnings === undefined ? null : JSON.stringify(caption.warnings),
          caption.judgement?.itm ?? null,
          caption.judgement === undefined ? null : Number(caption.judgement.doubtful),
          caption.judgement === undefined ? null : JSON.stringify(caption.judgement.candidates),
          caption.basedOnId ?? null,
          nowMs(),
        );
      const id = Number(lastInsertRowid);
      this.#log.added(runId, 'caption', id);
      this.refreshShown(photoId);
      return id;
    });
  }

  /**
   * What the person types is the photo's caption from now on. Their own earlier one goes (undoing brings it back);
   * what models wrote stays beside it. Returns the new caption's id. @throws CatalogError NO_SUCH_PHOTO
   */
  write(photoId: number, text: string, basedOnId?: number): number {
    return this.#runs.within({ kind: 'edit', name: 'Edit a caption' }, (runId) => {
      for (const earlier of this.of(photoId)) {
        if (earlier.source === 'human') this.#log.remove(runId, 'caption', earlier.id);
      }
      return this.add(photoId, runId, { text, source: 'human', basedOnId });
    });
  }

  /** Takes one caption away, whoever wrote it; undoing the run brings it back. */
  remove(captionId: number, runId: number): void {
    this.#connection.write(() => {
      const photoId = this.#log.photoOf('caption', captionId);
      if (photoId !== undefined && this.#log.remove(runId, 'caption', captionId)) {
        this.refreshShown(photoId);
      }
    });
  }

  /** The live captions of a photo, the shown one first. */
  of(photoId: number): StoredCaption[] {
    return this.#connection
      .prepare<[number], CaptionRow>(
        `SELECT caption.* FROM caption JOIN photo ON photo.id = caption.photo_id
         WHERE caption.photo_id = ? AND caption.removed_run_id IS NULL ORDER BY ${shownFirst}`,
      )
      .all(photoId)
      .map(captionOf);
  }

  get(captionId: number): StoredCaption | undefined {
    const row = this.#connection.prepare<[number], CaptionRow>('SELECT * FROM caption WHERE id = ?').get(captionId);
    return row === undefined ? undefined : captionOf(row);
  }

  /** Chooses anew which caption the photo shows. For the stores and undo; part of their transaction. */
  refreshShown(photoId: number): void {
    this.#connection
      .prepare(
        `UPDATE photo SET (shown_caption_id, shown_source, shown_itm, shown_doubtful, shown_revision) = (
           SELECT caption.id, source, coalesce(score.itm, caption.itm), coalesce(score.doubtful, caption.doubtful),
             caption.photo_revision
           FROM caption LEFT JOIN score ON score.id = (
             SELECT max(id) FROM score WHERE caption_id = caption.id AND removed_run_id IS NULL
           )
           WHERE caption.photo_id = photo.id AND caption.removed_run_id IS NULL ORDER BY ${shownFirst} LIMIT 1
         ) WHERE id = ?`,
      )
      .run(photoId);
    refreshPhotoText(this.#connection, photoId);
    this.#connection.photoChanged(photoId);
  }
}

/** The person's own; then what describes the content as it is now; then the newest. Within `photo` and `caption`. */
/** The order in which a photo's captions are shown: a human's before a model's, one of the present picture first. */
export const shownFirst = `(caption.source = 'human') DESC, (caption.photo_revision = photo.revision) DESC, caption.id DESC`;

/** @throws CatalogError NO_SUCH_PHOTO */
export function currentRevision(connection: CatalogConnection, photoId: number): number {
  const revision = connection.prepare<[number], number>('SELECT revision FROM photo WHERE id = ?').pluck().get(photoId);
  if (revision === undefined) {
    throw new CatalogError('NO_SUCH_PHOTO', `The catalog has no photo ${photoId}.`, { photoId });
  }
  return revision;
}

const candidatesSchema = z.array(z.object({ text: z.string(), itm: z.number() }));

function captionOf(row: CaptionRow): StoredCaption {
  return {
    id: row.id,
    photoId: row.photo_id,
    text: row.text,
    source: row.source,
    runId: row.run_id,
    photoRevision: row.photo_revision,
    language: row.language ?? undefined,
    prompt: row.prompt ?? undefined,
    size: row.width === null || row.height === null ? undefined : { width: row.width, height: row.height },
    warnings: row.warnings === null ? [] : z.array(promptWarningSchema).parse(JSON.parse(row.warnings)),
    itm: row.itm ?? undefined,
    doubtful: row.doubtful === null ? undefined : row.doubtful === 1,
    candidates: row.candidates === null ? [] : candidatesSchema.parse(JSON.parse(row.candidates)),
    basedOnId: row.based_on_id ?? undefined,
    createdAtMs: row.created_at_ms,
  };
}
