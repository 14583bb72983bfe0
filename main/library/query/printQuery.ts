/** @file A parsed query as text again, in the one canonical way: for saved searches and for what the interface builds. Pure. */

import type {
  AnswerTest,
  DateBound,
  DateRange,
  Filter,
  LabelTest,
  NumberBound,
  NumberTest,
  Pattern,
  Period,
  Query,
} from './ast.ts';
import { hasWildcards, literalOf } from './patternMatch.ts';
import { quotationMarks } from './tokens.ts';

/** `parseQuery` of the result is the same query, apart from the spans. */
export function printQuery(query: Query): string {
  switch (query.kind) {
    case 'everything':
      return '';
    case 'and':
      return query.operands.map((operand) => inside(operand, operand.kind === 'or')).join(' ');
    case 'or':
      return query.operands.map((operand) => inside(operand, false)).join(' OR ');
    case 'not':
      return `-${inside(query.operand, query.operand.kind === 'and' || query.operand.kind === 'or')}`;
    default:
      return printFilter(query);
  }
}

function inside(query: Query, inParentheses: boolean): string {
  return inParentheses ? `(${printQuery(query)})` : printQuery(query);
}

function printFilter(filter: Filter): string {
  switch (filter.kind) {
    case 'words':
      return printWords(filter);
    case 'presence':
      return `${filter.field}:${filter.present ? 'any' : 'none'}`;
    case 'flag':
      return `${filter.field}:${filter.value ? 'yes' : 'no'}`;
    case 'choice':
      return `${filter.field}:${filter.value}`;
    case 'number':
      return every(numberTexts(filter.test).map((text) => `${filter.field}:${text}`));
    case 'date':
      return every(dateTexts(filter.range).map((text) => `${filter.field}:${text}`));
    case 'path':
    case 'label':
      return `${filter.field}:${label(filter)}`;
    case 'answer':
      return `answer:${value(filter.question)}${answerText(filter.test)}`;
    case 'near':
      return `near:${degrees(filter.latitude)},${degrees(filter.longitude)},${filter.radiusMetres}m`;
    case 'within':
      return `within:${[filter.south, filter.west, filter.north, filter.east].map(degrees).join(',')}`;
    case 'similar':
      return `similar:${filter.photos.map((photo) => ('photoId' in photo ? photo.photoId : photoText(photo.name))).join(',')}`;
  }
}

/** Digits alone are a number; a comma would begin another photo. */
export function photoText(name: string): string {
  return isPlainText(name) && !name.includes(',') && !/^\d+$/.test(name) ? name : quoted(name);
}

function answerText(test: AnswerTest | null): string {
  if (test === null) return '';
  return test.kind === 'text' ? `=${value(test.pattern)}` : boundTexts(test.side, test.bound).join('');
}

function every(texts: readonly string[]): string {
  const [only] = texts;
  return texts.length === 1 && only !== undefined ? only : `(${texts.join(' ')})`;
}

function printWords({ place, pattern, exact }: Extract<Filter, { kind: 'words' }>): string {
  // A lone star would ask for any value at all.
  if (place !== null && pattern.length === 1 && pattern[0]?.kind === 'any') return `${place}:**`;
  const literal = exact ? quoted : place === null ? escapedWord : looseValue;
  const text = pattern.map((part) => (part.kind === 'literal' ? literal(part.text) : wildcard(part.kind))).join('');
  return place === null ? text : `${place}:${text}`;
}

/** Outside quotation marks, where letters stand for all forms of their word. There are no spaces in it. */
function escapedWord(text: string): string {
  return text.replaceAll(/["“”„\\*?():]|^-/gu, '\\$&');
}

/** The same where spaces can be in it: only what is no letter is put into quotation marks. */
function looseValue(text: string): string {
  return text.replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, (marks) => (isPlainText(marks) ? marks : quoted(marks)));
}

function label({ pattern, whole }: LabelTest): string {
  return `${whole ? '=' : ''}${value(pattern)}`;
}

/** The text of a field's value; `tag:"none"` is a tag of that name. */
function value(pattern: Pattern): string {
  const text = literalOf(pattern);
  if (!hasWildcards(pattern) && /^(none|any)$/i.test(text)) return quoted(text);
  // A lone star would ask for any value at all, which is another filter; twice the same star is not.
  if (pattern.length === 1 && pattern[0]?.kind === 'any') return '**';
  return pattern
    .map((part) => {
      if (part.kind !== 'literal') return wildcard(part.kind);
      return isPlainText(part.text) ? part.text : quoted(part.text);
    })
    .join('');
}

function wildcard(kind: 'any' | 'one'): string {
  return kind === 'any' ? '*' : '?';
}

/** Nothing in it could be taken for an operator, a wildcard, a field or an end. */
export function isPlainText(text: string): boolean {
  return /^[\p{L}\p{M}\p{N}_./#+@&%'’,;!-]+$/u.test(text);
}

export function quoted(text: string): string {
  const escaped = [...text].map((character) =>
    character === '\\' || quotationMarks.has(character) ? `\\${character}` : character,
  );
  return `"${escaped.join('')}"`;
}

function degrees(value: number): string {
  return value.toFixed(7).replace(/\.?0+$/, '');
}

function numberTexts(test: NumberTest): readonly string[] {
  if (test.kind === 'about') return [test.number.text];
  const { minimum, maximum } = test;
  if (minimum?.included === true && maximum?.included === true)
    return [`${minimum.number.text}..${maximum.number.text}`];
  return [...boundTexts('>', minimum), ...boundTexts('<', maximum)];
}

function boundTexts(sign: '>' | '<', bound: NumberBound | null): readonly string[] {
  return bound === null ? [] : [`${sign}${bound.included ? '=' : ''}${bound.number.text}`];
}

function dateTexts({ from, until }: DateRange): readonly string[] {
  if (from?.edge === 'start' && until?.edge === 'end') {
    const [first, last] = [periodText(from.period), periodText(until.period)];
    // `7d` alone would mean "since", so that one day some days ago is a range of that day to itself.
    return first === last && !/^\d+d$/.test(first) ? [first] : [`${first}..${last}`];
  }
  return [...dateBoundTexts('>', 'end', from), ...dateBoundTexts('<', 'start', until)];
}

function dateBoundTexts(sign: '>' | '<', strictEdge: DateBound['edge'], bound: DateBound | null): readonly string[] {
  return bound === null ? [] : [`${sign}${bound.edge === strictEdge ? '' : '='}${periodText(bound.period)}`];
}

function periodText(period: Period): string {
  if (period.kind === 'recent') {
    return ['today', 'yesterday'][period.daysAgo] ?? `${period.daysAgo}d`;
  }
  const two = (separator: string, part: number | null) =>
    part === null ? '' : `${separator}${String(part).padStart(2, '0')}`;
  const { year, month, day, hour, minute } = period;
  return `${String(year).padStart(4, '0')}${two('-', month)}${two('-', day)}${two('T', hour)}${two(':', minute)}`;
}
