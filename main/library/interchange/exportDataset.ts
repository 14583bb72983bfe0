/**
 * @file Writes a dataset folder as Hugging Face's imagefolder loads it: a folder for each split with the pictures and a file
 * with their texts. It is made beside its place and named at the end, so that one that was stopped or killed never looks
 * finished. Photos are only read. Main process, CLI.
 */
import { type FileHandle, lstat, mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { freeBytes } from '../../../native-models/compiler/modelError.ts';
import type { ExportFilter, MetadataFormat, PicturesBy, SplitName, SplitShares } from '../../../schemas/exports.ts';
import type { Problem } from '../../../schemas/problem.ts';
import { problemOf } from '../catalog/problems.ts';
import type { CatalogReader } from '../catalog/reader/catalogReader.ts';
import { fileSystemCode, fileSystemReason } from '../files/fileSystemError.ts';
import { removeLeftovers, temporaryBeside } from '../files/leftovers.ts';
import { LibraryError } from '../files/libraryError.ts';
import { extensionOf, isOpenedByDatasets } from './datasetNames.ts';
import { splitNames, splitOf } from './datasetSplit.ts';
import { type ExportCourse, photosAtATime } from './exportDocument.ts';
import { type DatasetList, exportReads } from './exportReads.ts';
import { jsonLine } from './jsonl.ts';
import type { DocumentSink } from './outputFile.ts';
import type { ParquetColumns } from './parquetTable.ts';
import type { PhotoRow } from './photoRow.ts';
import { placePicture } from './placePicture.ts';

export interface DatasetRequest {
  readonly photoIds: readonly number[];
  readonly filter: ExportFilter;
  /** Absolute; nothing may be there but an empty folder. */
  readonly folder: string;
  readonly metadata: MetadataFormat;
  readonly picturesBy: PicturesBy;
  readonly shares: SplitShares;
}

export interface DatasetOutcome {
  /** Of photos that are in it. */
  readonly photos: Readonly<Record<SplitName, number>>;
  readonly failures: readonly ({ readonly file: string } & Problem)[];
}

/** For what a line of texts has. */
const rowBytes = 1000;

/** What concerns one photo is in the outcome. @throws LibraryError OUTPUT_NOT_WRITABLE, DISK_FULL; the signal's reason */
export async function exportDataset(
  reader: CatalogReader,
  { photoIds, filter, folder, metadata, picturesBy, shares }: DatasetRequest,
  { signal, onProgress }: ExportCourse = {},
): Promise<DatasetOutcome> {
  await assertFree(folder);
  const list = await reader.read(exportReads.datasetList, { photoIds, filter }, signal);
  await removeLeftovers(path.dirname(folder));
  await assertRoom(path.dirname(folder), list, picturesBy);
  await using working = await WorkingFolder.make(folder);
  await using splits = new Splits(working.path, { metadata, included: filter.included, fields: list.fields });
  const failures = list.unreachable.map((file) => ({
    file,
    code: 'PATH_NOT_FOUND',
    message: 'Its file is missing, or its drive is away.',
  }));
  const total = list.photoIds.length;
  onProgress?.(0, total);
  for (let first = 0; first < total; first += photosAtATime) {
    const slice = <Value>(values: readonly Value[]) => values.slice(first, first + photosAtATime);
    const args = { filter, photoIds: slice(list.photoIds), names: slice(list.names), fields: list.fields };
    const rows = await reader.read(exportReads.photoRows, args, signal);
    for (const [index, row] of rows.entries()) {
      signal?.throwIfAborted();
      // It left the library since the list was made.
      if (row === null) continue;
      const photo = { file: list.photos[first + index] ?? '', shownAs: list.files[first + index] ?? '' };
      try {
        await splits.add(photo, row, { by: picturesBy, shares, signal });
      } catch (error) {
        if (!(error instanceof LibraryError) || !ofOnePhoto.has(error.code)) throw outputError(folder, error);
        failures.push({ file: photo.shownAs, ...problemOf(error) });
      }
      onProgress?.(first + index + 1, total);
    }
  }
  const photos = await splits.finish();
  if (splitNames.every((name) => photos[name] === 0)) return { photos, failures };
  await working.becomes(folder);
  return { photos, failures };
}

const ofOnePhoto: ReadonlySet<string> = new Set(['PATH_UNREADABLE', 'PICTURE_NOT_FOR_DATASETS']);

interface PictureTerms {
  readonly by: PicturesBy;
  readonly shares: SplitShares;
  readonly signal: AbortSignal | undefined;
}

interface MetadataFile {
  readonly handle: FileHandle;
  readonly add: (row: PhotoRow) => Promise<void>;
  readonly finish: () => Promise<void>;
  photos: number;
}

interface MetadataPlan extends ParquetColumns {
  readonly metadata: MetadataFormat;
}

/** The splits that have a picture; each is there from its first one on. */
class Splits implements AsyncDisposable {
  readonly #folder: string;
  readonly #plan: MetadataPlan;
  readonly #files = new Map<SplitName, MetadataFile>();

  constructor(folder: string, plan: MetadataPlan) {
    this.#folder = folder;
    this.#plan = plan;
  }

  async add(photo: { readonly file: string }, row: PhotoRow, { by, shares, signal }: PictureTerms): Promise<void> {
    if (!isOpenedByDatasets(photo.file)) throw notForDatasets(photo.file);
    // Its split shows only when its bytes were read.
    const arrival = path.join(this.#folder, 'arriving');
    try {
      const split = splitOf(await placePicture(photo.file, arrival, by, signal), shares);
      const file = this.#files.get(split) ?? (await this.#begin(split));
      await rename(arrival, path.join(this.#folder, split, row.file_name));
      await file.add(row);
      file.photos += 1;
    } catch (error) {
      await rm(arrival, { force: true });
      throw error;
    }
  }

  /** Returns the number of photos in each. */
  async finish(): Promise<Record<SplitName, number>> {
    const photos = { train: 0, validation: 0, test: 0 };
    for (const [name, file] of this.#files) {
      await file.finish();
      await file.handle.sync();
      photos[name] = file.photos;
    }
    await this[Symbol.asyncDispose]();
    return photos;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const files = [...this.#files.values()];
    this.#files.clear();
    for (const { handle } of files) await handle.close();
  }

  async #begin(split: SplitName): Promise<MetadataFile> {
    const { metadata, ...columns } = this.#plan;
    const folder = path.join(this.#folder, split);
    await mkdir(folder);
    // Its library is loaded for those who write such a table only.
    const parquet = metadata === 'parquet' ? await import('./parquetTable.ts') : undefined;
    const handle = await open(path.join(folder, `metadata.${metadata}`), 'wx');
    const sink: DocumentSink = { write: async (content) => void (await handle.writeFile(content)) };
    const table = parquet && new parquet.ParquetTable(columns, sink);
    const file = {
      handle,
      add: (row: PhotoRow) => (table === undefined ? sink.write(jsonLine(row)) : table.add([row])),
      finish: async () => await table?.finish(),
      photos: 0,
    };
    this.#files.set(split, file);
    return file;
  }
}

/** Beside the place where it is going to be, hidden, and gone when it is disposed of before that. */
class WorkingFolder implements AsyncDisposable {
  readonly path: string;

  private constructor(folder: string) {
    this.path = folder;
  }

  static async make(place: string): Promise<WorkingFolder> {
    const folder = temporaryBeside(place);
    try {
      await mkdir(folder);
    } catch (error) {
      throw outputError(place, error);
    }
    return new WorkingFolder(folder);
  }

  async becomes(place: string): Promise<void> {
    try {
      // An empty folder may be there; whatever else came meanwhile is not replaced.
      await rmdir(place).catch((error: unknown) => {
        if (fileSystemCode(error) !== 'ENOENT') throw error;
      });
      await rename(this.path, place);
    } catch (error) {
      throw outputError(place, error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }
}

/** A link is not followed: it could lead anywhere. */
async function assertFree(folder: string): Promise<void> {
  try {
    if ((await lstat(folder)).isSymbolicLink()) throw notWritable(folder, 'it is a link');
    if ((await readdir(folder)).length > 0) throw notWritable(folder, 'it is not empty');
  } catch (error) {
    if (fileSystemCode(error) !== 'ENOENT') throw outputError(folder, error);
  }
}

/** Links take next to none. */
async function assertRoom(parent: string, { photoIds, sizeBytes }: DatasetList, by: PicturesBy): Promise<void> {
  const neededBytes = photoIds.length * rowBytes + (by === 'copy' ? sizeBytes : 0);
  const free = await freeBytes(parent).catch((error: unknown) => {
    throw outputError(parent, error);
  });
  if (neededBytes <= free) return;
  const gb = (bytes: number) => (bytes / 1e9).toFixed(1);
  throw new LibraryError(
    'DISK_FULL',
    `The pictures need ${gb(neededBytes)} GB, but only ${gb(free)} GB are free on this disk.`,
    { folder: parent, neededBytes, freeBytes: free },
  );
}

function notForDatasets(file: string): LibraryError {
  const extension = extensionOf(file);
  const message = `The datasets library does not open .${extension} files; they are left out. Convert them to JPEG first.`;
  return new LibraryError('PICTURE_NOT_FOR_DATASETS', message, { extension });
}

function outputError(folder: string, error: unknown): unknown {
  if (error instanceof LibraryError || fileSystemCode(error) === undefined) return error;
  const isOtherDisk = fileSystemCode(error) === 'EXDEV';
  const reason = isOtherDisk ? 'hard links cannot lead to another disk; copy the pictures' : fileSystemReason(error);
  return notWritable(folder, reason, error);
}

function notWritable(folder: string, reason: string, cause?: unknown): LibraryError {
  return new LibraryError(
    'OUTPUT_NOT_WRITABLE',
    `The dataset ${folder} cannot be written: ${reason}.`,
    { folder },
    cause,
  );
}
