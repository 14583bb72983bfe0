/** @file Benchmarks that have parts: one of them by its name, or all of them one after the other. */
import type { Row } from './report.ts';

export type Bench = (flags: readonly string[]) => Promise<Row[]>;

/** @param flags `[PART] [NUMBER]` */
export async function runParts(parts: Readonly<Record<string, Bench>>, flags: readonly string[]): Promise<Row[]> {
  const [first = '', ...others] = flags;
  const named = parts[first];
  if (named !== undefined) return await named(others);
  const rows: Row[] = [];
  for (const part of Object.values(parts)) rows.push(...(await part(flags)));
  return rows;
}
