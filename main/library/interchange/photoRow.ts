/** @file A photo as a row of a table: what `metadata.jsonl` has on a line and Parquet in columns. Pure. */
import type { Included } from '../../../schemas/exports.ts';
import type { ShownMarks } from '../../../schemas/marks.ts';
import type { DocumentRecord } from '../catalog/exports/documentRecord.ts';
import { type ColumnValue, columnValue, type FieldColumn } from '../catalog/exports/exportedFields.ts';

/** In this order. */
export const markTitles = ['rating', 'flag', 'label'] as const;

export interface PhotoRow {
  readonly file_name: string;
  /** Null for a photo without a caption. */
  readonly text: string | null;
  readonly texts?: readonly string[];
  /** Of the first caption, by the last score. */
  readonly itm?: number | null;
  readonly doubtful?: boolean | null;
  /** Null for a photo without one. */
  readonly alt_text?: string | null;
  readonly long_description?: string | null;
  readonly tags?: readonly string[];
  readonly answers?: readonly { readonly question: string; readonly text: string }[];
  /** Stars. */
  readonly rating?: number | null;
  readonly flag?: ShownMarks['flag'];
  /** The colour, or whatever else the photo's file says. */
  readonly label?: string | null;
  /** By their titles: columns like the others. */
  readonly fields?: Readonly<Record<string, ColumnValue>>;
}

export function photoRow(record: DocumentRecord, included: Included, fields: readonly FieldColumn[]): PhotoRow {
  const { alternatives, scores, tags, answers, altText, longDescription, shownMarks } = included;
  const [first] = record.captions;
  return {
    file_name: record.file,
    text: first?.text ?? null,
    ...(alternatives ? { texts: record.captions.map(({ text }) => text) } : {}),
    ...(scores ? { itm: first?.itm ?? null, doubtful: first?.doubtful ?? null } : {}),
    ...(altText ? { alt_text: record.altTexts[0]?.text ?? null } : {}),
    ...(longDescription ? { long_description: record.longDescriptions[0]?.text ?? null } : {}),
    ...(tags ? { tags: tagPaths(record) } : {}),
    ...(answers ? { answers: record.answers.map(({ question, text }) => ({ question, text })) } : {}),
    ...(shownMarks ? markColumns(record) : {}),
    ...(fields.length === 0
      ? {}
      : { fields: Object.fromEntries(fields.map((field) => [field.title, columnValue(field, record.answers)])) }),
  };
}

/** That a file rejects its photo in the place of stars is a flag. */
export function markColumns({ shownMarks }: DocumentRecord): Required<Pick<PhotoRow, (typeof markTitles)[number]>> {
  const { rating = null, flag = null, label = null } = shownMarks ?? {};
  return { rating: rating === -1 ? null : rating, flag, label };
}

/** Each once: a person and a model may both have given it. */
export function tagPaths({ tags }: { readonly tags: readonly { readonly path: string }[] }): string[] {
  return [...new Set(tags.map(({ path }) => path))];
}
