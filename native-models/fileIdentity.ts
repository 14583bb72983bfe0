/** @file Tells whether a file is still the one that was looked at, without reading it. Any process. */
import type { BigIntStats } from 'node:fs';

/**
 * Changes whenever the file does, as far as its clock can tell: the system sets `ctime` at every write, also where a
 * program sets the time of modification back. Two changes within one tick of that clock look alike; see `isSettled`.
 */
export function fileIdentity({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(':');
}

/**
 * The same of a file at this path, also after a restart, in which drives get other numbers. A file system that numbers its
 * files anew each time has another one then.
 */
export function lastingFileIdentity(file: string, { ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return JSON.stringify([file, ...[ino, size, mtimeNs, ctimeNs].map(String)]);
}

/** Longer than any file system's tick: FAT counts in steps of two seconds. */
const settlingMs = 2500;

/** Whether the file was last changed so long before `nowMs` that a later change must show. */
export function isSettled({ ctimeMs }: Pick<BigIntStats, 'ctimeMs'>, nowMs: number): boolean {
  return Number(ctimeMs) + settlingMs < nowMs;
}
