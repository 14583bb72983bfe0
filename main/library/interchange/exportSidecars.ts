/** @file Gives each photo of the catalog a file with its text, beside it or in a folder of the same shape. Nobody's text is lost. Main process and CLI. */

import { availableParallelism } from 'node:os';
import path from 'node:path';
import { withMarks } from '../../../schemas/exportedMarks.ts';
import type { ExportFilter, SidecarFormat } from '../../../schemas/exports.ts';
import type { Problem } from '../../../schemas/problem.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { problemOf } from '../catalog/problems.ts';
import { fileSystemCode, withReason } from '../files/fileSystemError.ts';
import { LeftoverRemoval } from '../files/leftovers.ts';
import { LibraryError } from '../files/libraryError.ts';
import { someAtOnce } from '../files/someAtOnce.ts';
import { realDisk } from '../photos/disk.ts';
import { detectNameRule } from '../photos/nameRule.ts';
import { type ExportCourse, photosAtATime } from './exportDocument.ts';
import { exportReads } from './exportReads.ts';
import type { WrittenFiles } from './outputFile.ts';
import {
  assertSomeFolderWritable,
  type IsOwnText,
  prepareSidecarFolder,
  type SidecarKind,
  sidecarRefusal,
} from './sidecars.ts';
import { TextSidecars } from './textSidecar.ts';
import { type XmpMemory, XmpSidecars, xmpsAtOnce } from './xmpSidecar.ts';

/** Each of them works on one photo at a time, and has some 60 MB. */
const xmpProcesses = Math.min(4, availableParallelism());

export interface SidecarRequest {
  readonly format: SidecarFormat;
  readonly photoIds: readonly number[];
  readonly filter: ExportFilter;
  /** Beside the photos where undefined. */
  readonly folder: string | undefined;
  /** Of text files: how they are put together. */
  readonly template?: string | undefined;
}

export interface SidecarParts {
  readonly catalog: Pick<Catalog, 'reader' | 'captionRuns'>;
  readonly writtenFiles: WrittenFiles;
  readonly writtenXmp: XmpMemory;
  readonly temporaryFolder: string;
}

export interface SidecarOutcome {
  readonly written: number;
  /** Had text of somebody else, which stayed. */
  readonly kept: number;
  readonly failures: readonly ({ readonly file: string } & Problem)[];
}

/** What concerns one photo is in the outcome. @throws LibraryError for what concerns them all; the signal's reason */
export async function exportSidecars(
  { catalog, writtenFiles, writtenXmp, temporaryFolder }: SidecarParts,
  request: SidecarRequest,
  { signal, onProgress }: ExportCourse = {},
): Promise<SidecarOutcome> {
  const { format, folder, template } = request;
  const isXmp = format === 'xmp';
  const filter = withMarks(format, request.filter);
  if (folder !== undefined) await prepareSidecarFolder(folder);
  const nameRule = folder === undefined ? undefined : await detectNameRule(realDisk, folder, process.platform);
  const list = await catalog.reader.read(exportReads.sidecarList, { ...request, filter, nameRule }, signal);
  if (folder === undefined && list.sidecars.length > 0) await assertSomeFolderWritable(list.sidecars);
  await using resources = new AsyncDisposableStack();
  const kind: SidecarKind = isXmp
    ? resources.use(await XmpSidecars.start(temporaryFolder, writtenXmp, { processes: xmpProcesses }))
    : new TextSidecars(writtenFiles);
  const failures = list.unreachable.map((file) => ({
    file,
    code: 'PATH_NOT_FOUND',
    message: 'Its file is missing, or its drive is away.',
  }));
  const leftovers = new LeftoverRemoval({ isOnlyWriter: folder === undefined });
  let written = 0;
  let kept = 0;
  let done = 0;
  onProgress?.(0, list.photoIds.length);
  for (let first = 0; first < list.photoIds.length; first += photosAtATime) {
    const photoIds = list.photoIds.slice(first, first + photosAtATime);
    const files = list.files.slice(first, first + photosAtATime);
    const contents = await catalog.reader.read(exportReads.sidecarTexts, { photoIds, filter, files, template }, signal);
    await someAtOnce(contents, isXmp ? xmpsAtOnce : 1, async (content, index) => {
      signal?.throwIfAborted();
      if (content === null) return;
      const photoId = photoIds[index] ?? 0;
      const [photo = '', file = ''] = [list.photos[first + index], list.sidecars[first + index]];
      const sidecar = { photoId, photo, file, folder };
      const isOwn: IsOwnText = (text, form, isWritten, kind) =>
        isWritten || catalog.captionRuns.isOwnText(photoId, text, form, kind);
      try {
        const isWritten = await withReason(async () => {
          await leftovers.in(path.dirname(sidecar.file));
          return await kind.deliver(sidecar, content, isOwn);
        }, sidecarRefusal(sidecar.file));
        if (isWritten) written += 1;
        else kept += 1;
      } catch (error) {
        if (!(error instanceof LibraryError) || concernsAll(error)) throw error;
        failures.push({ file: list.files[first + index] ?? sidecar.file, ...problemOf(error) });
      }
      done += 1;
      onProgress?.(done, list.photoIds.length);
    });
  }
  return { written, kept, failures };
}

/** A disk that is full is so for the photos to come, too. */
export function concernsAll({ cause }: LibraryError): boolean {
  return ['ENOSPC', 'EDQUOT'].includes(fileSystemCode(cause) ?? '');
}
