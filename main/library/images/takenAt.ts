/** @file Reads when a photo was taken from the several places where that may stand. Pure; any process. */
import type { TakenAt } from './photoMetadata.ts';
import { firstOfAnyGroup, type TagValues, textOf } from './tagValues.ts';

/** Where a date stands, with the tags that hold its fraction of a second and its offset, in the order of trust. */
const places: readonly { readonly date: string; readonly fraction?: string; readonly offset?: string }[] = [
  {
    date: 'ExifIFD:DateTimeOriginal',
    fraction: 'ExifIFD:SubSecTimeOriginal',
    offset: 'ExifIFD:OffsetTimeOriginal',
  },
  { date: 'XMP-exif:DateTimeOriginal' },
  { date: 'XMP-photoshop:DateCreated' },
  { date: 'IPTC:DateCreated' },
  { date: 'ExifIFD:CreateDate', fraction: 'ExifIFD:SubSecTimeDigitized', offset: 'ExifIFD:OffsetTimeDigitized' },
  { date: 'XMP-exif:DateTimeDigitized' },
  { date: 'XMP-xmp:CreateDate' },
  { date: 'PNG:CreationTime' },
];

/** When the first camera pictures were made; earlier years come from clocks that were never set. */
const firstYear = 1826;
const widestOffsetMinutes = 14 * 60;

const datePattern =
  /^(\d{4})[:\-/.](\d{1,2})[:\-/.](\d{1,2})(?:[T\s]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d+))?)?)?\s*(Z|[+-]\d{1,2}:?\d{2})?$/;

/** Of what an archivist knows: a year, or a year and a month; EXIF and IPTC write zeros or blanks for the rest. */
const partialPattern = /^(\d{4})(?:[:\-/.]\s*(\d{0,2})(?:[:\-/.]\s*(\d{0,2})(?:[T\s].*)?)?)?[\s:]*$/;

/**
 * The first date that is one. Where it is only a year, a month or a day, another place may know more of that same time;
 * the time of the last change counts for nothing, since an editor writes it.
 */
export function takenAtOf(tags: TagValues): TakenAt | null {
  let best: TakenAt | null = null;
  for (const taken of datesIn(tags)) {
    best ??= taken;
    const known = knownOf(best);
    if (knownOf(taken).startsWith(known) && knownOf(taken).length > known.length) best = taken;
    if (knownOf(best).length > dayLength) return best;
  }
  return best;
}

const dayLength = 'YYYY-MM-DD'.length;

/** Midnight is what programs write that know the day only; it stands where nobody knows better. */
function knownOf({ local }: TakenAt): string {
  return local.endsWith('T00:00:00') ? local.slice(0, dayLength) : local;
}

function* datesIn(tags: TagValues): Generator<TakenAt> {
  for (const { date, fraction, offset } of places) {
    const value = date === 'IPTC:DateCreated' ? iptcDate(tags) : textOf(tags.get(date));
    const taken = parseTakenAt(
      value,
      fraction === undefined ? null : textOf(tags.get(fraction)),
      offset === undefined ? null : textOf(tags.get(offset)),
    );
    if (taken !== null) yield taken;
  }
  // Raw files and odd programs keep it in groups of their own.
  for (const name of ['DateTimeOriginal', 'CreateDate']) {
    const taken = parseTakenAt(textOf(firstOfAnyGroup(tags, name)));
    if (taken !== null) yield taken;
  }
}

/** EXIF's “2024:05:03 10:11:12” or XMP's and ISO's forms of it; null for anything that is no time of any calendar. */
export function parseTakenAt(
  value: string | null,
  fraction: string | null = null,
  offset: string | null = null,
): TakenAt | null {
  const text = value?.trim() ?? '';
  const parts = datePattern.exec(text);
  if (parts === null || isBlank(parts[2]) || isBlank(parts[3])) return partialDate(text);
  const number = (index: number) => Number(parts[index] ?? 0);
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map(number);
  const date = [year ?? 0, month ?? 0, day ?? 0] as const;
  const time = [hour ?? 0, minute ?? 0, second ?? 0] as const;
  if (date[0] < firstYear || time[0] > 23 || time[1] > 59 || time[2] > 59) return null;
  const midnight = new Date(Date.UTC(date[0], date[1] - 1, date[2]));
  if (midnight.getUTCMonth() !== date[1] - 1 || midnight.getUTCDate() !== date[2]) return null;
  const milliseconds = millisecondsOf(parts[7] ?? fraction);
  const clockMs = Date.UTC(date[0], date[1] - 1, date[2], ...time) + (milliseconds ?? 0);
  const isDay = parts[4] === undefined;
  if (isDay) return { local: midnight.toISOString().slice(0, dayLength), offsetMinutes: null, sortMs: clockMs };
  const offsetMinutes = offsetMinutesOf(parts[8] ?? offset);
  const local = new Date(clockMs).toISOString().slice(0, milliseconds === null ? 19 : 23);
  return { local, offsetMinutes, sortMs: clockMs - (offsetMinutes ?? 0) * 60_000 };
}

/** Sorted to where the year or the month begins. */
function partialDate(text: string): TakenAt | null {
  const [, year = '', month = '', day = ''] = partialPattern.exec(text) ?? [];
  // A day of an unknown month is a mistake, and so is a month that no year has.
  if (Number(year) < firstYear || !isBlank(day) || Number(month) > 12) return null;
  const local = isBlank(month) ? year : `${year}-${month.padStart(2, '0')}`;
  return { local, offsetMinutes: null, sortMs: Date.UTC(Number(year), Math.max(0, Number(month) - 1)) };
}

function isBlank(digits: string | undefined): boolean {
  return digits === undefined || Number(digits) === 0;
}

/** EXIF keeps the digits after the point: “5” is half a second, “054” is 54 ms. */
function millisecondsOf(digits: string | null): number | null {
  const found = /^\d+/.exec(digits?.trim() ?? '');
  return found === null ? null : Number(found[0].slice(0, 3).padEnd(3, '0'));
}

function offsetMinutesOf(text: string | null): number | null {
  const trimmed = text?.trim() ?? '';
  if (trimmed === 'Z') return 0;
  const parts = /^([+-])(\d{1,2}):?(\d{2})$/.exec(trimmed);
  if (parts === null) return null;
  const minutes = Number(parts[2]) * 60 + Number(parts[3]);
  if (minutes > widestOffsetMinutes || Number(parts[3]) > 59) return null;
  // Not −0, which is no JSON.
  return parts[1] === '-' && minutes > 0 ? -minutes : minutes;
}

/** IPTC keeps day and time apart. */
function iptcDate(tags: TagValues): string | null {
  const day = textOf(tags.get('IPTC:DateCreated'));
  const time = textOf(tags.get('IPTC:TimeCreated'));
  return day === null || time === null ? day : `${day} ${time}`;
}
