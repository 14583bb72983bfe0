/** @file The timeline beside the grid: where along it each month and year begins. Pure; renderer only. */
import type { ListSections } from './photoIds.ts';

export interface TimelineStop {
  /** Of the section, without its day: YYYYMM00, YYYY0000, or 0 for no date. */
  readonly code: number;
  /** How far into the list it begins. */
  readonly listPx: number;
}

export interface TimelineYear {
  /** 0: no date. */
  readonly year: number;
  /** 0 to 1, from the beginning of the list. */
  readonly at: number;
}

/** One for each month in a row; of what has no month, for each year. */
export function timelineStops({ codes, starts }: ListSections, topPx: (index: number) => number): TimelineStop[] {
  const stops: TimelineStop[] = [];
  for (const [section, code] of codes.entries()) {
    const month = code - (code % 100);
    if (stops.at(-1)?.code !== month) stops.push({ code: month, listPx: topPx(starts[section] ?? 0) });
  }
  return stops;
}

/** The stop that a place in the list belongs to. */
export function stopAt(stops: readonly TimelineStop[], listPx: number): number {
  let low = 0;
  let high = stops.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((stops[middle]?.listPx ?? 0) <= listPx) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}

/** The years that have room for their names, the first of each. */
export function timelineYears(
  stops: readonly TimelineStop[],
  { listPx, trackPx, labelPx }: { readonly listPx: number; readonly trackPx: number; readonly labelPx: number },
): TimelineYear[] {
  const years: TimelineYear[] = [];
  let endPx = Number.NEGATIVE_INFINITY;
  let before: number | undefined;
  for (const stop of stops) {
    const year = Math.floor(stop.code / 10_000);
    if (year === before) continue;
    before = year;
    const at = Math.min(1, stop.listPx / Math.max(1, listPx));
    if (at * trackPx < endPx) continue;
    years.push({ year, at });
    endPx = at * trackPx + labelPx;
  }
  return years;
}

/** Where a key leads from a stop; undefined for keys that lead nowhere. */
export function stopAfterKey(stops: readonly TimelineStop[], index: number, key: string): number | undefined {
  const yearOf = (at: number) => Math.floor((stops[at]?.code ?? 0) / 10_000);
  const last = stops.length - 1;
  switch (key) {
    case 'ArrowDown':
    case 'ArrowRight':
      return Math.min(last, index + 1);
    case 'ArrowUp':
    case 'ArrowLeft':
      return Math.max(0, index - 1);
    case 'PageDown': {
      const next = stops.findIndex((_, at) => at > index && yearOf(at) !== yearOf(index));
      return next < 0 ? last : next;
    }
    case 'PageUp': {
      const previous = stops.findLastIndex((_, at) => at < index && yearOf(at) !== yearOf(index));
      if (previous < 0) return 0;
      return stops.findLastIndex((_, at) => at < previous && yearOf(at) !== yearOf(previous)) + 1;
    }
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return undefined;
  }
}
