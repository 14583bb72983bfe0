/** @file The days and months of a list of photos that is ordered by date: what stands above them in a grid. Reader threads. */
import type { CatalogConnection } from '../connection.ts';

/** Photos that follow one another. Whoever travels against the sun sees a day twice. */
export interface DateSection {
  /** YYYYMMDD as digits; DD is 00 for a month, MM for a year; 0 where there is no date. */
  readonly code: number;
  readonly count: number;
}

export type DateOrder = 'taken' | 'added';

export function isDateOrder(order: string): order is DateOrder {
  return order === 'taken' || order === 'added';
}

/** Where the days of a month, or the months of a year, have fewer photos than this on average, they stand under one heading. */
const minPhotos = 4;

/** By the clock of the camera, or by this machine's for when photos were added. */
export function dateSections(
  connection: CatalogConnection,
  photoIds: readonly number[],
  order: DateOrder,
): DateSection[] {
  const days = runsOf(order === 'taken' ? daysTaken(connection, photoIds) : daysAdded(connection, photoIds));
  const parts = days.map((day) => ({ code: day.code, sections: [day] }));
  return joined(joined(parts, 100), 10_000).flatMap(({ sections }) => sections);
}

/** A day, a month or a year, and the headings that it has. */
interface Part {
  readonly code: number;
  readonly sections: readonly DateSection[];
}

/** The months of days, or the years of months. @param size of the digits that a month or a year has no use for */
function joined(parts: readonly Part[], size: number): Part[] {
  const wholes: { code: number; parts: Part[] }[] = [];
  for (const part of parts) {
    const code = part.code - (part.code % size);
    const last = wholes.at(-1);
    if (last?.code === code) last.parts.push(part);
    else wholes.push({ code, parts: [part] });
  }
  return wholes.map(({ code, parts: ofWhole }) => {
    const sections = ofWhole.flatMap((part) => part.sections);
    const count = sections.reduce((sum, section) => sum + section.count, 0);
    const isFew = ofWhole.length > 1 && count < minPhotos * ofWhole.length;
    return { code, sections: isFew ? [{ code, count }] : sections };
  });
}

function runsOf(codes: Uint32Array): DateSection[] {
  const runs: DateSection[] = [];
  let start = 0;
  for (let index = 1; index <= codes.length; index += 1) {
    if (index < codes.length && codes[index] === codes[start]) continue;
    runs.push({ code: codes[start] ?? 0, count: index - start });
    start = index;
  }
  return runs;
}

/** More than any date's digits, so that these and an id are one number: a row of two values takes three times as long. */
const idsApart = 134_217_728;
/** From here on, one pass over all photos is quicker than a look-up for each. */
const manyPhotos = 2000;

const takenDay = `CAST(taken_local AS INTEGER) * 10000 + substr(taken_local, 6, 2) * 100 + substr(taken_local, 9, 2)`;

function daysTaken(connection: CatalogConnection, photoIds: readonly number[]): Uint32Array {
  return valuesOf(connection, photoIds, {
    value: takenDay,
    from: 'photo INDEXED BY photo_facts WHERE taken_local IS NOT NULL',
  });
}

function daysAdded(connection: CatalogConnection, photoIds: readonly number[]): Uint32Array {
  const minutes = valuesOf(connection, photoIds, {
    value: 'max(0, added_at_ms / 60000)',
    from: 'photo INDEXED BY photo_added WHERE 1',
  });
  // The next photo was mostly added on the same day.
  let day = { code: 0, first: 1, end: 0 };
  return minutes.map((minute) => {
    if (minute < day.first || minute >= day.end) day = dayOf(minute);
    return day.code;
  });
}

function dayOf(minute: number): { code: number; first: number; end: number } {
  const at = new Date(minute * 60_000);
  const [year, month, date] = [at.getFullYear(), at.getMonth(), at.getDate()];
  const minuteOf = (moment: Date) => Math.floor(moment.getTime() / 60_000);
  return {
    code: year * 10_000 + (month + 1) * 100 + date,
    first: minuteOf(new Date(year, month, date)),
    end: minuteOf(new Date(year, month, date + 1)),
  };
}

/** In the order of the ids; 0 where there is none. */
function valuesOf(
  connection: CatalogConnection,
  photoIds: readonly number[],
  { value, from }: { readonly value: string; readonly from: string },
): Uint32Array {
  if (photoIds.length <= manyPhotos) {
    const one = connection.prepare<[number], number | null>(`SELECT ${value} FROM photo WHERE id = ?`).pluck();
    return Uint32Array.from(photoIds, (id) => one.get(id) ?? 0);
  }
  const largestId = photoIds.reduce((largest, id) => Math.max(largest, id), 0);
  const byId = new Uint32Array(largestId + 1);
  const all = connection.prepare<[], number>(`SELECT id * ${idsApart} + ${value} FROM ${from}`).pluck().all();
  for (const both of all) byId[Math.floor(both / idsApart)] = both % idsApart;
  return Uint32Array.from(photoIds, (id) => byId[id] ?? 0);
}
