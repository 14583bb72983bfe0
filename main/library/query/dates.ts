/** @file Dates of a query: a year, a month, a day or a minute, compared and in ranges; today and days ago. Pure. */
import type { DateBound, DateRange, Period, Span } from './ast.ts';
import { comparisonOf, cutAt, spanOf, textOf } from './chars.ts';
import { QueryError } from './queryError.ts';
import type { Char } from './tokens.ts';

const written = /^(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2})(?:[T ](\d{1,2})(?::(\d{2}))?)?)?)?$/i;
const daysAgo = /^(\d{1,5})([dw])$/i;

/** @throws QueryError that points at the date */
export function dateRange(chars: readonly Char[], span: Span): DateRange {
  const range = cutAt(chars, '..');
  if (range !== null) {
    const [from, to] = range;
    if (from.length === 0 && to.length === 0) throw notADate(chars, span);
    const dates: DateRange = {
      from: from.length === 0 ? null : { period: periodOf(from, span), edge: 'start' },
      until: to.length === 0 ? null : { period: periodOf(to, span), edge: 'end' },
    };
    if (endsBeforeItBegins(dates)) {
      throw new QueryError(
        { code: 'rangeReversed', params: null },
        spanOf(chars, span),
        `${textOf(to)}..${textOf(from)}`,
      );
    }
    return dates;
  }
  const [comparison, rest] = comparisonOf(chars);
  const period = periodOf(rest, span);
  const start: DateBound = { period, edge: 'start' };
  const end: DateBound = { period, edge: 'end' };
  switch (comparison) {
    case '>':
      return { from: end, until: null };
    case '>=':
      return { from: start, until: null };
    case '<':
      return { from: null, until: start };
    case '<=':
      return { from: null, until: end };
    default:
      // `7d` alone is "in the last seven days", not one day a week ago.
      return daysAgo.test(textOf(rest)) ? { from: start, until: null } : { from: start, until: end };
  }
}

function periodOf(chars: readonly Char[], span: Span): Period {
  const text = textOf(chars).trim();
  if (/^today$/i.test(text)) return { kind: 'recent', daysAgo: 0 };
  if (/^yesterday$/i.test(text)) return { kind: 'recent', daysAgo: 1 };
  const recent = daysAgo.exec(text);
  if (recent !== null) {
    const [, count = '', unit = ''] = recent;
    return { kind: 'recent', daysAgo: Number(count) * (unit.toLowerCase() === 'w' ? 7 : 1) };
  }
  const match = written.exec(text);
  if (match === null) throw notADate(chars, span);
  const [year, month, day, hour, minute] = match.slice(1).map((part) => (part === undefined ? null : Number(part)));
  const period = {
    kind: 'calendar',
    year: year ?? 0,
    month: month ?? null,
    day: day ?? null,
    hour: hour ?? null,
    minute: minute ?? null,
  } as const;
  if (!isOnCalendar(period.year, period.month ?? 1, period.day ?? 1) || (hour ?? 0) > 23 || (minute ?? 0) > 59) {
    throw new QueryError({ code: 'notOnCalendar', params: { text } }, spanOf(chars, span));
  }
  return period;
}

function isOnCalendar(year: number, month: number, day: number): boolean {
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  const date = new Date(Date.UTC(2000, 0, 1));
  date.setUTCFullYear(year, month, 0);
  return day <= date.getUTCDate();
}

/** Only of two dates of the calendar: where days ago lie beside those depends on the day of the search. */
function endsBeforeItBegins({ from, until }: DateRange): boolean {
  if (from === null || until === null) return false;
  const [first, last] = [from.period, until.period];
  if (first.kind === 'recent' && last.kind === 'recent') return first.daysAgo < last.daysAgo;
  if (first.kind === 'recent' || last.kind === 'recent') return false;
  const earliest = [first.year, first.month ?? 1, first.day ?? 1, first.hour ?? 0, first.minute ?? 0];
  const latest = [last.year, last.month ?? 12, last.day ?? 31, last.hour ?? 23, last.minute ?? 59];
  const index = earliest.findIndex((part, position) => part !== latest[position]);
  return index >= 0 && (earliest[index] ?? 0) > (latest[index] ?? 0);
}

function notADate(chars: readonly Char[], span: Span): QueryError {
  const text = textOf(chars);
  const dayFirst = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$/.exec(text);
  const [, first = '', second = '', year = ''] = dayFirst ?? [];
  return new QueryError(
    { code: 'notADate', params: null },
    spanOf(chars, span),
    // Day and month can be told apart only where one is above twelve.
    dayFirst !== null && Number(first) > 12 && Number(second) <= 12
      ? `${year}-${second.padStart(2, '0')}-${first.padStart(2, '0')}`
      : null,
  );
}
