/** @file Numbers, dates, sizes and durations as a language writes them. Any process. */

export interface Formats {
  readonly locale: string;
  readonly number: (value: number) => string;
  /** 0 to 1. */
  readonly percent: (fraction: number) => string;
  readonly bytes: (sizeBytes: number) => string;
  readonly date: (atMs: number) => string;
  readonly dateTime: (atMs: number) => string;
  /** A day, a month where the day is 0, a year where the month is, as calendars have them, without a time zone. */
  readonly calendar: (year: number, month: number, day: number) => string;
  readonly time: (atMs: number) => string;
  /** As a person would say it: two units at most. */
  readonly duration: (durationMs: number) => string;
  readonly list: (items: readonly string[]) => string;
}

const byteUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];

function formatBytes(locale: string, sizeBytes: number): string {
  const exact = Math.floor(Math.log(Math.max(1, sizeBytes)) / Math.log(1000));
  // 999,600 bytes are 1 MB, not 1,000 kB.
  const power = Math.min(byteUnits.length - 1, Math.round(sizeBytes / 1000 ** exact) < 1000 ? exact : exact + 1);
  const value = sizeBytes / 1000 ** power;
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: byteUnits[power],
    // the short form of byte has no plural
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: value < 10 && power > 0 ? 1 : 0,
  }).format(value);
}

function unit(locale: string, name: string, value: number, digits = 0): string {
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: name,
    unitDisplay: 'short',
    maximumFractionDigits: digits,
  }).format(value);
}

function formatDuration(locale: string, durationMs: number): string {
  if (Math.round(durationMs) < 1000) return unit(locale, 'millisecond', Math.round(durationMs));
  const seconds = durationMs / 1000;
  if (Math.round(seconds) < 60) return unit(locale, 'second', seconds, seconds < 10 ? 1 : 0);
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return unit(locale, 'minute', minutes);
  const hours = Math.floor(minutes / 60);
  const words = [unit(locale, 'hour', hours)];
  if (minutes % 60 > 0) words.push(unit(locale, 'minute', minutes % 60));
  return words.join(' ');
}

/** Months from 1; what is 0 is left out. The clock of a camera is no moment: it is written as if it were in UTC. */
function calendarFormat(locale: string): Formats['calendar'] {
  const inUtc = (options: Intl.DateTimeFormatOptions) =>
    lazily(() => new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }));
  const year = inUtc({ year: 'numeric' });
  const month = inUtc({ year: 'numeric', month: 'long' });
  const day = inUtc({ dateStyle: 'full' });
  return (years, months, days) => {
    const date = new Date(0);
    // Unlike `Date.UTC`, this takes the years before 100 for what they are.
    date.setUTCFullYear(years, Math.max(0, months - 1), Math.max(1, days));
    return (months === 0 ? year : days === 0 ? month : day)().format(date);
  };
}

/** Made when it is first needed: each takes milliseconds, and a page that starts needs few of them. */
function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

const maxQuoted = 8;

/** “a”, “b” …; both languages quote alike, and Chinese needs nothing between. */
export function quotedParts(parts: readonly string[], separator = ', '): string {
  const quoted = parts.slice(0, maxQuoted).map((part) => `“${part}”`);
  return quoted.join(separator) + (parts.length > maxQuoted ? '…' : '');
}

export function formatsFor(locale: string): Formats {
  const number = lazily(() => new Intl.NumberFormat(locale));
  const percent = lazily(() => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }));
  const date = lazily(() => new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }));
  const dateTime = lazily(() => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }));
  const time = lazily(() => new Intl.DateTimeFormat(locale, { timeStyle: 'short' }));
  const list = lazily(() => new Intl.ListFormat(locale, { type: 'conjunction' }));
  return {
    locale,
    number: (value) => number().format(value),
    percent: (fraction) => percent().format(fraction),
    bytes: (sizeBytes) => formatBytes(locale, sizeBytes),
    date: (atMs) => date().format(atMs),
    dateTime: (atMs) => dateTime().format(atMs),
    calendar: calendarFormat(locale),
    time: (atMs) => time().format(atMs),
    duration: (durationMs) => formatDuration(locale, durationMs),
    list: (items) => list().format(items),
  };
}

/** What the messages of a language use for the numbers in them. */
export const english = formatsFor('en');
export const chinese = formatsFor('zh-CN');

/** `3 photos`, `1 photo`, for English messages. */
export function counted(count: number, one: string, other = `${one}s`): string {
  return `${english.number(count)} ${count === 1 ? one : other}`;
}

/** A commit as people write it. */
export function shortRevision(revision: string): string {
  return revision.slice(0, 7);
}
