/** @file Numbers of a query: with units, rounded as written, compared, in ranges. Pure. */
import type { NumberBound, NumberTest, Span, WrittenNumber } from './ast.ts';
import { comparisonOf, cutAt, spanOf, textOf } from './chars.ts';
import { QueryError } from './queryError.ts';
import type { Char } from './tokens.ts';

export type Unit = 'bytes' | 'seconds' | 'metres' | null;

const unitFactors: Readonly<Record<'bytes' | 'seconds' | 'metres', ReadonlyMap<string, number>>> = {
  bytes: new Map([
    ['B', 1],
    ['kB', 1e3],
    ['MB', 1e6],
    ['GB', 1e9],
    ['TB', 1e12],
    ['KiB', 2 ** 10],
    ['MiB', 2 ** 20],
    ['GiB', 2 ** 30],
    ['TiB', 2 ** 40],
  ]),
  seconds: new Map([['s', 1]]),
  metres: new Map([
    ['m', 1],
    ['km', 1000],
    ['mi', 1609.344],
  ]),
};

/** Fifteen digits at most: more than a double can hold are refused rather than rounded. */
const writtenNumber =
  /^(?<sign>[+-]?)(?<whole>\d{1,15})(?:\.(?<decimals>\d{1,15})|\/(?<divisor>\d{1,9}))?(?<unit>[a-z]*)$/i;

/** @throws QueryError that points at the value */
export function numberTest(chars: readonly Char[], unit: Unit, span: Span, example: string): NumberTest {
  const read = (part: readonly Char[]) => numberAt(part, unit, span, example);
  const range = cutAt(chars, '..');
  if (range !== null) {
    const [from, to] = range;
    if (from.length === 0 && to.length === 0) throw notANumber(chars, span, example);
    const minimum = from.length === 0 ? null : { number: read(from), included: true };
    const maximum = to.length === 0 ? null : { number: read(to), included: true };
    if (minimum !== null && maximum !== null && minimum.number.value > maximum.number.value) {
      throw new QueryError(
        { code: 'rangeReversed', params: null },
        spanOf(chars, span),
        `${textOf(to)}..${textOf(from)}`,
      );
    }
    return { kind: 'range', minimum, maximum };
  }
  const [comparison, rest] = comparisonOf(chars);
  const number = read(rest);
  if (comparison === null || comparison === '=') return { kind: 'about', number };
  const bound = { number, included: comparison.endsWith('=') };
  return comparison.startsWith('>')
    ? { kind: 'range', minimum: bound, maximum: null }
    : { kind: 'range', minimum: null, maximum: bound };
}

export function numberAt(chars: readonly Char[], unit: Unit, span: Span, example: string): WrittenNumber {
  const match = writtenNumber.exec(textOf(chars).trim());
  const { sign = '', whole = '', decimals, divisor, unit: unitText = '' } = match?.groups ?? {};
  const [unitName, factor] = unitCalled(unitText, unit) ?? [];
  if (match === null || factor === undefined || unitName === undefined || Number(divisor) === 0) {
    throw notANumber(chars, span, example);
  }
  const negative = sign === '-' ? -1 : 1;
  if (divisor !== undefined) {
    // 1/250 is what is written so when the divisor is rounded.
    const fraction = (shift: number) => (Number(whole) / (Number(divisor) + shift)) * factor * negative;
    const text = `${negative < 0 ? '-' : ''}${whole}/${divisor}${unitName}`;
    const edges = [fraction(0.5), fraction(-0.5)] as const;
    return { text, value: fraction(0), low: Math.min(...edges), high: Math.max(...edges) };
  }
  const digits = decimals === undefined ? whole : `${whole}.${decimals}`;
  const value = Number(digits) * negative;
  const halfStep = 0.5 * 10 ** -(decimals?.length ?? 0);
  return {
    text: `${negative < 0 ? '-' : ''}${digits}${unitName}`,
    value: value * factor,
    low: (value - halfStep) * factor,
    high: (value + halfStep) * factor,
  };
}

/** A short `5M` or `5mb` is what people type. */
function unitCalled(text: string, unit: Unit): readonly [string, number] | undefined {
  if (text === '') return ['', 1];
  if (unit === null) return undefined;
  const wanted = text.toLowerCase();
  return [...unitFactors[unit]].find(([name]) => {
    const known = name.toLowerCase();
    return known === wanted || (unit === 'bytes' && known === `${wanted}b`);
  });
}

function notANumber(chars: readonly Char[], span: Span, example: string): QueryError {
  const text = textOf(chars);
  const point = text.replace(',', '.');
  const isComma = /^\D{0,2}\d+,\d+/.test(text);
  return new QueryError(
    isComma ? { code: 'decimalComma', params: null } : { code: 'notANumber', params: { example } },
    spanOf(chars, span),
    isComma ? point : null,
  );
}

/** Undefined is neither greater nor less than a number. */
export function isNumberIn(test: NumberTest, value: number | undefined): boolean {
  if (value === undefined) return false;
  if (test.kind === 'about') return value >= test.number.low && value < test.number.high;
  const isOnSide = (bound: NumberBound | null, sign: 1 | -1) => {
    const difference = bound === null ? 1 : sign * (value - bound.number.value);
    return difference > 0 || (difference === 0 && bound?.included === true);
  };
  return isOnSide(test.minimum, 1) && isOnSide(test.maximum, -1);
}

/** The number or range that a text says, as a query would have it; null where it says none. */
export function textNumber(text: string): NumberTest | null {
  const chars = [...text].map((character, offset): Char => ({ character, literal: false, offset }));
  try {
    return numberTest(chars, null, { offset: 0, length: text.length }, text);
  } catch (error) {
    if (error instanceof QueryError) return null;
    throw error;
  }
}
