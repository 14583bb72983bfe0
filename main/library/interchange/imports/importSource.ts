/** @file A file or folder that is imported: in which format it is, and what it says, whichever that is. Main process, CLI. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { ImportFormat, TextUse } from '../../../../schemas/imports.ts';
import type { FieldColumn } from '../../catalog/exports/exportedFields.ts';
import { fileSystemReason } from '../../files/fileSystemError.ts';
import { ImportError } from './importError.ts';
import type { ImportItem } from './importRecord.ts';
import { importText } from './importText.ts';
import type { NamePlace } from './photoIndex.ts';
import { readCoco } from './readCoco.ts';
import { readCsv } from './readCsv.ts';
import { readFullJson } from './readFullJson.ts';
import { readJsonl } from './readJsonl.ts';
import { readParquet } from './readParquet.ts';
import { readPlainJson } from './readPlainJson.ts';
import { readTextFiles, type TextFiles, textFilesIn } from './readTextFiles.ts';

export interface ImportSource {
  /** Absolute: of a file, or of a folder with text files. */
  readonly path: string;
  readonly format: ImportFormat;
  /** What the text of text files is. */
  readonly use: TextUse;
  /** Of JSONL, CSV and Parquet, the column with the caption, where it is not the default one. */
  readonly column?: string | undefined;
}

const byExtension: Readonly<Record<string, ImportFormat>> = {
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.csv': 'csv',
  '.tsv': 'csv',
  '.parquet': 'parquet',
  '.txt': 'txt',
  '.caption': 'caption',
  '.xmp': 'xmp',
};

/**
 * The format of a file, by its extension and, of JSON, by how it begins; of a folder, of the text files in it.
 * @throws ImportError IMPORT_FORMAT_UNKNOWN, also for a folder with text files of both kinds; IMPORT_UNREADABLE, …
 */
export async function importFormatOf(file: string, signal?: AbortSignal): Promise<ImportFormat> {
  if (await isFolder(file)) {
    const found = (['txt', 'caption'] as const).map(async (kind) => ({ kind, ...(await textFilesIn(file, kind)) }));
    const [one, ...others] = (await Promise.all(found)).filter(({ files }) => files.length > 0);
    if (one !== undefined && others.length === 0) return one.kind;
    throw unknownFormat(file);
  }
  const extension = path.extname(file).toLowerCase();
  const format = extension === '.json' ? await jsonFormat(file, signal) : byExtension[extension];
  if (format === undefined) throw unknownFormat(file);
  return format;
}

/** Enough for the first key and what follows it. */
const startLength = 4096;

async function jsonFormat(file: string, signal: AbortSignal | undefined): Promise<ImportFormat> {
  let start = '';
  for await (const piece of importText(file, { signal })) {
    start += piece;
    if (start.length >= startLength) break;
  }
  const head = start.slice(0, startLength);
  if (/^\s*\{\s*"format"\s*:\s*"vignette-captions"/.test(head)) return 'json-full';
  const isCoco = /^\s*\{\s*"(?:info|licenses|images|annotations|categories)"\s*:\s*(?:\{|\[\s*[{\]])/.test(head);
  return isCoco ? 'coco' : 'json';
}

function unknownFormat(file: string): ImportError {
  return new ImportError(
    'IMPORT_FORMAT_UNKNOWN',
    `The format of ${file} is not clear. Name it with --format, or choose it in the app.`,
    { file },
  );
}

const startingThere: ReadonlySet<ImportFormat> = new Set(['jsonl', 'parquet', 'txt', 'caption']);

/** Where the names in it start. */
export async function namePlaceOf({ path: file, format }: ImportSource): Promise<NamePlace> {
  const folder = (await isFolder(file)) ? file : path.dirname(file);
  return { folder, startsThere: startingThere.has(format) };
}

/** @param fields of the library: tables have a column for each @throws ImportError, …; the signal's reason */
export async function* readImportSource(
  source: ImportSource,
  signal?: AbortSignal,
  fields: readonly FieldColumn[] = [],
): AsyncGenerator<ImportItem, void> {
  const { path: file, format, use, column } = source;
  const columns = { column, fields };
  const text = () => importText(file, { signal });
  switch (format) {
    case 'json':
      return yield* readPlainJson(text(), file);
    case 'jsonl':
      return yield* readJsonl(text(), file, columns);
    case 'coco':
      return yield* readCoco(text(), file);
    case 'csv':
      return yield* readCsv(text(), file, columns);
    case 'parquet':
      return yield* readParquet(file, columns, signal);
    case 'txt':
      return yield* readTextFiles(await textFilesOf(file, format), use, signal);
    case 'caption':
      return yield* readTextFiles(await textFilesOf(file, format), use === 'tags' ? 'caption' : use, signal);
    case 'json-full':
      return yield* readFullJson(text(), file);
    case 'xmp':
      // Read with the photo that it lies beside: `fileTexts.ts`.
      return;
  }
}

/** Those of a folder, or the one. @throws ImportError IMPORT_UNREADABLE */
export async function textFilesOf(file: string, format: 'txt' | 'caption'): Promise<TextFiles> {
  if (await isFolder(file)) return await textFilesIn(file, format);
  return { folder: path.dirname(file), files: [file] };
}

async function isFolder(file: string): Promise<boolean> {
  const stats = await stat(file).catch((cause: unknown) => {
    const reason = fileSystemReason(cause);
    throw new ImportError('IMPORT_UNREADABLE', `${file} cannot be read: ${reason}.`, { file }, cause);
  });
  return stats.isDirectory();
}
