/** @file Writes photos of the catalog into a file, all of it or nothing; what somebody else had there is kept. Main process and CLI. */
import path from 'node:path';
import type { CatalogReader } from '../catalog/reader/catalogReader.ts';
import { type DocumentRequest, type ExportCourse, exportDocument } from './exportDocument.ts';
import { prepareDerivedFile, prepareOutputFile, streamOutputFile, type WrittenFiles } from './outputFile.ts';

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
