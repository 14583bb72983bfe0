/** @file Captions and, each kind by itself, alt texts and long descriptions: several a photo; which of them is shown. */
import * as z from 'zod';
import { isAboutPrompt } from '../../../../native-models/prompting/answerWarnings.ts';
import { promptWarningSchema } from '../../../../native-models/prompting/promptRequest.ts';
import type { Source } from '../../../../schemas/provenance.ts';
import type { TextKind } from '../../../../schemas/text.ts';
import type { CatalogConnection } from '../connection.ts';
import { ChangeLog } from '../runs/changes.ts';
import { RunStore } from '../runs/runs.ts';
import { refreshPhotoText } from '../search/photoText.ts';
import { actRank, isElsewhere } from './actRank.ts';
import { type Approval, ApprovalStore, liveApproval } from './approvals.ts';
import { currentRevision } from './currentRevision.ts';
import type { Caption } from './provenance.ts';

/** In pixels, as a person sees it. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

export interface StoredCaption {
  readonly id: number;
  readonly photoId: number;
  readonly kind: TextKind;
  readonly text: string;
  readonly source: Source;
  readonly runId: number;
  /** The run whose model wrote it; another than `runId` where a person chose a candidate or a chat's answer. */
  readonly authorRunId: number;
  /** A person said of somebody else's text that it is right: when, and in which run. */
  readonly approval: Approval | undefined;
  /** The content that it describes, or was approved for; below the photo's revision it is stale. */
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
  /** The photo that it was written about, where that is another one. It may have left the catalog since. */
  readonly copiedFromId: number | undefined;
  readonly createdAtMs: number;
}

export interface NewCaption {
  /** By default a caption. */
  readonly kind?: TextKind | undefined;
  readonly text: string;
  readonly source: Source;
  /** The content that was described; by default the photo's current one. */
  readonly photoRevision?: number | undefined;
  readonly language?: string | undefined;
  readonly prompt?: string | undefined;
  readonly size?: PictureSize | undefined;
  readonly warnings?: Caption['warnings'];
  readonly captionScore?: Caption['captionScore'];
  /** The caption that a person started from. */
  readonly basedOnId?: number | undefined;
  /** The photo that it was written about, where that is another one. */
  readonly copiedFromId?: number | undefined;
  /** The run whose model wrote it, where another one brings it here. */
  readonly authorRunId?: number | undefined;
  /** When it was written, where that was in another library. */
  readonly createdAtMs?: number | undefined;
  /** When a person approved it there. */
  readonly approvedAtMs?: number | undefined;
}

export interface WrittenFrom {
  /** The caption that the person started from. */
  readonly basedOnId?: number | undefined;
  /** The edit that this goes on with: both are one, as long as nothing came between. */
  readonly continuesRunId?: number | undefined;
  /** Of what they write, by default a caption; what it is based on may be of another. */
  readonly kind?: TextKind | undefined;
}

interface CaptionRow {
  readonly id: number;
  readonly photo_id: number;
  readonly kind: TextKind;
  readonly text: string;
  readonly source: Source;
  readonly run_id: number;
  readonly author_run_id: number | null;
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
  readonly copied_from_id: number | null;
  readonly created_at_ms: number;
  readonly approved_run_id: number | null;
  readonly approved_revision: number | null;
  readonly approved_at_ms: number | null;
}

export class CaptionStore {
  readonly #connection: CatalogConnection;
  readonly #log: ChangeLog;
  readonly #runs: RunStore;
  readonly #approvals: ApprovalStore;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
    this.#log = new ChangeLog(connection);
    this.#runs = new RunStore(connection);
    this.#approvals = new ApprovalStore(connection);
  }

  /** Adds a text beside those that are there. Returns its id. @throws CatalogError NO_SUCH_PHOTO */
  add(photoId: number, runId: number, caption: NewCaption): number {
    const { nowMs } = this.#connection;
    return this.#connection.write(() => {
      const photoRevision = caption.photoRevision ?? currentRevision(this.#connection, photoId);
      const { lastInsertRowid } = this.#connection
        .prepare(
          `INSERT INTO caption (photo_id, kind, text, source, run_id, photo_revision, language, prompt, width, height,
             warnings, itm, doubtful, candidates, based_on_id, copied_from_id, author_run_id, created_at_ms)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          photoId,
          caption.kind ?? 'caption',
          caption.text,
          caption.source,
          runId,
          photoRevision,
          caption.language ?? null,
          caption.prompt ?? null,
          caption.size?.width ?? null,
          caption.size?.height ?? null,
          caption.warnings === undefined ? null : JSON.stringify(caption.warnings),
          caption.captionScore?.itm ?? null,
          caption.captionScore === undefined ? null : Number(caption.captionScore.doubtful),
          caption.captionScore === undefined ? null : JSON.stringify(caption.captionScore.candidates),
          caption.basedOnId ?? null,
          caption.copiedFromId ?? null,
          caption.authorRunId ?? null,
          caption.createdAtMs ?? nowMs(),
        );
      const id = Number(lastInsertRowid);
      this.#log.added(runId, 'caption', id);
      const { approvedAtMs: atMs } = caption;
      if (atMs !== undefined) this.#approvals.add(photoId, runId, { captionId: id }, { atMs, photoRevision });
      this.refreshShown(photoId);
      return id;
    });
  }

  /**
   * What the person types is the photo's caption from now on. Their own earlier one goes (undoing brings it back), or
   * the imported one that they went on from; what models and other people wrote stays beside it. Text that is, word for
   * word, somebody else's that they started from is not theirs by that: it is approved. Returns the caption's id.
   * @throws CatalogError NO_SUCH_PHOTO
   */
  write(photoId: number, text: string, { basedOnId, continuesRunId, kind = 'caption' }: WrittenFrom = {}): number {
    const basedOn = basedOnId === undefined ? undefined : this.get(basedOnId);
    if (basedOn?.photoId === photoId && basedOn.source !== 'human' && textsOf(basedOn).includes(text.trim())) {
      return this.#approve(basedOn, text.trim(), kind);
    }
    const put = (runId: number): number => this.put(photoId, runId, text, { basedOnId, kind });
    return this.#connection.write(() => {
      const [last] = this.of(photoId, kind);
      return last !== undefined && last.source === 'human' && last.runId === continuesRunId
        ? this.#runs.amend(continuesRunId, put)
        : this.#runs.within({ kind: 'edit', description: { kind: 'editCaption', ...ofKind(kind) } }, put);
    });
  }

  /** The person's text takes the place of their earlier one, or of the imported one that they went on from. Returns its id. */
  put(photoId: number, runId: number, text: string, { basedOnId, kind = 'caption' }: WrittenFrom): number {
    return this.#connection.write(() => {
      for (const id of this.#connection
        .prepare<[number, TextKind, number | null], number>(
          `SELECT id FROM caption WHERE photo_id = ? AND kind = ? AND source = 'human' AND removed_run_id IS NULL
             AND (id = ? OR NOT ${isElsewhere('caption.run_id')})`,
        )
        .pluck()
        .all(photoId, kind, basedOnId ?? null)) {
        this.#log.remove(runId, 'caption', id);
      }
      return this.add(photoId, runId, { kind, text, source: 'human', basedOnId });
    });
  }

  /** A candidate that was not chosen then has no row of its own yet; nor has a caption that was removed meanwhile. */
  #approve(caption: StoredCaption, text: string, kind: TextKind): number {
    const { photoId } = caption;
    return this.#runs.within({ kind: 'edit', description: { kind: 'approveCaption', ...ofKind(kind) } }, (runId) => {
      const isLive = this.of(photoId, kind).some(({ id }) => id === caption.id);
      const isItself = isLive && caption.text.trim() === text;
      const id = isItself ? caption.id : this.add(photoId, runId, { ...chosenOf(caption, text), kind });
      this.#approvals.add(photoId, runId, { captionId: id });
      this.refreshShown(photoId);
      return id;
    });
  }

  /** Which text of the photo one that was added in the same transaction was made from. */
  setOrigin(captionId: number, basedOnId: number): void {
    this.#connection.prepare('UPDATE caption SET based_on_id = ? WHERE id = ?').run(basedOnId, captionId);
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

  /** The live texts of one kind of a photo, or with null of all kinds; of each kind the shown one first. */
  of(photoId: number, kind: TextKind | null = 'caption'): StoredCaption[] {
    return this.#connection
      .prepare<[number, TextKind | null, TextKind | null], CaptionRow>(
        `SELECT ${captionColumns} FROM caption JOIN photo ON photo.id = caption.photo_id
         ${withApproval} WHERE caption.photo_id = ? AND (? IS NULL OR caption.kind = ?)
           AND caption.removed_run_id IS NULL ORDER BY ${shownFirst}`,
      )
      .all(photoId, kind, kind)
      .map(captionOf);
  }

  get(captionId: number): StoredCaption | undefined {
    const row = this.#connection
      .prepare<[number], CaptionRow>(`SELECT ${captionColumns} FROM caption ${withApproval} WHERE caption.id = ?`)
      .get(captionId);
    return row === undefined ? undefined : captionOf(row);
  }

  /** Whether a matching model doubts the shown caption of one of the photos. */
  isAnyDoubtful(photoIds: readonly number[]): boolean {
    return (
      this.#connection
        .prepare<[string]>(
          'SELECT 1 FROM json_each(?) AS wanted JOIN photo ON photo.id = wanted.value WHERE shown_doubtful = 1 LIMIT 1',
        )
        .get(JSON.stringify(photoIds)) !== undefined
    );
  }

  /** Chooses anew which caption the photo shows. For the stores and undo; part of their transaction. */
  refreshShown(photoId: number): void {
    this.#connection
      .prepare(
        `UPDATE photo SET (shown_caption_id, shown_source, shown_itm, shown_doubtful, shown_revision) = (
           SELECT caption.id, source, coalesce(score.itm, caption.itm),
             iif(approval.id IS NULL, coalesce(score.doubtful, caption.doubtful), NULL), ${describedRevision}
           FROM caption ${withApproval} LEFT JOIN score ON score.id = (
             SELECT max(id) FROM score WHERE caption_id = caption.id AND removed_run_id IS NULL
           )
           WHERE caption.photo_id = photo.id AND ${isLiveCaption} ORDER BY ${shownFirst} LIMIT 1
         ) WHERE id = ?`,
      )
      .run(photoId);
    refreshPhotoText(this.#connection, photoId);
    this.#connection.photoChanged(photoId);
  }
}

/** The newest live approval of `caption`, as `approval`. */
export const withApproval = `LEFT JOIN approval ON approval.id = ${liveApproval('caption_id = caption.id')}`;

/** SQL, within `caption`: a photo's caption that is not removed, and no other kind of text. */
export const isLiveCaption = `caption.kind = 'caption' AND caption.removed_run_id IS NULL`;

/** The content that a caption describes: a person who approves it says that it describes what they see. */
export const describedRevision = 'max(caption.photo_revision, coalesce(approval.photo_revision, 0))';

const captionColumns = `caption.*, approval.run_id AS approved_run_id, approval.photo_revision AS approved_revision,
  approval.created_at_ms AS approved_at_ms`;

/**
 * The order in which a photo's captions are shown, within `photo` and `caption`: what a person wrote or approved, the
 * latest of it first and before what an import brings; then what describes the content as it is now; then the newest.
 */
export const shownFirst = `
  coalesce(iif(caption.source = 'human', ${actRank('caption.run_id', 'caption.id')}, (
    SELECT max(${actRank('run_id', 'caption.id')}) FROM approval WHERE caption_id = caption.id AND removed_run_id IS NULL
  )), 0) DESC, (caption.photo_revision = photo.revision) DESC, caption.id DESC`;

/** What the description of a run says of the kind: nothing of captions, as before there were others. */
export function ofKind(kind: TextKind): { readonly textKind?: TextKind } {
  return kind === 'caption' ? {} : { textKind: kind };
}

/** Its own and those of its candidates: all of them by its author. */
function textsOf({ text, candidates }: StoredCaption): string[] {
  return [text, ...candidates.map((candidate) => candidate.text)].map((one) => one.trim());
}

/** A candidate as a caption of its own, by the author of the one that it was a candidate of. */
function chosenOf(caption: StoredCaption, text: string): NewCaption {
  const { source, language, prompt, size, authorRunId, copiedFromId, candidates } = caption;
  const warnings = text === caption.text.trim() ? caption.warnings : caption.warnings.filter(isAboutPrompt);
  const itm = candidates.find((candidate) => candidate.text.trim() === text)?.itm;
  const captionScore = itm === undefined ? undefined : { itm, doubtful: false, candidates: [] };
  return {
    text,
    source,
    language,
    prompt,
    size,
    warnings,
    authorRunId,
    copiedFromId,
    captionScore,
    basedOnId: caption.id,
  };
}

const candidatesSchema = z.array(z.object({ text: z.string(), itm: z.number() }));

function captionOf(row: CaptionRow): StoredCaption {
  return {
    id: row.id,
    photoId: row.photo_id,
    kind: row.kind,
    text: row.text,
    source: row.source,
    runId: row.run_id,
    authorRunId: row.author_run_id ?? row.run_id,
    approval:
      row.approved_run_id === null || row.approved_at_ms === null
        ? undefined
        : { runId: row.approved_run_id, atMs: row.approved_at_ms },
    photoRevision: Math.max(row.photo_revision, row.approved_revision ?? 0),
    language: row.language ?? undefined,
    prompt: row.prompt ?? undefined,
    size: row.width === null || row.height === null ? undefined : { width: row.width, height: row.height },
    warnings: row.warnings === null ? [] : z.array(promptWarningSchema).parse(JSON.parse(row.warnings)),
    itm: row.itm ?? undefined,
    doubtful: row.doubtful === null ? undefined : row.doubtful === 1,
    candidates: row.candidates === null ? [] : candidatesSchema.parse(JSON.parse(row.candidates)),
    basedOnId: row.based_on_id ?? undefined,
    copiedFromId: row.copied_from_id ?? undefined,
    createdAtMs: row.created_at_ms,
  };
}
