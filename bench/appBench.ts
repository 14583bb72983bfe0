/** @file The application as people feel it: how long it takes to start, to begin an answer, and whether it stays responsive. */
import { busyBench } from './busyBench.ts';
import { chatBench } from './chatBench.ts';
import type { Row } from './report.ts';
import { startBench } from './startBench.ts';

const parts: Readonly<Record<string, (flags: readonly string[]) => Promise<Row[]>>> = {
  start: startBench,
  chat: chatBench,
  busy: busyBench,
};

/** @param flags `[PART] [NUMBER]`: without a part, all of them one after the other */
export async function appBench(flags: readonly string[]): Promise<Row[]> {
  const [first = '', ...others] = flags;
  const named = parts[first];
  if (named !== undefined) return await named(others);
  const rows: Row[] = [];
  for (const part of Object.values(parts)) rows.push(...(await part(flags)));
  return rows;
}
