/** @file JSONL as Hugging Face's imagefolder has it: a photo a line. Pure. */
import * as z from 'zod';
import { ImportError } from './importError.ts';
import type { ImportedCaption, ImportItem } from './importRecord.ts';
import { JsonEntries } from './jsonEntries.ts';
import { soundRecord, unsigned } from './soundTexts.ts';
import { captionColumn, fileColumns, kindColumns } from './tableRow.ts';
import { listedTags } from './tagList.ts';
import { textLines } from './textLines.ts';

const textsSchema = z.array(z.string()).catch([]);
const tagsSchema = z.union([z.array(z.string()), z.string()]).catch([]);
const answersSchema = z.array(z.object({ question: z.string(), text: z.string() })).catch([]);

/** @param column with the caption, where it is not the default one */
export async function* readJsonl(
  text: AsyncIterable<string>,
  file: string,
  column: string | undefined,
): AsyncGenerator<ImportItem, void> {
  let line = 0;
  for await (const one of textLines(text, file)) {
    line += 1;
    if (one.trim() === '') continue;
    const row = rowOf(one, file);
    if (row === undefined) yield { name: String(line), remark: 'invalidEntry' };
    else yield* recordOf(row, { file, line, column });
  }
}

/** Undefined where the line is not JSON, or says one thing twice: the other lines are none the worse for it. */
function rowOf(line: string, file: string): Record<string, unknown> | undefined {
  // Wrapped, so that the members of the row stand where no key may stand twice.
  const entries = new JsonEntries(file);
  try {
    const [entry, ...others] = entries.take(`{"row":[${line}]}`);
    entries.end();
    const value = entry?.value;
    if (others.length > 0 || typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return { ...value };
  } catch (error) {
    if (error instanceof ImportError) return undefined;
    throw error;
  }
}

interface RowPlace {
  readonly file: string;
  readonly line: number;
  readonly column: string | undefined;
}

function* recordOf(row: Record<string, unknown>, { file, line, column }: RowPlace): Generator<ImportItem, void> {
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
    answers: answersSchema.parse(row.answers).map((answer) => ({ ...answer, source: 'import' })),
  });
}

function kindedTexts(row: Record<string, unknown>, kind: keyof typeof kindColumns): ImportedCaption[] {
  const value = row[kindColumns[kind]];
  const texts = typeof value === 'string' ? [value] : textsSchema.parse(value);
  return texts.map((text) => ({ ...unsigned(text), kind }));
}
