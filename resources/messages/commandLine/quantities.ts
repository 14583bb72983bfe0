/** @file Sizes, times and durations as columns and progress lines of a terminal have them: of equal width, in any language. Any process. */

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB'];

/** "8.3 MB", "1.0 GB", "123 kB". */
export function formatBytes(sizeBytes: number): string {
  let value = sizeBytes;
  let unit = 0;
  while (value >= 999.5 && unit < byteUnits.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 99.95 ? value.toFixed(0) : value.toFixed(1)} ${byteUnits[unit] ?? ''}`;
}

/** "2024-05-03 18:04", on this machine's clock. */
export function formatTime(atMs: number): string {
  const at = new Date(atMs);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

export interface DurationUnits {
  readonly second: string;
  readonly minute: string;
  readonly hour: string;
}

/** "5 s", "12 min", "2 h 5 min". */
export function formatDuration(durationMs: number, { second, minute, hour }: DurationUnits): string {
  const seconds = Math.max(1, Math.round(durationMs / 1000));
  if (seconds < 60) return `${seconds} ${second}`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} ${minute}`;
  return `${Math.floor(minutes / 60)} ${hour} ${minutes % 60} ${minute}`;
}

/** What is at work, for a terminal's one updating line and for a log. */
export interface ProgressLines {
  /** For a terminal's one updating line. */
  readonly line: string;
  /** For a log, where every line stays. */
  readonly logLine: string;
}
