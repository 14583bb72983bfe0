/** @file Opens the place that captions go to and the journal beside it, before any photo is captioned. */
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { RunIdentity } from '../../library/captioning/captionRecord.ts';
import { journalBeside, journalIn, RunJournal } from '../../library/captioning/runJournal.ts';
import { fileSystemReason } from '../../library/files/fileSystemError.ts';
import { prepareOutputFile } from '../../library/interchange/outputFile.ts';
import {
  assertSomeFolderWritable,
  prepareSidecarFolder,
  type SidecarFormat,
  Sidecars,
  sidecarFiles,
  textSidecars,
} from '../../library/interchange/sidecars.ts';
import { XmpSidecars } from '../../library/interchange/xmpSidecar.ts';
import { LibraryError } from '../../library/libraryError.ts';
import type { PhotoSearch } from '../../library/photos/findPhotos.ts';
import { UsageError } from '../exitCodes.ts';
import { printable } from '../printable.ts';
import type { Terminal } from '../terminal.ts';
import { type CaptionOutput, FileDocument, LinesOutput, SidecarOutput, StdoutDocument } from './captionOutput.ts';
import type { CaptionPlan, CaptionTarget } from './captionPlan.ts';

export interface OutputParts {
  readonly plan: CaptionPlan;
  readonly search: PhotoSearch;
  readonly run: RunIdentity;
  readonly terminal: Terminal;
  readonly libraryFolder: string;
  readonly temporaryFolder: string;
  /** Takes what has to be let go at the end. */
  readonly resources: AsyncDisposableStack;
}

export interface OpenedOutput {
  readonly output: CaptionOutput;
  readonly journal: RunJournal | undefined;
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

export async function openOutput(target: CaptionTarget, parts: OutputParts): Promise<OpenedOutput> {
  const { plan, search, run, terminal } = parts;
  switch (target.kind) {
    case 'lines':
      return { output: new LinesOutput(terminal, run, plan.json), journal: undefined };
    case 'stdout': {
      const document = { format: target.format, run, baseFolder: search.baseFolder, documentFolder: undefined };
      return { output: new StdoutDocument(document, terminal), journal: undefined };
    }
    case 'file':
      return await openFile(target.file, target.format, parts);
    case 'sidecars':
      return await openSidecars(target.format, target.folder, parts);
  }
}

async function openFile(
  file: string,
  format: Extract<CaptionTarget, { kind: 'file' }>['format'],
  parts: OutputParts,
): Promise<OpenedOutput> {
  const { search, run, terminal } = parts;
  if (search.photos.some((photo) => photo.path === file)) {
    throw new UsageError(`--out ${file} is one of the photos.`);
  }
  const journal = await openJournal(journalBeside(file), parts);
  const document = { format, run, baseFolder: search.baseFolder, documentFolder: path.dirname(file) };
  return { output: new FileDocument(document, file, journal, terminal), journal };
}

async function openSidecars(
  format: SidecarFormat,
  folder: string | undefined,
  parts: OutputParts,
): Promise<OpenedOutput> {
  const files = sidecarFiles(parts.search.photos, format, folder);
  if (folder === undefined) {
    await assertSomeFolderWritable(files.values());
  }
  const kind = format === 'xmp' ? parts.resources.use(await XmpSidecars.start(parts.temporaryFolder)) : textSidecars;
  const journal = await openJournal(folder === undefined ? journalOfCall(format, parts) : journalIn(folder), parts);
  const place = folder ?? 'sidecars beside the photos';
  return { output: new SidecarOutput(new Sidecars(files, kind), journal, place), journal };
}

/** Sidecars beside photos are spread over many folders, so their journal lies in the library, named by the call. */
function journalOfCall(format: SidecarFormat, { plan, search, libraryFolder }: OutputParts): string {
  const call = JSON.stringify([format, search.baseFolder, plan.paths]);
  const name = createHash('sha256').update(call).digest('hex').slice(0, 24);
  return path.join(libraryFolder, 'runs', `${name}.jsonl`);
}

async function openJournal(file: string, { run, terminal, resources }: OutputParts): Promise<RunJournal> {
  try {
    await mkdir(path.dirname(file), { recursive: true });
    const { journal, setAside } = await RunJournal.open(file, run);
    resources.defer(() => journal.close());
    if (setAside !== undefined) {
      await terminal.note(
        `An unfinished run with another model, prompt or setting was here; its captions are in ${printable(setAside)}.`,
      );
    }
    return journal;
  } catch (error) {
    throw new LibraryError(
      'OUTPUT_NOT_WRITABLE',
      `The captions cannot be kept in ${path.dirname(file)}: ${fileSystemReason(error)}.`,
      { file },
      error,
    );
  }
}
