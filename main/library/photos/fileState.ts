/** @file What tells, without reading a file, whether it is still the one that was seen before. Pure; any process. */

export interface FileState {
  readonly sizeBytes: number;
  /** When the content was written, in whole milliseconds since 1970. */
  readonly modifiedMs: number;
  /** When the content, the name or the rights last changed; FAT drives repeat the time of writing. */
  readonly changedMs: number;
  /** Nanoseconds beyond `modifiedMs`; null where an earlier version did not note them. */
  readonly modifiedNs: number | null;
  /** The same for `changedMs`. `inDoubtNs` in the catalog: the file is read again, whatever its times say. */
  readonly changedNs: number | null;
  /** The file system's number of the file, which a rename leaves alone; null where it is not to be relied on. */
  readonly fileNumber: number | null;
}

/** No time has this part. */
const inDoubtNs = -1_000_000;

/**
 * Two pictures of a burst can have size and time of writing in common, and some programs keep the time when they write;
 * copies that are made at once have all times in common. The time of the last change, which nobody can set, tells of
 * names that were swapped; the file's number tells of swapped folders, in which no file was touched.
 * That rights were changed costs a reading, once.
 */
export function isSameState(a: FileState, b: FileState): boolean {
  return (
    a.sizeBytes === b.sizeBytes &&
    a.modifiedMs === b.modifiedMs &&
    a.changedMs === b.changedMs &&
    isSameWhereKnown(a.modifiedNs, b.modifiedNs) &&
    isSameWhereKnown(a.changedNs, b.changedNs) &&
    isSameWhereKnown(a.fileNumber, b.fileNumber)
  );
}

/** Whether it was noted as exactly as the system tells; the number is missing where it means nothing. */
export function isExact({ modifiedNs, changedNs }: FileState): boolean {
  return modifiedNs !== null && changedNs !== null;
}

/** Whether both are states of one file, by its number and by when its content was written; never where either is unknown. */
export function isSameFile(a: FileState, b: FileState): boolean {
  return (
    a.fileNumber !== null &&
    a.fileNumber === b.fileNumber &&
    a.modifiedMs === b.modifiedMs &&
    isSameWhereKnown(a.modifiedNs, b.modifiedNs)
  );
}

/** Whether the numbers of both are known, and differ. */
export function isOtherFile(a: Pick<FileState, 'fileNumber'>, b: Pick<FileState, 'fileNumber'>): boolean {
  return a.fileNumber !== null && b.fileNumber !== null && a.fileNumber !== b.fileNumber;
}

/**
 * The same for a file that was just read and is looked at once more, or is still expected to be there: that it was read
 * within a tick of being written is no sign of a change.
 */
export function isStillSameState(known: FileState, now: FileState): boolean {
  return isSameState(isInDoubt(known) ? { ...known, changedNs: null } : known, now);
}

export function isInDoubt({ changedNs }: FileState): boolean {
  return changedNs === inDoubtNs;
}

function isSameWhereKnown(a: number | null, b: number | null): boolean {
  return a === null || b === null || a === b;
}

/** Clocks of file systems that count nanoseconds move on with the system's timer, every 10 ms at most. */
const fineStepMs = 20;
/** FAT counts in steps of two seconds, others in whole ones. */
const coarseStepMs = 2000;

/**
 * The state to keep of a file that was read at this time. What is written within the same tick of the clock leaves the
 * times as they are, so a file that was written just before it was read is in doubt, and is read again the next time
 * (as Git does with files as new as its index: "racy git").
 */
export function stateWhenRead(state: FileState, readAtMs: number): FileState {
  const isInDoubt =
    isWithinTick(state.modifiedMs, state.modifiedNs, readAtMs) ||
    isWithinTick(state.changedMs, state.changedNs, readAtMs);
  return isInDoubt ? { ...state, changedNs: inDoubtNs } : state;
}

function isWithinTick(ms: number, ns: number | null, readAtMs: number): boolean {
  const isCoarse = ms % 1000 === 0 && ns === 0;
  return Math.abs(readAtMs - ms) <= (isCoarse ? coarseStepMs : fineStepMs);
}

const hourMs = 3_600_000;
/** The time zones of the world lie this far apart. */
const maxHoursApart = 26;
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
  return apartMs <= maxHoursApart * hourMs + stepMs && Math.min(beyondHoursMs, hourMs - beyondHoursMs) <= stepMs;
}
