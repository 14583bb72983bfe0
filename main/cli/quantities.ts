/** @file Sizes, durations and rates as people read them. Pure. */

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB'];

export function formatBytes(sizeBytes: number): string {
  let value = sizeBytes;
  let unit = 0;
  while (value >= 999.5 && unit < byteUnits.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 99.95 ? value.toFixed(0) : value.toFixed(1)} ${byteUnits[unit] ?? ''}`;
}

export function formatDuration(durationMs: number): string {
  const seconds = Math.max(1, Math.round(durationMs / 1000));
  if (seconds < 60) {
    return `${seconds} s`;
  }
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) {
    return `${minutes} min`;
  }
  const hours = Math.floor(minutes / 60);
  return `${hours} h ${minutes % 60} min`;
}

/** `3.4 photos/s`, or, where it is slower than that is good for, `12 s/photo`. */
export function formatPhotoRate(photosPerSecond: number): string {
  return photosPerSecond >= 0.5
    ? `${photosPerSecond.toFixed(1)} photos/s`
    : `${(1 / photosPerSecond).toFixed(1)} s/photo`;
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

export interface Pace {
  readonly perSecond: number;
  readonly remainingMs: number;
}

/** Undefined until there is something to go by. */
export function paceOf(done: number, total: number, elapsedMs: number): Pace | undefined {
  if (done <= 0 || elapsedMs <= 0) {
    return undefined;
  }
  return { perSecond: (done * 1000) / elapsedMs, remainingMs: (elapsedMs / done) * (total - done) };
}
