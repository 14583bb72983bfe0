/** @file Opens the place that captions go to, before any photo is captioned. */
import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { SidecarFormat } from '../../../schemas/exports.ts';
import type { Catalog } from '../../library/catalog/catalog.ts';
import type { RunIdentity } from '../../library/catalog/texts/provenance.ts';
import { prepareOutputFile } from '../../library/interchange/outputFile.ts';
import { assertSomeFolderWritable, prepareSidecarFolder, sidecarFiles } from '../../library/interchange/sidecars.ts';
import { TextSidecars } from '../../library/interchange/textSidecar.ts';
import { XmpSidecars } from '../../library/interchange/xmpSidecar.ts';
import { realDisk } from '../../library/photos/disk.ts';
import type { PhotoSearch } from '../../library/photos/findPhotos.ts';
import { detectNameRule } from '../../library/photos/nameRule.ts';
import type { PhotoFile } from '../../library/photos/photoFile.ts';
import { UsageError } from '../exitCodes.ts';
import type { Terminal } from '../terminal.ts';
import { type CaptionOutput, FileDocument, LinesOutput, SidecarOutput, StdoutDocument } from './captionOutput.ts';
import type { CaptionPlan, CaptionTarget } from './captionPlan.ts';

export interface OutputParts {
  readonly plan: CaptionPlan;
  readonly search: PhotoSearch;
  readonly run: RunIdentity;
  readonly terminal: Terminal;
  readonly catalog: Pick<Catalog, 'captionRuns' | 'writtenFiles' | 'writtenXmp'>;
  readonly temporaryFolder: string;
  /** Takes what has to be let go at the end. */
  readonly resources: AsyncDisposableStack;
}

/** Finds out early whether the target can be written; returns it with links followed. */
export async function preparedTarget(target: CaptionTarget): Promise<CaptionTarget> {
  if (target.kind === 'file') {
    return { ...target, file: await prepareOutputFile(target.file) };
  }
  if (target.kind === 'sidecars' && target.folder !== undefined) {
    await prepareSidecarFolder(target.folder);
  }
  return target;
}

export async function openOutput(target: CaptionTarget, parts: OutputParts): Promise<CaptionOutput> {
  const { plan, search, run, terminal } = parts;
  switch (target.kind) {
    case 'lines':
      return new LinesOutput(terminal, run, plan.json);
    case 'stdout': {
      const { byteOrderMark } = plan;
      const place = { baseFolder: search.baseFolder, documentFolder: undefined };
      const document = { format: target.format, run, byteOrderMark, ...place };
      return new StdoutDocument(document, terminal);
    }
    case 'file':
      return await openFile(target.file, target.format, parts);
    case 'sidecars':
      return await openSidecars(target.format, target.folder, parts);
  }
}

/** @param file links followed */
async function openFile(
  file: string,
  format: Extract<CaptionTarget, { kind: 'file' }>['format'],
  { plan: { byteOrderMark }, search, run, terminal, catalog }: OutputParts,
): Promise<CaptionOutput> {
  if (await isOneOf(search.photos, file)) {
    throw new UsageError((usage) => usage.outIsPhoto(file));
  }
  const place = { baseFolder: search.baseFolder, documentFolder: path.dirname(file) };
  const document = { format, run, byteOrderMark, ...place };
  return new FileDocument(document, file, catalog.writtenFiles, terminal);
}

/** The photos may have been found through links. */
async function isOneOf(photos: readonly PhotoFile[], file: string): Promise<boolean> {
  const present = await stat(file).catch(() => undefined);
  if (present === undefined) return false;
  for (const photo of photos.filter(({ sizeBytes }) => sizeBytes === present.size)) {
    // One that is gone by now is not replaced.
    if ((await realpath(photo.path).catch(() => undefined)) === file) return true;
  }
  return false;
}

async function openSidecars(
  format: SidecarFormat,
  folder: string | undefined,
  parts: OutputParts,
): Promise<CaptionOutput> {
  const nameRule = await detectNameRule(realDisk, folder ?? parts.search.baseFolder, process.platform);
  const files = sidecarFiles(parts.search.photos, format, folder, nameRule);
  if (folder === undefined) {
    await assertSomeFolderWritable(files.values());
  }
  const { captionRuns, writtenFiles, writtenXmp } = parts.catalog;
  const kind =
    format === 'xmp'
      ? parts.resources.use(await XmpSidecars.start(parts.temporaryFolder, writtenXmp))
      : new TextSidecars(writtenFiles);
  return new SidecarOutput({ files, kind, captions: captionRuns, run: parts.run, folder });
}
