/**
 * @file Stars, flags and colour labels: what people gave here, kept apart from what files say and shown before it. Main
 * process, reader threads, CLI.
 */
import { type MarkKind, markKinds } from '../../../../schemas/choices.ts';
import {
  flagSchema,
  type Mark,
  type MarkChange,
  markSchema,
  type OwnMarks,
  type ShownMarks,
} from '../../../../schemas/marks.ts';
import type { CatalogConnection } from '../connection.ts';
import { ChangeLog } from '../runs/changes.ts';
import { actRank } from '../texts/actRank.ts';

export interface StoredMark {
  readonly id: number;
  readonly mark: Mark;
  readonly runId: number;
  /** Of another library, where an import brought it here. */
  readonly authorRunId: number;
  readonly createdAtMs: number;
}

export interface NewMark {
  readonly mark: Mark;
  /** The run in which it was given, where that was in another library. */
  readonly authorRunId?: number | undefined;
  readonly createdAtMs?: number | undefined;
}

interface MarkRow {
  readonly id: number;
  readonly kind: MarkKind;
  readonly value: string;
  readonly run_id: number;
  readonly author_run_id: number | null;
  readonly created_at_ms: number;
}

export class MarkStore {
  readonly #connection: CatalogConnection;
  readonly #log: ChangeLog;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
    this.#log = new ChangeLog(connection);
  }

  /** One of each kind at most: those that count. */
  of(photoId: number): StoredMark[] {
    return storedMarks(this.#connection, photoId);
  }

  /** Whether `apply` would change anything. */
  changes(photoId: number, change: MarkChange): boolean {
    const stored = this.of(photoId).find(({ mark }) => mark.kind === change.kind);
    return change.value === 'fromFile' ? stored !== undefined : stored?.mark.value !== change.value;
  }

  apply(photoId: number, runId: number, change: MarkChange): void {
    if (change.value === 'fromFile') this.remove(photoId, runId, change.kind);
    else if (this.changes(photoId, change)) this.add(photoId, runId, { mark: change });
  }

  add(photoId: number, runId: number, { mark, authorRunId, createdAtMs }: NewMark): void {
    this.#connection.write(() => {
      const { lastInsertRowid } = this.#connection
        .prepare(
          `INSERT INTO mark (photo_id, kind, value, run_id, author_run_id, created_at_ms) VALUES (?, ?, ?, ?, ?, ?)`,
        )
        .run(
          photoId,
          mark.kind,
          String(mark.value),
          runId,
          authorRunId ?? null,
          createdAtMs ?? this.#connection.nowMs(),
        );
      this.#log.added(runId, 'mark', Number(lastInsertRowid));
      this.refresh(photoId);
    });
  }

  /** All that people gave of the kind, so that what the file says counts again; undoing the run brings it back. */
  remove(photoId: number, runId: number, kind: MarkKind): void {
    this.#connection.write(() => {
      const ids = this.#connection
        .prepare<[number, MarkKind], number>(
          'SELECT id FROM mark WHERE photo_id = ? AND kind = ? AND removed_run_id IS NULL',
        )
        .pluck()
        .all(photoId, kind);
      for (const id of ids) this.#log.remove(runId, 'mark', id);
      if (ids.length > 0) this.refresh(photoId);
    });
  }

  /** For the stores and undo; part of their transaction. */
  refresh(photoId: number): void {
    refreshShownMarks(this.#connection, photoId);
    this.#connection.photoChanged(photoId);
  }
}

/** In the order of their kinds, whichever was given first, one of each at most: the newest that was given here, else the last that came from elsewhere. */
export function storedMarks(connection: CatalogConnection, photoId: number): StoredMark[] {
  const rows = connection
    .prepare<[number], MarkRow>(
      `SELECT id, kind, value, run_id, author_run_id, created_at_ms FROM mark
       WHERE photo_id = ? AND removed_run_id IS NULL ORDER BY ${actRank('coalesce(author_run_id, run_id)', 'id')} DESC, id DESC`,
    )
    .all(photoId);
  const first = rows.filter((row, index) => rows.findIndex(({ kind }) => kind === row.kind) === index);
  return first
    .toSorted((a, b) => markKinds.indexOf(a.kind) - markKinds.indexOf(b.kind))
    .map((row) => ({
      id: row.id,
      mark: markSchema.parse({ kind: row.kind, value: row.kind === 'rating' ? Number(row.value) : row.value }),
      runId: row.run_id,
      authorRunId: row.author_run_id ?? row.run_id,
      createdAtMs: row.created_at_ms,
    }));
}

/** Of a photo, as its row has them. */
export interface ShownMarksRow {
  readonly shown_rating: number | null;
  readonly shown_flag: string | null;
  readonly shown_label: string | null;
}

export function shownMarksOf({ shown_rating, shown_flag, shown_label }: ShownMarksRow): ShownMarks {
  const flag = shown_flag === null ? null : flagSchema.parse(shown_flag);
  return { rating: shown_rating, flag, label: shown_label };
}

export function ownMarks(stored: readonly Pick<StoredMark, 'mark'>[]): OwnMarks {
  const own: { -readonly [Kind in MarkKind]: OwnMarks[Kind] } = { rating: null, flag: null, label: null };
  for (const { mark } of stored) {
    if (mark.kind === 'rating') own.rating = mark.value;
    else if (mark.kind === 'flag') own.flag = mark.value;
    else own.label = mark.value;
  }
  return own;
}

/** To be called in the transaction in which a mark, or what the file says, has changed. */
export function refreshShownMarks(connection: CatalogConnection, photoId: number): void {
  const own = ownMarks(storedMarks(connection, photoId));
  const file = connection
    .prepare<[number], ShownMarksRow & { readonly rating: number | null; readonly label: string | null }>(
      `SELECT rating, (SELECT text FROM file_text WHERE photo_id = photo.id AND kind = 'label' ORDER BY position LIMIT 1)
         AS label, shown_rating, shown_flag, shown_label FROM photo WHERE id = ?`,
    )
    .get(photoId);
  if (file === undefined) return;
  const flag = own.flag ?? (file.rating === -1 ? 'reject' : 'none');
  // Other programs have "rejected" in the place of stars: the person's flag has the last word on that, too.
  const fileRating = file.rating === -1 && flag !== 'reject' ? null : file.rating;
  const label = own.label === null ? file.label : own.label === 'none' ? null : own.label;
  const shown: ShownMarksRow = {
    shown_rating: own.rating ?? fileRating,
    shown_flag: flag === 'none' ? null : flag,
    shown_label: label,
  };
  const isSame =
    file.shown_rating === shown.shown_rating &&
    file.shown_flag === shown.shown_flag &&
    file.shown_label === shown.shown_label;
  if (isSame) return;
  connection
    .prepare('UPDATE photo SET shown_rating = ?, shown_flag = ?, shown_label = ? WHERE id = ?')
    .run(shown.shown_rating, shown.shown_flag, shown.shown_label, photoId);
}
