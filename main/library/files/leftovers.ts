/**
 * @file Names of what is in the making beside where it is going to be, and the removal of what processes left there that
 * were killed. Main process and CLI.
 */
import { createHash, randomUUID } from 'node:crypto';
import { readlinkSync, type Stats } from 'node:fs';
import { lstat, readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { fileSystemCode } from './fileSystemError.ts';

/** The machine and the processes that it numbers, and the number of the process, where the name says so; older names do not. */
const temporaryName = /^\.vignette-(?:([0-9a-f]{8})-(\d+)-)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;

/** Not derived from the name: a name near the length limit must still fit. */
export function temporaryBeside(file: string): string {
  return path.join(path.dirname(file), `.vignette-${machine}-${process.pid}-${randomUUID()}.tmp`);
}

/** Containers of one machine number their processes each for itself. */
function numberSpace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

const machine = createHash('sha256').update(`${hostname()} ${numberSpace()}`).digest('hex').slice(0, 8);

/** Removes what processes of this machine that are no more left in a folder, files and folders alike. What cannot be removed stays. */
export async function removeLeftovers(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) await removeIf(path.join(folder, name), isOfDeadProcess);
}

/** Removes what processes that were killed left in folders, each of which is looked through once. */
export class LeftoverRemoval {
  readonly #looked = new Set<string>();
  readonly #isOnlyWriter: boolean;

  /** @param isOnlyWriter in folders of photos, whoever has the library */
  constructor({ isOnlyWriter = true } = {}) {
    this.#isOnlyWriter = isOnlyWriter;
  }

  async in(folder: string): Promise<void> {
    if (this.#looked.has(folder)) return;
    this.#looked.add(folder);
    if (!this.#isOnlyWriter) return await removeLeftovers(folder);
    for (const name of await readdir(folder)) await removeIf(path.join(folder, name), isOlderFile);
  }
}

async function removeIf(file: string, isLeft: (stats: Stats, name: RegExpExecArray) => boolean): Promise<void> {
  const name = temporaryName.exec(path.basename(file));
  if (name === null) return;
  const stats = await lstat(file).catch(() => undefined);
  if (stats === undefined || !isLeft(stats, name)) return;
  // It may be on a disk that is read-only by now, or belong to another user.
  await rm(file, { recursive: true, force: true }).catch(() => undefined);
}

/** What is newer than this process may be in the making. */
function isOlderFile(stats: Stats): boolean {
  return stats.isFile() && stats.ctimeMs < performance.timeOrigin;
}

function isOfDeadProcess(stats: Stats, [, itsMachine, itsProcess]: RegExpExecArray): boolean {
  if (itsMachine !== machine || !(stats.isFile() || stats.isDirectory())) return false;
  const pid = Number(itsProcess);
  // A container gives its process the same number at every start.
  return pid === process.pid ? stats.ctimeMs < performance.timeOrigin : !isRunning(pid);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return fileSystemCode(error) !== 'ESRCH';
  }
}
