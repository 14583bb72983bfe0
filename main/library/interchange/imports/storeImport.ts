/** @file Stores what an import adds to a photo: each text with its author, which the document may tell. Main process, CLI. */
import type { Catalog } from '../../catalog/catalog.ts';
import type { CatalogConnection } from '../../catalog/connection.ts';
import { type ForeignRun, foreignEdit, RestoredRunStore } from '../../catalog/imports/restoredRuns.ts';
import { ApprovalStore } from '../../catalog/texts/approvals.ts';
import type { CaptionStore } from '../../catalog/texts/captions.ts';
import { currentRevision } from '../../catalog/texts/currentRevision.ts';
import type { ImportedPhoto } from './collectImport.ts';
import type { ImportedAnswer, ImportedAuthor, ImportedCaption, ImportedTag, ImportedText } from './importRecord.ts';
import type { PhotoPlan } from './planPhoto.ts';

/** The run of this library that stands for the one that a document names; undefined where it names none. */
export type AuthorRuns = (author: ImportedAuthor) => number | undefined;

/** The runs that documents name. All of them are restored at once, in their order, as the first text is stored. */
export class ImportedRuns {
  readonly #store: RestoredRunStore;
  readonly #runs: readonly ForeignRun[];
  readonly #ids = new Map<ForeignRun, number>();

  constructor(connection: CatalogConnection, runs: readonly ForeignRun[]) {
    this.#store = new RestoredRunStore(connection);
    this.#runs = runs;
  }

  /** Part of the caller's transaction. */
  of(importRunId: number): AuthorRuns {
    if (this.#ids.size === 0) {
      for (const run of [foreignEdit, ...this.#runs]) this.#ids.set(run, this.#store.restore(run, importRunId));
    }
    return ({ run }) => {
      if (run === undefined || run.value === undefined) return undefined;
      return this.#ids.get(run.value ?? foreignEdit);
    };
  }
}

export interface ImportPart {
  readonly runId: number;
  readonly authors: AuthorRuns;
}

type Stores = Pick<Catalog, 'connection' | 'captions' | 'tags' | 'answers' | 'scores' | 'marks'>;

/** Part of the caller's transaction. */
export function storePhoto(catalog: Stores, photo: ImportedPhoto, plan: PhotoPlan, part: ImportPart): void {
  const { photoId, isOtherContent } = photo;
  const { runId, authors } = part;
  const { captions, answers, tags, connection } = catalog;
  const revision = currentRevision(connection, photoId);
  // Texts about what the file was before are kept, as out of date.
  const revisionOf: RevisionOf = ({ isOutdated }) => (isOtherContent || isOutdated === true ? revision - 1 : revision);
  for (const id of plan.removed.captionIds) captions.remove(id, runId);
  for (const id of plan.removed.answerIds) answers.remove(id, runId);
  const asked = [...plan.answers, ...plan.behind.answers.map(({ said }) => said)];
  const questionIds = new Map(asked.map(({ question }) => [question, answers.questionId(question)]));
  const rows = rowsOf(catalog, photoId, { ...part, revisionOf, questionIds });
  // Of texts that are equal otherwise, the newest is shown, and documents have the shown one first.
  const stored = new Map<symbol, number>();
  for (const caption of plan.captions.toReversed()) {
    const id = rows.addCaption(caption);
    if (caption.id !== undefined) stored.set(caption.id, id);
    for (const score of caption.scores ?? [])
      storeScore(catalog, photoId, { ...score, text: caption.text, captionId: id }, part);
  }
  storeOrigins(captions, plan, stored);
  for (const tag of plan.tags) rows.addTag(tag);
  for (const answer of plan.answers.toReversed()) rows.addAnswer(answer);
  // Out of sight as if the run of the person's own had removed it, so that the undo of that brings it to light.
  for (const { said, ownRunId } of plan.behind.captions) captions.remove(rows.addCaption(said), ownRunId);
  for (const { said, ownRunId } of plan.behind.answers) answers.remove(rows.addAnswer(said), ownRunId);
  for (const { said, ownRunId } of plan.behind.tags) {
    const id = rows.addTag(said);
    if (id !== undefined) tags.remove(id, ownRunId);
  }
  for (const score of plan.scores) storeScore(catalog, photoId, score, part);
  for (const { mark, atMs } of plan.marks) {
    catalog.marks.add(photoId, runId, { mark, authorRunId: authors({ run: { value: null } }), createdAtMs: atMs });
  }
  const approvals = new ApprovalStore(connection);
  for (const { row, atMs, isOutdated } of plan.approvals) {
    approvals.add(photoId, runId, row, { atMs, photoRevision: revisionOf({ isOutdated }) });
  }
  if (plan.approvals.length > 0) captions.refreshShown(photoId);
}

interface RowsPart extends ImportPart {
  readonly revisionOf: RevisionOf;
  readonly questionIds: ReadonlyMap<string, number>;
}

type RevisionOf = (text: { readonly isOutdated?: boolean | undefined }) => number;

/** What adds the rows of a photo; each returns the id of one. */
function rowsOf(
  { captions, answers, tags }: Stores,
  photoId: number,
  { runId, authors, revisionOf, questionIds }: RowsPart,
) {
  return {
    addCaption: (caption: ImportedCaption): number => {
      const { kind, text, source, instruction, warnings, approvedAtMs, language, seen, captionScore, atMs } = caption;
      return captions.add(photoId, runId, {
        ...{ kind, text, source, warnings, approvedAtMs, language, captionScore },
        copiedFromId: originOf(caption, photoId),
        prompt: instruction,
        size: seen,
        photoRevision: revisionOf(caption),
        authorRunId: authors(caption),
        createdAtMs: atMs,
      });
    },
    addTag: ({ path, source, confidence, approvedAtMs, atMs, run }: ImportedTag): number | undefined => {
      const authorRunId = authors({ run });
      return tags.add(photoId, runId, { path, source, confidence, approvedAtMs, authorRunId, createdAtMs: atMs });
    },
    addAnswer: (answer: ImportedAnswer): number => {
      const { question, text, source, instruction, warnings, choices, atMs } = answer;
      return answers.add(photoId, questionIds.get(question) ?? answers.questionId(question), runId, {
        ...{ text, source, warnings },
        copiedFromId: originOf(answer, photoId),
        choices: choices === undefined ? undefined : [...choices],
        prompt: instruction,
        photoRevision: revisionOf(answer),
        authorRunId: authors(answer),
        createdAtMs: atMs,
      });
    },
  };
}

/** Two photos of a document can be one here. */
function originOf({ copiedFrom }: ImportedText, photoId: number): number | undefined {
  return copiedFrom?.photoId === photoId ? undefined : copiedFrom?.photoId;
}

/** Once all are stored: what a text was made from stands before it where a person approved it since. */
function storeOrigins(captions: CaptionStore, plan: PhotoPlan, stored: ReadonlyMap<symbol, number>): void {
  for (const { id, basedOn } of plan.captions) {
    if (id === undefined || basedOn === undefined) continue;
    const origin = plan.sameCaptions.get(basedOn) ?? basedOn;
    const originId = typeof origin === 'number' ? origin : stored.get(origin);
    const captionId = stored.get(id);
    if (captionId !== undefined && originId !== undefined) captions.setOrigin(captionId, originId);
  }
}

interface StoredScore extends ImportedAuthor {
  readonly text: string;
  readonly captionId?: number | undefined;
  readonly itm: number;
  readonly itc: number | null;
  readonly doubtful: boolean | null;
}

function storeScore({ scores }: Stores, photoId: number, score: StoredScore, { runId, authors }: ImportPart): void {
  const { text, captionId, itm, itc, doubtful, atMs } = score;
  scores.add(photoId, runId, {
    ...{ text, captionId, itm },
    itc: itc ?? undefined,
    doubtful: doubtful ?? undefined,
    authorRunId: authors(score),
    createdAtMs: atMs,
  });
}
