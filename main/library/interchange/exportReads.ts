/** @file What an export asks of the catalog: which photos in which order under which names, and then their text, some photos at a time. Plain functions for reader threads. */
import type { DocumentFormat, ExportedDocumentFormat, ExportFilter, SidecarFormat } from '../../../schemas/exports.ts';
import type { CatalogConnection } from '../catalog/connection.ts';
import type { DocumentRecord } from '../catalog/exports/documentRecord.ts';
import { exportedFields, type FieldColumn } from '../catalog/exports/exportedFields.ts';
import {
  type ExportArgs,
  type ExportedFolder,
  type ExportedPhoto,
  exportRecords,
  neighboursOf,
  photosToExport,
  questionsToExport,
} from '../catalog/exports/exportRecords.ts';
import { type ExportedRuns, runsToExport, vocabularyToExport } from '../catalog/exports/exportRuns.ts';
import { ownMarks } from '../catalog/photos/marks.ts';
import { namedReads } from '../catalog/reader/reads.ts';
import { holds } from '../files/commonFolder.ts';
import type { NameRule } from '../photos/nameKey.ts';
import { captionName, nameLevels } from './captionNames.ts';
import { datasetNames } from './datasetNames.ts';
import { documentShape } from './documentFormats.ts';
import { baseFolderOf, fileOf, folderPath, orderedPhotos, pathOf, pathsOf } from './documentOrder.ts';
import { type Place, type SectionText, sectionText } from './documentShape.ts';
import { vocabularyText } from './fullJson.ts';
import { type PhotoRow, photoRow, tagPaths } from './photoRow.ts';
import { sidecarName, sidecarNames } from './sidecarNames.ts';
import { modelWriter, type SidecarText } from './sidecars.ts';
import { filledSidecar, sidecarTemplate } from './sidecarTemplate.ts';
import { wantedMarks } from './xmpMarks.ts';

export interface ExportListArgs {
  readonly photoIds: readonly number[];
  readonly filter: ExportFilter;
}

export interface DocumentListArgs extends ExportListArgs {
  readonly format: ExportedDocumentFormat;
  /** Where the document is going to lie, where that is known. */
  readonly documentFolder?: string | undefined;
  /** Only so many photos, the first of the document. */
  readonly limit?: number | undefined;
}

/** Photos by their numbers alone: names are looked up with the texts, so that a large library takes little memory. */
export interface DocumentList extends ExportedRuns {
  /** In the order of the document. */
  readonly photoIds: Float64Array;
  /** Where the names of photos start, as `pathOf` takes it. */
  readonly baseFolder: string | undefined;
  /** How long the name of each is where only a short one stands for it, as `captionName` takes it; empty for other formats. */
  readonly nameLevels: Uint8Array;
  readonly questions: readonly string[];
  /** That hold answers which are exported. */
  readonly fields: readonly FieldColumn[];
}

export function documentList(connection: CatalogConnection, args: DocumentListArgs): DocumentList {
  const { format, filter, documentFolder, limit } = args;
  const all: number[] = [];
  const folders = new Set<ExportedFolder>();
  for (const { id, folder } of orderedPhotos(connection, args)) {
    all.push(id);
    folders.add(folder);
  }
  const baseFolder = baseFolderOf(folders);
  // Where pictures are loaded by their names, these are looked for from the folder of the document.
  const isBelow =
    (format === 'jsonl' || format === 'parquet') &&
    documentFolder !== undefined &&
    [...folders].every((folder) => holds(documentFolder, folderPath(folder)));
  const hasColumns = format === 'csv' && filter.included.answers;
  const photoIds = all.slice(0, limit);
  return {
    photoIds: Float64Array.from(photoIds),
    baseFolder: isBelow ? documentFolder : baseFolder,
    nameLevels: format === 'json' ? levelsOf(connection, all, baseFolder).slice(0, limit) : new Uint8Array(),
    questions: hasColumns ? questionsToExport(connection, args) : [],
    fields: exportedFields(connection, filter, { withEmpty: format === 'json-full' }),
    // Only this format says more of them than a text's own.
    ...(format === 'json-full' ? runsToExport(connection, { photoIds, filter }) : { runs: [], vocabularies: [] }),
  };
}

function levelsOf(
  connection: CatalogConnection,
  photoIds: readonly number[],
  baseFolder: string | undefined,
): Uint8Array {
  return nameLevels(photoIds.length, (indexes) => {
    const ids = indexes.map((index) => photoIds[index] ?? 0);
    const paths = pathsOf(connection, ids, baseFolder);
    return ids.map((id) => paths.get(id) ?? '');
  });
}

/** As it stands in a full JSON document. */
export function documentVocabulary(
  connection: CatalogConnection,
  { key, ...terms }: ExportedRuns['vocabularies'][number],
): string {
  return vocabularyText(key, vocabularyToExport(connection, terms));
}

export interface DocumentTextArgs {
  readonly format: DocumentFormat;
  readonly filter: ExportFilter;
  readonly section: number;
  readonly from: Place;
  readonly photoIds: readonly number[];
  readonly baseFolder: string | undefined;
  /** Of the photos; empty where names are not short. */
  readonly nameLevels: Uint8Array;
  readonly questions: readonly string[];
  readonly fields: readonly FieldColumn[];
}

/** Some photos in a row, as they stand in a section of the document. */
export function documentPart(connection: CatalogConnection, args: DocumentTextArgs): SectionText {
  const { format, filter, photoIds, baseFolder, nameLevels, questions, fields } = args;
  const section = documentShape(format, {
    included: filter.included,
    description: '',
    questions,
    fields,
    runs: [],
    failures: [],
  })[args.section];
  if (section === undefined) throw new RangeError(`${format} has no section ${args.section}`);
  const isDetailed = format === 'json-full';
  const names = { baseFolder };
  return sectionText(section, recordsOf(connection, { filter, photoIds, names, nameLevels, isDetailed }), args.from);
}

export interface PhotoRowsArgs {
  readonly filter: ExportFilter;
  readonly photoIds: readonly number[];
  /** Their names in the table: those given, or their paths from the folder. */
  readonly names: readonly string[] | { readonly baseFolder: string | undefined };
}

export interface TableRowsArgs extends PhotoRowsArgs {
  readonly fields: readonly FieldColumn[];
}

/** Some photos in a row, as a table has them; null of one that is gone. */
export function photoRows(connection: CatalogConnection, { fields, ...args }: TableRowsArgs): (PhotoRow | null)[] {
  return recordsOf(connection, args).map((record) => record && photoRow(record, args.filter.included, fields));
}

interface NamedPhotos extends PhotoRowsArgs {
  readonly nameLevels?: Uint8Array;
  readonly isDetailed?: boolean;
}

/** Null in the place of one that is gone since the list was made, so that numbers do not shift. */
function recordsOf(
  connection: CatalogConnection,
  { photoIds, names, nameLevels, ...args }: NamedPhotos,
): (DocumentRecord | null)[] {
  const baseFolder = 'baseFolder' in names ? names.baseFolder : undefined;
  const namesOf = (ids: readonly number[]) => pathsOf(connection, ids, baseFolder);
  const found = exportRecords(connection, { photoIds, namesOf, ...args });
  const paths = 'baseFolder' in names ? namesOf(photoIds) : undefined;
  const given = 'baseFolder' in names ? [] : names;
  return photoIds.map((id, index) => {
    const record = found.get(id);
    const file = paths?.get(id) ?? given[index];
    return record === undefined || file === undefined
      ? null
      : { ...record, file, key: captionName(file, nameLevels?.[index]) };
  });
}

export interface DatasetList {
  /** Sorted as in a document. */
  readonly photoIds: readonly number[];
  /** Absolute. */
  readonly photos: readonly string[];
  /** Of the photos, for messages. */
  readonly files: readonly string[];
  /** What the pictures are called in the dataset. */
  readonly names: readonly string[];
  /** Of all of them together. */
  readonly sizeBytes: number;
  /** Photos whose files are missing, or on a drive that is away. */
  readonly unreachable: readonly string[];
  /** That hold answers which are exported. */
  readonly fields: readonly FieldColumn[];
}

export function datasetList(connection: CatalogConnection, args: ExportListArgs): DatasetList {
  const { photos } = listed(connection, args);
  const found = photos.filter(({ isReachable }) => isReachable);
  const files = found.map(({ relativePath }) => relativePath);
  return {
    photoIds: found.map(({ id }) => id),
    photos: found.map(fileOf),
    files,
    names: datasetNames(files),
    sizeBytes: found.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    unreachable: photos.filter(({ isReachable }) => !isReachable).map(({ relativePath }) => relativePath),
    fields: exportedFields(connection, args.filter),
  };
}

export interface SidecarListArgs extends ExportListArgs {
  readonly format: SidecarFormat;
  /** Beside the photos where undefined. */
  readonly folder: string | undefined;
  /** How names are compared in that folder. */
  readonly nameRule: NameRule | undefined;
}

export interface SidecarList {
  readonly photoIds: readonly number[];
  /** Absolute. */
  readonly sidecars: readonly string[];
  /** The photos themselves, absolute. */
  readonly photos: readonly string[];
  /** Of the photos, for messages. */
  readonly files: readonly string[];
  /** Photos beside which nothing can be written: they are missing, or their drive is away. */
  readonly unreachable: readonly string[];
}

/** Names do not depend on which photos are exported: whoever shares a folder takes part. */
export function sidecarList(connection: CatalogConnection, args: SidecarListArgs): SidecarList {
  const { format, folder, nameRule } = args;
  const { photos, baseFolder } = listed(connection, { ...args, writtenXmpToo: format === 'xmp' });
  const listedIds = photos.map(({ id }) => id);
  const isListed = new Set(listedIds);
  const others = [...neighboursOf(connection, listedIds)].filter(({ id }) => !isListed.has(id));
  const paths = [
    ...photos.map(({ relativePath }) => relativePath),
    ...others.map((photo) => pathOf(photo, baseFolder)),
  ];
  const names = sidecarNames(paths, format, nameRule ?? commonRule(photos));
  const found = photos.map((photo, index) => {
    const file = fileOf(photo);
    const place = { photo: file, format, folder };
    return { ...photo, file, sidecar: sidecarName(names[index] ?? photo.relativePath, place) };
  });
  const isWritable = ({ isReachable }: ListedPhoto) => folder !== undefined || isReachable;
  const writable = found.filter(isWritable);
  return {
    photoIds: writable.map(({ id }) => id),
    sidecars: writable.map(({ sidecar }) => sidecar),
    photos: writable.map(({ file }) => file),
    files: writable.map(({ relativePath }) => relativePath),
    unreachable: found.filter((photo) => !isWritable(photo)).map(({ relativePath }) => relativePath),
  };
}

/** The rule by which most names are the same. */
function commonRule(photos: readonly ListedPhoto[]): NameRule {
  const rules = new Set(photos.map(({ folder }) => folder.nameRule));
  return (['caseless', 'normalised'] as const).find((rule) => rules.has(rule)) ?? 'exact';
}

/** How many photos have something to export, and how many of their files cannot be reached. */
export function exportCount(
  connection: CatalogConnection,
  args: ExportListArgs,
): { readonly photos: number; readonly unreachable: number } {
  const count = { photos: 0, unreachable: 0 };
  for (const { isReachable } of photosToExport(connection, args)) {
    count.photos += 1;
    if (!isReachable) count.unreachable += 1;
  }
  return count;
}

export interface SidecarTextsArgs {
  readonly photoIds: readonly number[];
  readonly filter: ExportFilter;
  /** Of text sidecars: how they are put together, in place of the caption and then the tags. */
  readonly template?: string | undefined;
  /** Of the photos, for the template. */
  readonly files?: readonly string[] | undefined;
}

/** In the order of the ids; null of a photo that is gone, whose sidecar is nobody's to change. */
export function sidecarTexts(connection: CatalogConnection, args: SidecarTextsArgs): (SidecarText | null)[] {
  const { photoIds, filter, files = [] } = args;
  const template = args.template === undefined ? undefined : sidecarTemplate(args.template);
  const { captions, tags, altText, longDescription, marks = false } = filter.included;
  const found = exportRecords(connection, { photoIds, filter });
  return photoIds.map((id, index) => {
    const record = found.get(id);
    if (record === undefined) return null;
    const [caption] = record.captions;
    return {
      caption: captions ? (caption?.text ?? null) : undefined,
      captionWriter: caption?.source === 'model' ? modelWriter(caption.model ?? undefined) : null,
      tags: tags ? tagPaths(record) : undefined,
      altText: altText ? (record.altTexts[0]?.text ?? null) : undefined,
      marks: marks ? wantedMarks(ownMarks(record.marks)) : undefined,
      longDescription: longDescription ? (record.longDescriptions[0]?.text ?? null) : undefined,
      whole: template === undefined ? undefined : filledSidecar(template, { ...record, file: files[index] ?? '' }),
    };
  });
}

interface ListedPhoto extends ExportedPhoto {
  /** As a document names it. */
  readonly relativePath: string;
}

function listed(
  connection: CatalogConnection,
  args: ExportArgs,
): { readonly photos: ListedPhoto[]; readonly baseFolder: string | undefined } {
  const photos = [...orderedPhotos(connection, args)];
  const baseFolder = baseFolderOf(photos.map(({ folder }) => folder));
  return { photos: photos.map((photo) => ({ ...photo, relativePath: pathOf(photo, baseFolder) })), baseFolder };
}

/** Asked of a reader thread. */
export const exportReads = namedReads({
  documentList,
  documentPart,
  documentVocabulary,
  photoRows,
  exportCount,
  datasetList,
  sidecarList,
  sidecarTexts,
});
