/** @file The library at the size that people have: scanning, searching, finding by what photos show. */
import type { Row } from './report.ts';
import { scanBench } from './scanBench.ts';
import { searchBench } from './searchBench.ts';
import { vectorsBench } from './vectorsBench.ts';

const parts: Readonly<Record<string, (flags: readonly string[]) => Promise<Row[]>>> = {
  scan: scanBench,
  search: searchBench,
  vectors: vectorsBench,
};

/** @param flags `[PART] [PHOTOS]`: without a part, all of them one after the other */
export async function libraryBench(flags: readonly string[]): Promise<Row[]> {
  const [first = '', ...others] = flags;
  const named = parts[first];
  if (named !== undefined) return await named(others);
  const rows: Row[] = [];
  for (const part of Object.values(parts)) rows.push(...(await part(flags)));
  return rows;
}
