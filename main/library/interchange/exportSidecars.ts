/** @file Gives each photo of the catalog a file with its text, beside it or in a folder of the same shape. Nobody's text is lost. Main process and CLI. */
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Catalog } from '../catalog/catalog.ts';
import { fileSystemCode } from '../files/fileSystemError.ts';
import { LibraryError } from '../libraryError.ts';
import { type ExportCourse, photosAtATime } from './exportDocument.ts';
import type { SidecarContent } from './exportReads.ts';
import type { ExportFilter } from './included.ts';
import type { SidecarFormat } from './sidecarNames.ts';
import { assertSomeFolderWritable, prepareSidecarFolder, withReason } from './sidecars.ts';
import { readTextSidecar, textSidecarContent, writeTextSidecar } from './textSidecar.ts';
import { XmpSidecars } from './xmpSidecar.ts';

export interface SidecarRequest {
  readonly format: SidecarFormat;
  readonly photoIds: readonly number[];
  readonly filter: ExportFilter;
  /** Beside the photos where undefined. */
  readonly folder: string | undefined;
}

export interface SidecarParts {
  readonly catalog: Pick<Catalog, 'reader' | 'captionRuns'>;
  readonly writtenFiles: WrittenFiles;
  readonly temporaryFolder: string;
}

/** What was written before, and may be replaced. */
export interface WrittenFiles {
  wrote(file: string, sha256: string): boolean;
  add(file: string, sha256: string): void;
}

export interface SidecarOutcome {
  readonly written: number;
  /** Had text of somebody else, which stayed. */
  readonly kept: number;
  readonly failures: readonly { readonly file: string; readonly code: string; readonly message: string }[];
}

/** What concerns one photo is in the outcome. @throws LibraryError for what concerns them all; the signal's reason */
export async function exportSidecars(
  { catalog, writtenFiles, temporaryFolder }: SidecarParts,
  request: SidecarRequest,
  { signal, onProgress }: ExportCourse = {},
): Promise<SidecarOutcome> {
  const { format, filter, folder } = request;
  if (folder !== undefined) await prepareSidecarFolder(folder);
  const list = await catalog.reader.read('sidecarList', request, signal);
  if (folder === undefined && list.sidecars.length > 0) await assertSomeFolderWritable(list.sidecars);
  await using xmp = format === 'xmp' ? await XmpSidecars.start(temporaryFolder) : undefined;
  const failures = list.unreachable.map((file) => ({
    ...{ file, code: 'PATH_NOT_FOUND' },
    message: 'Its file is missing, or its drive is away.',
  }));
  let written = 0;
  let kept = 0;
  const deliver = (id: number, file: string, content: SidecarContent) =>
    xmp === undefined
      ? deliverText(writtenFiles, (text) => catalog.captionRuns.isOwnText(id, text), file, content)
      : deliverXmp(xmp, (text) => catalog.captionRuns.isOwnText(id, text), file, content);
  onProgress?.(0, list.photoIds.length);
  for (let first = 0; first < list.photoIds.length; first += photosAtATime) {
    const photoIds = list.photoIds.slice(first, first + photosAtATime);
    const contents = await catalog.reader.read('sidecarTexts', { photoIds, filter }, signal);
    for (const [index, content] of contents.entries()) {
      signal?.throwIfAborted();
      const file = list.sidecars[first + index] ?? '';
      try {
        const isWritten = await withReason(file, () => deliver(photoIds[index] ?? 0, file, content));
        if (isWritten) written += 1;
        else kept += 1;
      } catch (error) {
        if (!(error instanceof LibraryError) || concernsAll(error)) throw error;
        failures.push({ file: list.files[first + index] ?? file, code: error.code, message: error.message });
      }
      onProgress?.(first + index + 1, list.photoIds.length);
    }
  }
  return { written, kept, failures };
}

/** A disk that is full is so for the photos to come, too. */
function concernsAll({ cause }: LibraryError): boolean {
  return ['ENOSPC', 'EDQUOT'].includes(fileSystemCode(cause) ?? '');
}

/** False where somebody else's text stays. */
async function deliverText(
  writtenFiles: WrittenFiles,
  isOwnText: (text: string) => boolean,
  file: string,
  { caption, tags }: SidecarContent,
): Promise<boolean> {
  const text = [...(caption === null ? [] : [caption.trim()]), ...tags].join(', ');
  const present = await readTextSidecar(file);
  if (present !== undefined && present !== text) {
    if (!writtenFiles.wrote(file, sha256Of(textSidecarContent(present))) && !isOwnText(present)) return false;
  }
  // With nothing to say, what was said before stays: an empty file would look like a caption of no words.
  if (text === '') return true;
  if (present !== text) {
    await mkdir(path.dirname(file), { recursive: true });
    if (!(await writeTextSidecar(file, text))) return false;
  }
  writtenFiles.add(file, sha256Of(textSidecarContent(text)));
  return true;
}

async function deliverXmp(
  xmp: XmpSidecars,
  isOwnText: (text: string) => boolean,
  file: string,
  { caption, tags }: SidecarContent,
): Promise<boolean> {
  if (caption !== null) {
    const present = await xmp.read(file);
    if (present !== undefined && present !== caption.trim() && !isOwnText(present)) return false;
  }
  if (caption === null && tags.length === 0) return true;
  await mkdir(path.dirname(file), { recursive: true });
  return await xmp.write(file, caption ?? '', tags);
}

function sha256Of(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}
