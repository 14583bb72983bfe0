/** @file Imports as the interface asks for them: first shown, then done with the person's choices. Main process and server. */
import path from 'node:path';
import type * as z from 'zod';
import type {
  ContractConflict,
  ContractImportPlan,
  ImportEvent,
  ImportedFile,
  importsContract,
} from '../../preload/contract/imports.ts';
import type { ConflictChoice } from '../../schemas/imports.ts';
import { currentRevision } from '../library/catalog/texts/currentRevision.ts';
import { LibraryError } from '../library/files/libraryError.ts';
import type { ImportedPhoto } from '../library/interchange/imports/collectImport.ts';
import { type ImportSource, importFormatOf, textFilesOf } from '../library/interchange/imports/importSource.ts';
import {
  type ChooseOfConflict,
  importTexts,
  type PlacedConflict,
  planImport,
  readImport,
} from '../library/interchange/imports/importTexts.ts';
import { suggestedUse } from '../library/interchange/imports/readTextFiles.ts';
import type { App } from './app.ts';

type RunInput = z.output<NonNullable<(typeof importsContract.run)['~orpc']['inputSchema']>>;
type OnProgress = (progress: Extract<ImportEvent, { type: 'progress' }>) => void;

/** More than a person looks through; the counts are of all. */
const maxShown = { rows: 10, conflicts: 200, remarks: 200 };
/** Of a text in the preview, in characters. */
const maxPreview = 500;

/** @throws ImportError, LibraryError PATH_INVALID; the signal's reason */
export async function planOfImport(
  app: App,
  file: ImportedFile,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<ContractImportPlan> {
  const source = await sourceOf(file, signal);
  const collected = await readImport(app.catalog, [source], signal);
  const course = { signal, onProgress: progressTo(onProgress) };
  const { photos, counts, conflicts } = await planImport(app.catalog, collected, () => 'keep', course);
  return {
    ...{ format: source.format, use: source.use, photos: photos.length, ...counts },
    conflicts: conflicts.length,
    leftOut: collected.remarks.length,
    firstRows: photos.slice(0, maxShown.rows).map(rowOf),
    firstConflicts: conflicts.slice(0, maxShown.conflicts).map((conflict) => conflictOf(app, conflict)),
    firstRemarks: collected.remarks.slice(0, maxShown.remarks).map((remark) => ({ ...remark })),
  };
}

/** @throws ImportError, LibraryError PATH_INVALID; the signal's reason, when nothing is imported */
export async function runImport(
  app: App,
  { onConflict, choices, ...file }: RunInput,
  onProgress: OnProgress,
  signal: AbortSignal,
): Promise<Extract<ImportEvent, { type: 'done' }>> {
  const chosen = new Map(choices.map(({ choice, ...conflict }) => [conflictKey(conflict), choice]));
  const choose: ChooseOfConflict = (conflict): ConflictChoice => chosen.get(conflictKey(conflict)) ?? onConflict;
  const source = await sourceOf(file, signal);
  const collected = await readImport(app.catalog, [source], signal);
  const { photos } = await planImport(app.catalog, collected, choose, { signal });
  const description = { kind: 'importTexts', path: source.path, more: 0, format: source.format } as const;
  const work = {
    photos,
    runs: collected.runs,
    fields: collected.fields,
    choose,
    description,
    importSource: source.path,
  };
  const runId = await importTexts(app.catalog, work, { signal, onProgress: progressTo(onProgress) });
  return { type: 'done', runId: runId ?? null, photos: photos.length };
}

async function sourceOf(
  { path: named, format, use, column }: ImportedFile,
  signal: AbortSignal,
): Promise<ImportSource> {
  const file = named.trim();
  // Nobody who looks at a page knows which folder a relative path would start at.
  if (!path.isAbsolute(file)) {
    throw new LibraryError('PATH_INVALID', `The file must be named with its whole path, not as ${named}.`, {
      path: named,
    });
  }
  const found = format ?? (await importFormatOf(file, signal));
  const suggested = found === 'txt' ? await suggestedUse(await textFilesOf(file, found), signal) : 'caption';
  return { path: path.normalize(file), format: found, use: use ?? suggested, column: column ?? undefined };
}

function progressTo(onProgress: OnProgress): (done: number, total: number) => void {
  return (done, total) => onProgress({ type: 'progress', done, total });
}

function conflictKey({ photoId, kind, question }: Pick<PlacedConflict, 'photoId' | 'kind' | 'question'>): string {
  return JSON.stringify([photoId, kind, question]);
}

function rowOf({ file, captions, tags, answers }: ImportedPhoto): ContractImportPlan['firstRows'][number] {
  return {
    fileName: path.basename(file),
    captions: captions.slice(0, 5).map(({ text }) => preview(text)),
    tags: tags.slice(0, 20).map((tag) => tag.path),
    answers: answers.slice(0, 5).map(({ question, text }) => ({ question: preview(question), text: preview(text) })),
  };
}

function conflictOf({ catalog }: App, conflict: PlacedConflict): ContractConflict {
  const { photoId, file, kind, question, here, there } = conflict;
  return {
    photoId,
    revision: currentRevision(catalog.connection, photoId),
    fileName: path.basename(file),
    kind,
    question,
    here: preview(here),
    there: there.slice(0, 5).map(preview),
  };
}

function preview(text: string): string {
  return text.length > maxPreview ? `${text.slice(0, maxPreview).toWellFormed()}…` : text;
}
