/** @file What an export asks of the catalog: which photos in which order under which names, and then their text, some photos at a time. Plain functions for reader threads. */
import path from 'node:path';
import type { DocumentFormat, ExportedDocumentFormat, ExportFilter, SidecarFormat } from '../../../schemas/exports.ts';
import type { CatalogConnection } from '../catalog/connection.ts';
import type { DocumentRecord } from '../catalog/exports/documentRecord.ts';
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
import { namedReads } from '../catalog/reader/reads.ts';
import { childPath, commonFolder, holds, pathBelow } from '../files/commonFolder.ts';
import type { NameRule } from '../photos/nameKey.ts';
import { captionNames, fileNameOrder } from './captionNames.ts';
import { datasetNames } from './datasetNames.ts';
import { documentShape } from './documentFormats.ts';
import { type Place, type SectionText, sectionText } from './documentShape.ts';
import { vocabularyText } from './fullJson.ts';
import { type PhotoRow, photoRow, tagPaths } from './photoRow.ts';
import { sidecarName, sidecarNames } from './sidecarNames.ts';
import { modelWriter, type SidecarText } from './sidecars.ts';
import { filledSidecar, sidecarTemplate } from './sidecarTemplate.ts';

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

export interface DocumentList extends ExportedRuns {
  /** In the order of the document. */
  readonly photoIds: readonly number[];
  readonly files: readonly string[];
  /** What stands for each photo where only a short name does; empty for other formats. */
  readonly keys: readonly string[];
  readonly questions: readonly string[];
}

export function documentList(connection: CatalogConnection, args: DocumentListArgs): DocumentList {
  const { format, filter, documentFolder, limit } = args;
  const { photos, baseFolder } = listed(connection, args);
  const files = photos.map(({ relativePath }) => relativePath);
  // Where pictures are loaded by their names, these are looked for from the folder of the document.
  const isBelow =
    (format === 'jsonl' || format === 'parquet') &&
    documentFolder !== undefined &&
    [...new Set(photos.map(({ folder }) => folder))].every((folder) => holds(documentFolder, folderPath(folder)));
  const names =
    isBelow && documentFolder !== baseFolder ? photos.map((photo) => pathBelow(documentFolder, fileOf(photo))) : files;
  const hasColumns = format === 'csv' && filter.included.answers;
  const photoIds = photos.map(({ id }) => id).slice(0, limit);
  return {
    photoIds,
    files: names.slice(0, limit),
    keys: format === 'json' ? captionNames(files).slice(0, limit) : [],
    questions: hasColumns ? questionsToExport(connection, args) : [],
    // Only this format says more of them than a text's own.
    ...(format === 'json-full' ? runsToExport(connection, { photoIds, filter }) : { runs: [], vocabularies: [] }),
  };
}

/** As it stands in a full JSON document. */
export function documentVocabulary(
  connection: CatalogConnection,
  { key, runId }: ExportedRuns['vocabularies'][number],
): string {
  return vocabularyText(key, vocabularyToExport(connection, runId));
}

export interface DocumentTextArgs {
  readonly format: DocumentFormat;
  readonly filter: ExportFilter;
  readonly section: number;
  readonly from: Place;
  readonly photoIds: readonly number[];
  readonly files: readonly string[];
  readonly keys: readonly string[];
  readonly questions: readonly string[];
}

/** Some photos in a row, as they stand in a section of the document. */
export function documentPart(connection: CatalogConnection, args: DocumentTextArgs): SectionText {
  const { format, filter, photoIds, files, keys, questions } = args;
  const section = documentShape(format, {
    included: filter.included,
    description: '',
    questions,
    runs: [],
    failures: [],
  })[args.section];
  if (section === undefined) throw new RangeError(`${format} has no section ${args.section}`);
  const isDetailed = format === 'json-full';
  return sectionText(section, recordsOf(connection, { filter, photoIds, files, keys, isDetailed }), args.from);
}

export interface PhotoRowsArgs {
  readonly filter: ExportFilter;
  readonly photoIds: readonly number[];
  /** Their names in the table. */
  readonly files: readonly string[];
}

/** Some photos in a row, as a table has them. */
export function photoRows(connection: CatalogConnection, args: PhotoRowsArgs): PhotoRow[] {
  return recordsOf(connection, args).map((record) => photoRow(record, args.filter.included));
}

interface NamedPhotos extends PhotoRowsArgs {
  readonly keys?: readonly string[];
  readonly isDetailed?: boolean;
}

function recordsOf(
  connection: CatalogConnection,
  { photoIds, files, keys = [], ...args }: NamedPhotos,
): DocumentRecord[] {
  const found = exportRecords(connection, { photoIds, ...args });
  // One that is gone since the list was made keeps its place, so that numbers do not shift.
  return photoIds.map((id, index) => ({
    ...(found.get(id) ?? gone),
    file: files[index] ?? '',
    key: keys[index] ?? '',
  }));
}

const noTexts = { captions: [], altTexts: [], longDescriptions: [] };
const gone = { sha256: null, width: null, height: null, ...noTexts, tags: [], answers: [], scores: [] };

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
  const others = neighboursOf(connection, listedIds).filter(({ id }) => !isListed.has(id));
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
  const photos = photosToExport(connection, args);
  return { photos: photos.length, unreachable: photos.filter(({ isReachable }) => !isReachable).length };
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
  const { captions, tags, altText, longDescription } = filter.included;
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
      longDescription: longDescription ? (record.longDescriptions[0]?.text ?? null) : undefined,
      whole: template === undefined ? undefined : filledSidecar(template, { ...record, file: files[index] ?? '' }),
    };
  });
}

interface ListedPhoto extends ExportedPhoto {
  /** As a document names it. */
  readonly relativePath: string;
}

/** Sorted as every document is. Paths start at the deepest folder that holds all folders of the library that take part. */
function listed(
  connection: CatalogConnection,
  args: ExportArgs,
): { readonly photos: ListedPhoto[]; readonly baseFolder: string | undefined } {
  const found = photosToExport(connection, args);
  const baseFolder = commonFolder([...new Set(found.map(({ folder }) => folder.rootPath))]);
  const photos = found.map((photo) => ({ ...photo, relativePath: pathOf(photo, baseFolder) }));
  photos.sort((a, b) => fileNameOrder(a.relativePath, b.relativePath));
  return { photos, baseFolder };
}

function pathOf(photo: ExportedPhoto, baseFolder: string | undefined): string {
  const { rootPath, relativePath } = photo.folder;
  if (baseFolder === rootPath) return childPath(relativePath, photo.name);
  const file = fileOf(photo);
  return baseFolder === undefined ? file.replaceAll(path.sep, '/') : pathBelow(baseFolder, file);
}

/** Absolute. */
function fileOf({ folder, name }: ExportedPhoto): string {
  return path.join(folderPath(folder), name);
}

function folderPath({ rootPath, relativePath }: ExportedFolder): string {
  return path.join(rootPath, relativePath);
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
