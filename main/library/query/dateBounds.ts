/** @file Where the periods of a query begin and end: on the clock of the camera, and as moments. Pure. */
import type { DateBound } from './ast.ts';

/** Year, month from 1, day, hour, minute; past their ends they carry over, as in `Date.UTC`. */
type ClockTime = readonly [year: number, month: number, day: number, hour: number, minute: number];

/** As `taken_local` is written, `YYYY-MM-DDTHH:MM:SS`, so that texts compare as times do. */
export function localTimeOf(bound: DateBound, nowMs: number): string {
  return new Date(utcMs(clockTimeOf(bound, nowMs))).toISOString().slice(0, 'YYYY-MM-DDTHH:MM:SS'.length);
}

/** In the time zone of this machine. */
export function momentOf(bound: DateBound, nowMs: number): number {
  const [year, month, day, hour, minute] = clockTimeOf(bound, nowMs);
  const date = new Date(2000, 0, 1);
  date.setFullYear(year, month - 1, day);
  date.setHours(hour, minute, 0, 0);
  return date.getTime();
}

/** The moment at which a clock shows the text, were it set to UTC. */
export function utcMsOfLocalTime(localTime: string): number {
  return Date.parse(`${localTime}Z`);
}

function utcMs([year, month, day, hour, minute]: ClockTime): number {
  const date = new Date(0);
  // Unlike `Date.UTC`, this takes the years before 100 for what they are.
  date.setUTCFullYear(year, month - 1, day);
  return date.setUTCHours(hour, minute, 0, 0);
}

function clockTimeOf({ period, edge }: DateBound, nowMs: number): ClockTime {
  const past = edge === 'end' ? 1 : 0;
  if (period.kind === 'recent') {
    const today = new Date(nowMs);
    return [today.getFullYear(), today.getMonth() + 1, today.getDate() - period.daysAgo + past, 0, 0];
  }
  const { year, month, day, hour, minute } = period;
  return [
    year + (month === null ? past : 0),
    (month ?? 1) + (month !== null && day === null ? past : 0),
    (day ?? 1) + (day !== null && hour === null ? past : 0),
    (hour ?? 0) + (hour !== null && minute === null ? past : 0),
    (minute ?? 0) + (minute === null ? 0 : past),
  ];
}
