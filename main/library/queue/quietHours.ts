/** @file Hours in which the queue leaves the computer in peace. Pure. */

/** Local times, HH:MM; `from` after `to` goes over midnight. */
export interface QuietHours {
  readonly from: string;
  readonly to: string;
}

/** By the clock on the wall. Equal times are no hours at all. */
export function isQuiet({ from, to }: QuietHours, nowMs: number): boolean {
  const now = new Date(nowMs);
  const time = `${twoDigits(now.getHours())}:${twoDigits(now.getMinutes())}`;
  return from <= to ? time >= from && time < to : time >= from || time < to;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
