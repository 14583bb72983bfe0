/** @file What a row of a table says of a photo, as JSONL and Parquet have it. Pure. */
import * as z from 'zod';
import type { FieldColumn } from '../../catalog/exports/exportedFields.ts';
import { fieldAnswer, isSaidBy } from './fieldAnswers.ts';
import type { ImportedCaption, ImportItem } from './importRecord.ts';
import { soundRecord, unsigned } from './soundTexts.ts';
import { captionColumn, fileColumns, kindColumns } from './tableRow.ts';
import { listedTags } from './tagList.ts';

const textsSchema = z.array(z.string()).catch([]);
const tagsSchema = z.union([z.array(z.string()), z.string()]).catch([]);
const answersSchema = z.array(z.object({ question: z.string(), text: z.string() })).catch([]);

export interface RowPlace {
  readonly file: string;
  /** From 1 on: names what has no name. */
  readonly line: number;
  readonly column: string | undefined;
  /** Of this library: their columns are known by their titles. */
  readonly fields: readonly FieldColumn[];
}

/** @throws ImportError IMPORT_COLUMN_MISSING */
export function* rowRecord(
  row: Readonly<Record<string, unknown>>,
  { file, line, column, fields }: RowPlace,
): Generator<ImportItem, void> {
  const columns = Object.keys(row);
  const name = fileColumns.map((candidate) => row[candidate]).find((value) => typeof value === 'string');
  if (name === undefined) {
    yield { name: String(line), remark: 'invalidEntry' };
    return;
  }
  const chosen = captionColumn(columns, file, column);
  const text = chosen === undefined ? undefined : row[chosen];
  // With `texts` are all captions, the shown one first, and `text` is that one.
  const texts = column === undefined ? textsSchema.parse(row.texts) : [];
  const single = typeof text === 'string' ? [text] : textsSchema.parse(text);
  const answers = answersSchema.parse(row.answers);
  const ofFields = fields.flatMap((field) => fieldAnswer(field, row[field.title]) ?? []);
  const tags = tagsSchema.parse(row.tags);
  yield* soundRecord({
    name,
    isStem: false,
    captions: [
      ...(texts.length > 0 ? texts : single).map(unsigned),
      ...kindedTexts(row, 'altText'),
      ...kindedTexts(row, 'longDescription'),
    ],
    tags: typeof tags === 'string' ? listedTags(tags) : tags.map((path) => ({ path, source: 'import' })),
    answers: [
      ...answers.map((answer) => ({ ...answer, source: 'import' as const })),
      // The column says what an answer says already, unless somebody changed it.
      ...ofFields.filter((answer) => !isSaidBy(answers, answer)),
    ],
  });
}

function kindedTexts(row: Readonly<Record<string, unknown>>, kind: keyof typeof kindColumns): ImportedCaption[] {
  const value = row[kindColumns[kind]];
  const texts = typeof value === 'string' ? [value] : textsSchema.parse(value);
  return texts.map((text) => ({ ...unsigned(text), kind }));
}
