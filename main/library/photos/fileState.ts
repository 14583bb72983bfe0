/** @file What tells, without reading a file, whether it is still the one that was seen before. Pure; any process. */

export interface FileState {
  readonly sizeBytes: number;
  /** When the content was written, in whole milliseconds since 1970. */
  readonly modifiedMs: number;
  /** When the content, the name or the rights last changed; FAT drives repeat the time of writing. */
  readonly changedMs: number;
}

/**
 * Two pictures of a burst can have size and time of writing in common, and some programs keep the time when they write:
 * only the last of the three, which nobody can set, tells that their names were swapped or one was copied over the other.
 * That rights were changed costs a reading, once.
 */
export function isSameState(a: FileState, b: FileState): boolean {
  return a.sizeBytes === b.sizeBytes && a.modifiedMs === b.modifiedMs && a.changedMs === b.changedMs;
}

const hourMs = 3_600_000;
/** The time zones of the world lie this far apart. */
const mostHoursApart = 26;
/** FAT counts in steps of two seconds. */
const stepMs = 2000;

/**
 * Whether a file can be a copy of another, going by when they were written. Copying rounds times to what the drive can
 * keep; drives formatted for cameras keep the local time, so their files' times move by whole hours when summer begins
 * or the computer travels.
 */
export function isSameTime(aMs: number, bMs: number): boolean {
  const apartMs = Math.abs(aMs - bMs);
  const beyondHoursMs = apartMs % hourMs;
  return apartMs <= mostHoursApart * hourMs + stepMs && Math.min(beyondHoursMs, hourMs - beyondHoursMs) <= stepMs;
}
