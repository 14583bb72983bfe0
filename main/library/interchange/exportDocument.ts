/**
 * @file Writes photos of the catalog into one document, some at a time: a reader thread makes the text, nothing is held
 * whole. A file is written all or not at all, and what somebody else had there is kept. Main process and CLI.
 */
import path from 'node:path';
import { withMarks } from '../../../schemas/exportedMarks.ts';
import type { DocumentFormat, ExportedDocumentFormat, ExportFilter } from '../../../schemas/exports.ts';
import type { CatalogReader } from '../catalog/reader/catalogReader.ts';
import { documentShape } from './documentFormats.ts';
import { type DocumentList, exportReads } from './exportReads.ts';
import { vocabularyTable } from './fullJson.ts';
import {
  type DocumentSink,
  prepareDerivedFile,
  prepareOutputFile,
  streamOutputFile,
  type WrittenFiles,
} from './outputFile.ts';

export interface DocumentRequest {
  readonly format: ExportedDocumentFormat;
  readonly photoIds: readonly number[];
  readonly filter: ExportFilter;
  /** Where the document is going to lie, where that is known. */
  readonly documentFolder?: string | undefined;
  /** Spreadsheets take a CSV file without it for text in their system's encoding. */
  readonly byteOrderMark?: boolean | undefined;
  /** Only so many photos, the first of the document. */
  readonly limit?: number | undefined;
}

export interface ExportCourse {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** So many that asking costs little beside what is written, and so few that stopping is quick. */
export const photosAtATime = 500;

/** Of a document: what is made of more of them lives so long that V8 keeps it as old, some hundred megabytes of it. */
const photosOfPart = 100;

const description = 'Captions by Vignette';

/** Returns how many photos are in the document. @throws what the sink throws; the signal's reason */
export async function exportDocument(
  reader: CatalogReader,
  { byteOrderMark = false, ...request }: DocumentRequest,
  sink: DocumentSink,
  course: ExportCourse = {},
): Promise<number> {
  const { format } = request;
  const filter = withMarks(format, request.filter);
  const list = await reader.read(exportReads.documentList, { ...request, filter }, course.signal);
  if (byteOrderMark) await sink.write('\ufeff');
  if (format === 'parquet') return await writeTable(reader, { filter, list }, sink, course);
  return await writeText(reader, { format, filter, list }, sink, course);
}

interface ListedDocument {
  readonly filter: ExportFilter;
  readonly list: DocumentList;
}

async function writeText(
  reader: CatalogReader,
  { format, filter, list }: ListedDocument & { readonly format: DocumentFormat },
  sink: DocumentSink,
  { signal, onProgress }: ExportCourse,
): Promise<number> {
  const { questions, fields, runs } = list;
  const photos = list.photoIds.length;
  const shape = documentShape(format, {
    included: filter.included,
    description,
    questions,
    fields,
    runs,
    failures: [],
  });
  const total = photos * shape.length;
  let found = 0;
  onProgress?.(0, total);
  if (format === 'json-full') await writeVocabularies(reader, list, sink, signal);
  for (const [section, { opening, between, closing, empty }] of shape.entries()) {
    let pieces = 0;
    for (const { photo, ...slice } of slices(list)) {
      const from = { photo, piece: pieces };
      const args = { format, filter, section, questions, fields, from, ...slice };
      const part = await reader.read(exportReads.documentPart, args, signal);
      if (part.pieces > 0) await sink.write(pieces === 0 ? opening : between);
      for (const text of part.texts) await sink.write(text);
      pieces += part.pieces;
      if (section === 0) found += part.photos;
      onProgress?.(section * photos + Math.min(photos, photo + photosOfPart), total);
    }
    await sink.write(pieces === 0 ? empty : closing);
  }
  return found;
}

async function writeVocabularies(
  reader: CatalogReader,
  { vocabularies }: DocumentList,
  sink: DocumentSink,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { opening, between, closing, empty } = vocabularyTable;
  for (const [index, vocabulary] of vocabularies.entries()) {
    const text = await reader.read(exportReads.documentVocabulary, vocabulary, signal);
    await sink.write(`${index === 0 ? opening : between}${text}`);
  }
  await sink.write(vocabularies.length === 0 ? empty : closing);
}

async function writeTable(
  reader: CatalogReader,
  { filter, list }: ListedDocument,
  sink: DocumentSink,
  { signal, onProgress }: ExportCourse,
): Promise<number> {
  const total = list.photoIds.length;
  // Its library is loaded for those who write such a table only.
  const { ParquetTable } = await import('./parquetTable.ts');
  const table = new ParquetTable({ included: filter.included, fields: list.fields }, sink);
  let found = 0;
  onProgress?.(0, total);
  for (const { photo, photoIds, baseFolder } of slices(list)) {
    const args = { filter, photoIds, fields: list.fields, names: { baseFolder } };
    const rows = (await reader.read(exportReads.photoRows, args, signal)).filter((row) => row !== null);
    await table.add(rows);
    found += rows.length;
    onProgress?.(Math.min(total, photo + photosOfPart), total);
  }
  await table.finish();
  return found;
}

function* slices({ photoIds, baseFolder, nameLevels }: DocumentList) {
  for (let photo = 0; photo < photoIds.length; photo += photosOfPart) {
    const end = photo + photosOfPart;
    const some = [...photoIds.subarray(photo, end)];
    yield { photo, photoIds: some, baseFolder, nameLevels: nameLevels.slice(photo, end) };
  }
}

export interface DocumentFileParts {
  readonly reader: CatalogReader;
  readonly writtenFiles: WrittenFiles;
}

export interface DocumentFileRequest extends Omit<DocumentRequest, 'documentFolder'> {
  readonly file: string;
  /** A person named the file, so that a link in its place is followed; else it is refused. */
  readonly isNamed: boolean;
}

export interface WrittenDocument {
  /** Where it lies, links followed. */
  readonly file: string;
  readonly photos: number;
  /** Where the file that was there before is now. */
  readonly backup: string | null;
}

/** @throws LibraryError OUTPUT_NOT_WRITABLE; as `exportDocument` */
export async function exportDocumentFile(
  { reader, writtenFiles }: DocumentFileParts,
  { file: named, isNamed, ...request }: DocumentFileRequest,
  course: ExportCourse = {},
): Promise<WrittenDocument> {
  const file = isNamed ? await prepareOutputFile(named) : await prepareDerivedFile(named);
  let photos = 0;
  const { sha256, backup = null } = await streamOutputFile(
    file,
    (present) => writtenFiles.wrote(file, present),
    async (sink) => {
      photos = await exportDocument(reader, { ...request, documentFolder: path.dirname(file) }, sink, course);
    },
  );
  writtenFiles.add(file, sha256);
  return { file, photos, backup };
}
