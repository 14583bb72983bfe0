/** @file How much memory processes hold at the moment. Picture process. */
import { readFile } from 'node:fs/promises';

/** Of Linux, on every machine that Node runs on but a few ARM servers. */
const pageBytes = 4096;

/** Of a process by its id; undefined where the system does not say so in a file (all but Linux), or it is gone. */
export async function residentBytesOf(pid: number): Promise<number | undefined> {
  try {
    const [, residentPages] = (await readFile(`/proc/${pid}/statm`, 'latin1')).split(' ');
    return Number(residentPages) * pageBytes;
  } catch {
    return undefined;
  }
}
