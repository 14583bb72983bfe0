/** @file Imports texts into the catalog: first shown, then done as one run, all of it or nothing. Main process, CLI. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ConflictChoice } from '../../../../schemas/imports.ts';
import type { Source } from '../../../../schemas/provenance.ts';
import type { RunDescription } from '../../../../schemas/runDescription.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import { fieldColumns } from '../../catalog/exports/exportedFields.ts';
import { matchablePhotos } from '../../catalog/imports/matchablePhotos.ts';
import { type OwnTexts, ownTexts } from '../../catalog/imports/ownTexts.ts';
import { presentTexts } from '../../catalog/imports/presentTexts.ts';
import { namedReads } from '../../catalog/reader/reads.ts';
import { type BulkEditOptions, bulkEdit } from '../../catalog/runs/bulkEdit.ts';
import { type CollectedImport, collectImport, type ImportedPhoto } from './collectImport.ts';
import type { ImportSource } from './importSource.ts';
import { type ImportConflict, type PhotoPlan, planPhoto } from './planPhoto.ts';
import { ImportedRuns, storePhoto } from './storeImport.ts';

type Stores = Pick<Catalog, 'connection' | 'captions' | 'tags' | 'answers' | 'scores' | 'marks'>;

/** Asked of a reader thread. */
export const importReads = namedReads({
  matchablePhotos: (connection, _args: undefined) => matchablePhotos(connection),
  fieldColumns: (connection, _args: undefined) => fieldColumns(connection),
});

/** What the documents say, by photo. @throws ImportError; the signal's reason */
export async function readImport(
  { reader, fileInfo }: Pick<Catalog, 'reader' | 'fileInfo'>,
  sources: readonly ImportSource[],
  signal?: AbortSignal,
): Promise<CollectedImport> {
  const photos = await reader.read(importReads.matchablePhotos, undefined, signal);
  const fields = await reader.read(importReads.fieldColumns, undefined, signal);
  const fileInfoOf = (photoId: number) => fileInfo.of(photoId);
  return await collectImport(sources, { ...photos, fields, fileInfoOf }, signal);
}

export interface PlacedConflict extends ImportConflict {
  readonly photoId: number;
  /** Absolute. */
  readonly file: string;
}

export type ChooseOfConflict = (conflict: PlacedConflict) => ConflictChoice;

export interface ImportPlan {
  /** Photos that get something, or lose a text that is replaced. */
  readonly photos: readonly ImportedPhoto[];
  readonly counts: ImportCounts;
  readonly conflicts: readonly PlacedConflict[];
}

/** Texts and tags that are added, and those of the documents that are there already. */
export interface ImportCounts {
  readonly captions: number;
  readonly altTexts: number;
  readonly longDescriptions: number;
  readonly tags: number;
  readonly answers: number;
  /** Of texts and tags that are there already, and that a person approved elsewhere. */
  readonly marks: number;
  readonly approvals: number;
  readonly same: number;
}

const countOf = { caption: 'captions', altText: 'altTexts', longDescription: 'longDescriptions' } as const;

/** Photos that are looked at in one go: a few milliseconds. */
const photosAtOnce = 100;

/** What `importTexts` would do at this moment. @throws the signal's reason */
export async function planImport(
  catalog: Stores,
  { photos }: Pick<CollectedImport, 'photos'>,
  choose: ChooseOfConflict,
  { signal, onProgress }: BulkEditOptions = {},
): Promise<ImportPlan> {
  const changed: ImportedPhoto[] = [];
  const conflicts: PlacedConflict[] = [];
  const counts = {
    captions: 0,
    altTexts: 0,
    longDescriptions: 0,
    tags: 0,
    answers: 0,
    marks: 0,
    approvals: 0,
    same: 0,
  };
  for (let start = 0; start < photos.length; start += photosAtOnce) {
    signal?.throwIfAborted();
    catalog.connection.read(() => {
      for (const photo of photos.slice(start, start + photosAtOnce)) {
        const plan = planOf(catalog, photo, choose);
        for (const { kind = 'caption' } of plan.captions) counts[countOf[kind]] += 1;
        counts.tags += plan.tags.length;
        counts.answers += plan.answers.length;
        counts.marks += plan.marks.length;
        counts.approvals += plan.approvals.length;
        counts.same += plan.same;
        conflicts.push(...plan.conflicts.map((conflict) => placed(photo, conflict)));
        if (changesAnything(plan)) changed.push(photo);
      }
    });
    onProgress?.(Math.min(start + photosAtOnce, photos.length), photos.length);
    await nextTurn();
  }
  return { photos: changed, counts, conflicts };
}

export interface ImportWork {
  /** Those of a plan. */
  readonly photos: readonly ImportedPhoto[];
  readonly runs: CollectedImport['runs'];
  /** That are defined, where this library has none of the name. */
  readonly fields?: CollectedImport['fields'] | undefined;
  readonly choose: ChooseOfConflict;
  readonly description: RunDescription;
  /** The file or folder. */
  readonly importSource: string;
}

/**
 * Does it, as one run; fields that the document defines are no part of it, and stay when it is undone. Returns the run, or
 * undefined where there is nothing to do. What a photo has is looked at once more: a person may have written since the
 * plan was made.
 * @throws what `bulkEdit` throws
 */
export async function importTexts(
  catalog: Stores & Pick<Catalog, 'runs' | 'undo' | 'fields'>,
  work: ImportWork,
  options: BulkEditOptions = {},
): Promise<number | undefined> {
  const runId = work.photos.length === 0 ? undefined : await storeTexts(catalog, work, options);
  // After all else: of an import that fails, nothing stays.
  catalog.fields.addUnknown(work.fields ?? []);
  return runId;
}

async function storeTexts(
  catalog: Stores & Pick<Catalog, 'runs' | 'undo'>,
  { photos, runs, choose, description, importSource }: ImportWork,
  options: BulkEditOptions,
): Promise<number> {
  const saidOf = new Map(photos.map((photo) => [photo.photoId, photo]));
  const importedRuns = new ImportedRuns(catalog.connection, runs);
  const change = (photoId: number, runId: number) => {
    const photo = saidOf.get(photoId);
    if (photo === undefined) return;
    storePhoto(catalog, photo, planOf(catalog, photo, choose), { runId, authors: importedRuns.of(runId) });
  };
  return await bulkEdit(
    catalog,
    { kind: 'import', description, importSource, photoIds: [...saidOf.keys()], change },
    options,
  );
}

function planOf(
  { connection, captions, tags, answers, scores, marks }: Stores,
  photo: ImportedPhoto,
  choose: ChooseOfConflict,
): PhotoPlan {
  const { photoId } = photo;
  const present = presentTexts(connection, photoId);
  // Nothing is compared with what the document does not speak of.
  const here = {
    captions: photo.captions.length === 0 || !present.captions ? [] : captions.of(photoId, null),
    tags: photo.tags.length === 0 || !present.tags ? [] : tags.of(photoId),
    answers: photo.answers.length === 0 || !present.answers ? [] : answers.of(photoId),
    scores: photo.scores.length === 0 || !present.scores ? [] : scores.of(photoId),
    marks: photo.marks.length === 0 ? [] : marks.of(photoId),
  };
  const ownOf = (entity: Parameters<typeof ownTexts>[1], rows: readonly { readonly source: Source }[]): OwnTexts =>
    rows.some(({ source }) => source === 'human') ? ownTexts(connection, entity, photoId) : new Map();
  const own = {
    captions: ownOf('caption', here.captions),
    answers: ownOf('answer', here.answers),
    tags: ownOf('photo_tag', here.tags),
  };
  return planPhoto({ ...here, own }, photo, (conflict) => choose(placed(photo, conflict)));
}

function placed({ photoId, file }: ImportedPhoto, conflict: ImportConflict): PlacedConflict {
  return { ...conflict, photoId, file };
}

function changesAnything({ captions, tags, answers, scores, marks, approvals, behind, removed }: PhotoPlan): boolean {
  const parts = [
    captions,
    tags,
    answers,
    scores,
    marks,
    approvals,
    ...Object.values(behind),
    ...Object.values(removed),
  ];
  return parts.some((part) => part.length > 0);
}
