/**
 * @file The rows of a Parquet file: of the columns that say which photo it is and what is written about it, a row group at a
 * time. Pictures that lie in the file are never read. For the thread that reads, which such a file may fill or keep busy.
 */
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import {
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  type SchemaElement,
  snappyUncompress,
} from 'hyparquet';
import { type ForeignFile, openForeignFile } from '../../../../native-models/foreignFile.ts';
import { ImportError } from './importError.ts';
import { maxDocumentBytes, tooLarge, unreadable } from './importText.ts';
import { captionColumn, fileColumn, fileColumns, readColumns } from './tableRow.ts';

export type TableRow = Readonly<Record<string, unknown>>;

/** Of what goes from the thread to the library at a time. */
const rowsAtATime = 1000;

export interface ReadColumns {
  /** The column with the caption, where it is not the default one. */
  readonly chosen: string | undefined;
  /** Columns that may hold numbers, and yes and no, too. */
  readonly fieldTitles: ReadonlySet<string>;
}

/**
 * With texts, lists of texts and lists of objects of texts as values; of a picture with its path, the path.
 * @throws ImportError IMPORT_UNREADABLE, IMPORT_TOO_LARGE, IMPORT_NOT_PARQUET, IMPORT_COLUMN_MISSING
 */
export async function* parquetRows(
  file: string,
  { chosen, fieldTitles }: ReadColumns,
): AsyncGenerator<TableRow[], void> {
  await using opened = await openForeignFile(file).catch((cause: unknown) => {
    throw unreadable(file, cause);
  });
  const bytes = bytesOf(opened, file);
  try {
    const whole = await parquetMetadataAsync(bytes, { geoparquet: false });
    const columns = new Set([...readColumns, ...(chosen === undefined ? [] : [chosen])]);
    const { schema, leaves } = textSchema(whole.schema, columns, fieldTitles);
    const names = namesOf(schema);
    fileColumn(names, file);
    captionColumn(names, file, chosen);
    const compressors = await compressorsFor(whole);
    for (const group of whole.row_groups) {
      const chunks = group.columns.filter((chunk) => leaves.has(leafKey(chunk.meta_data?.path_in_schema ?? [])));
      const metadata = { ...whole, schema, row_groups: [{ ...group, columns: chunks }] };
      const rows: Record<string, unknown>[] = await parquetReadObjects({ file: bytes, metadata, compressors });
      while (rows.length > 0) yield rows.splice(0, rowsAtATime).map(withPaths);
    }
  } catch (cause) {
    if (cause instanceof ImportError) throw cause;
    throw notParquet(file, cause);
  }
}

/** What is read of it counts, however large the pictures in it are. */
function bytesOf({ handle, stats }: ForeignFile, file: string): AsyncBuffer {
  let readBytes = 0;
  return {
    byteLength: stats.size,
    slice: async (start, end = stats.size) => {
      const length = end - start;
      if (!(start >= 0 && length >= 0 && end <= stats.size)) throw new RangeError('a part lies outside of the file');
      readBytes += length;
      if (readBytes > maxDocumentBytes) throw tooLarge(file, maxDocumentBytes);
      const bytes = new Uint8Array(length);
      for (let filled = 0; filled < length; ) {
        const { bytesRead } = await handle
          .read(bytes, filled, length - filled, start + filled)
          .catch((cause: unknown) => {
            throw unreadable(file, cause);
          });
        if (bytesRead === 0) throw new RangeError('the file ends early');
        filled += bytesRead;
      }
      return bytes.buffer;
    },
  };
}

/** Of a page, unpacked: writers make pages of a megabyte. */
const maxPageBytes = 256 << 20;

function unpackedBy(unpack: (bytes: Uint8Array, length: number) => Uint8Array) {
  return (bytes: Uint8Array, length: number) => {
    if (!(length >= 0 && length <= maxPageBytes)) throw new RangeError(`a page has ${length} bytes`);
    return unpack(bytes, length);
  };
}

const commonCompressors: Compressors = {
  SNAPPY: unpackedBy((bytes, length) => {
    const unpacked = new Uint8Array(length);
    snappyUncompress(bytes, unpacked);
    return unpacked;
  }),
  GZIP: unpackedBy((bytes, length) => gunzipSync(bytes, { maxOutputLength: Math.max(1, length) })),
  BROTLI: unpackedBy((bytes, length) => brotliDecompressSync(bytes, { maxOutputLength: Math.max(1, length) })),
  ZSTD: unpackedBy((bytes, length) => zstdDecompressSync(bytes, { maxOutputLength: Math.max(1, length) })),
};

/** LZ4, which few writers use, is unpacked by a library of its own. */
async function compressorsFor({ row_groups: groups }: FileMetaData): Promise<Compressors> {
  const isLz4 = groups.some(({ columns }) => columns.some((chunk) => chunk.meta_data?.codec.startsWith('LZ4')));
  if (!isLz4) return commonCompressors;
  const { decompressLz4, decompressLz4Raw } = await import('hyparquet-compressors');
  return { ...commonCompressors, LZ4: unpackedBy(decompressLz4), LZ4_RAW: unpackedBy(decompressLz4Raw) };
}

interface TextSchema {
  readonly schema: SchemaElement[];
  /** Keys of the columns that have values. */
  readonly leaves: ReadonlySet<string>;
}

function leafKey(path: readonly string[]): string {
  return JSON.stringify(path);
}

/** Of the whole schema, the texts in the columns that are read, and the values of fields. */
function textSchema(
  schema: FileMetaData['schema'],
  columns: ReadonlySet<string>,
  fieldTitles: ReadonlySet<string>,
): TextSchema {
  const leaves = new Set<string>();
  let next = 0;
  const kept = (path: readonly string[]): SchemaElement[] => {
    const element = schema[next++];
    if (element === undefined) throw new RangeError('the schema is cut off');
    const own = next === 1 ? [] : [...path, element.name];
    const children: SchemaElement[][] = [];
    for (let child = 0; child < (element.num_children ?? 0); child += 1) children.push(kept(own));
    const there = children.filter((elements) => elements.length > 0);
    if (there.length > 0) return [{ ...element, num_children: there.length }, ...there.flat()];
    const isValue = own.length === 1 && fieldTitles.has(element.name) && (isText(element) || isPlainValue(element));
    if (!isValue && !(isText(element) && isRead(own, columns))) return [];
    leaves.add(leafKey(own));
    return [element];
  };
  return { schema: kept([]), leaves };
}

function isText({ type, converted_type: converted, logical_type: logical }: SchemaElement): boolean {
  return type === 'BYTE_ARRAY' && (converted === 'UTF8' || logical?.type === 'STRING');
}

/** A number, or yes and no; no date, and nothing else that is stored as one. */
function isPlainValue({ type, converted_type: converted, logical_type: logical }: SchemaElement): boolean {
  const isPlain = converted === undefined && logical === undefined;
  return (
    isPlain && (type === 'BOOLEAN' || type === 'DOUBLE' || type === 'FLOAT' || type === 'INT32' || type === 'INT64')
  );
}

/** Of a picture, as Hugging Face has it, the path alone. */
function isRead([column = '', ...below]: readonly string[], columns: ReadonlySet<string>): boolean {
  return columns.has(column) && (below.length === 0 || !fileColumns.includes(column) || below.join('.') === 'path');
}

/** Of the columns themselves. */
function namesOf(schema: readonly SchemaElement[]): string[] {
  const names: string[] = [];
  let inside = 0;
  for (const { name, num_children: children = 0 } of schema.slice(1)) {
    if (inside === 0) names.push(name);
    else inside -= 1;
    inside += children;
  }
  return names;
}

function withPaths(row: Record<string, unknown>): TableRow {
  const pictures = fileColumns.flatMap((column) => {
    const value = row[column];
    return typeof value === 'object' && value !== null && 'path' in value ? [[column, value.path] as const] : [];
  });
  return { ...row, ...Object.fromEntries(pictures) };
}

function notParquet(file: string, cause: unknown): ImportError {
  const reason = cause instanceof Error ? cause.message.slice(0, 300) : String(cause);
  return new ImportError('IMPORT_NOT_PARQUET', `${file} is not valid Parquet: ${reason}.`, { file, reason }, cause);
}
