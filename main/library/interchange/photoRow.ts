/** @file A photo as a row of a table: what `metadata.jsonl` has on a line and Parquet in columns. Pure. */
import type { Included } from '../../../schemas/exports.ts';
import type { DocumentRecord } from '../catalog/exports/documentRecord.ts';

export interface PhotoRow {
  readonly file_name: string;
  /** Null for a photo without a caption. */
  readonly text: string | null;
  readonly texts?: readonly string[];
  /** Of the first caption, by the last score. */
  readonly itm?: number | null;
  readonly doubtful?: boolean | null;
  readonly tags?: readonly string[];
  readonly answers?: readonly { readonly question: string; readonly text: string }[];
}

export function photoRow(record: DocumentRecord, { alternatives, scores, tags, answers }: Included): PhotoRow {
  const [first] = record.captions;
  return {
    file_name: record.file,
    text: first?.text ?? null,
    ...(alternatives ? { texts: record.captions.map(({ text }) => text) } : {}),
    ...(scores ? { itm: first?.itm ?? null, doubtful: first?.doubtful ?? null } : {}),
    ...(tags ? { tags: tagPaths(record) } : {}),
    ...(answers ? { answers: record.answers.map(({ question, text }) => ({ question, text })) } : {}),
  };
}

/** Each once: a person and a model may both have given it. */
export function tagPaths({ tags }: { readonly tags: readonly { readonly path: string }[] }): string[] {
  return [...new Set(tags.map(({ path }) => path))];
}
