/** @file JSONL as Hugging Face's imagefolder has it: a photo a line. Pure. */
import { ImportError } from './importError.ts';
import type { ImportItem } from './importRecord.ts';
import { JsonEntries } from './jsonEntries.ts';
import { type RowPlace, rowRecord } from './rowRecord.ts';
import { textLines } from './textLines.ts';

/** @param column with the caption, where it is not the default one */
export async function* readJsonl(
  text: AsyncIterable<string>,
  file: string,
  { column, fields }: Pick<RowPlace, 'column' | 'fields'>,
): AsyncGenerator<ImportItem, void> {
  let line = 0;
  for await (const one of textLines(text, file)) {
    line += 1;
    if (one.trim() === '') continue;
    const row = rowOf(one, file);
    if (row === undefined) yield { name: String(line), remark: 'invalidEntry' };
    else yield* rowRecord(row, { file, line, column, fields });
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
