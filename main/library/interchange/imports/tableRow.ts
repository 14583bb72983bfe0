/** @file Which columns of JSONL, CSV and Parquet say what. Pure. */
import { ImportError } from './importError.ts';

/** The photo's file, as Hugging Face and others call the column. */
export const fileColumns = ['file_name', 'filename', 'file', 'image', 'image_path', 'path'];
/** The caption, the first that is there. */
const captionColumns = ['text', 'caption', 'description', 'prompt'];

/** The column with the photos' names. @throws ImportError IMPORT_COLUMN_MISSING */
export function fileColumn(columns: readonly string[], file: string): string {
  return present(fileColumns, columns) ?? missing(file, 'file_name', columns);
}

/** @param chosen by the person @throws ImportError IMPORT_COLUMN_MISSING where it is not there */
export function captionColumn(
  columns: readonly string[],
  file: string,
  chosen: string | undefined,
): string | undefined {
  if (chosen === undefined) return present(captionColumns, columns);
  return columns.includes(chosen) ? chosen : missing(file, chosen, columns);
}

function present(candidates: readonly string[], columns: readonly string[]): string | undefined {
  return candidates.find((candidate) => columns.includes(candidate));
}

function missing(file: string, column: string, columns: readonly string[]): never {
  const shown = columns.slice(0, 20).map((name) => name.slice(0, 60));
  throw new ImportError('IMPORT_COLUMN_MISSING', `${file} has no column ${column}. Its columns: ${shown.join(', ')}.`, {
    file,
    column,
    columns: shown,
  });
}

/** Of the other kinds of texts. */
export const kindColumns = { altText: 'alt_text', longDescription: 'long_description' } as const;

/** All of which something is taken, apart from one that a person chose. */
export const readColumns: readonly string[] = [
  ...fileColumns,
  ...captionColumns,
  ...Object.values(kindColumns),
  'texts',
  'tags',
  'answers',
];
