/**
 * @file The query language: `dog (beach OR sea) -tag:private taken:2024`. docs/search.md describes it for people. Pure.
 *
 *   or   := and ('OR' and)*
 *   and  := not ('AND'? not)*
 *   not  := ('NOT' | '-') not | '(' or ')' | field ':' value | "phrase" | word
 */
import { searchableText } from '../text/searchableText.ts';
import type { Filter, Query, Span } from './ast.ts';
import { patternOf, textOf } from './chars.ts';
import { filterOf } from './filters.ts';
import { QueryError } from './queryError.ts';
import { type Token, tokensOf } from './tokens.ts';

/** What SQLite takes in one statement is far more; a person who writes as much as this has pasted something else. */
export const queryLimits = { characters: 10_000, terms: 200, depth: 50 } as const;

interface Cursor {
  readonly tokens: readonly Token[];
  index: number;
}

/** @throws QueryError, and nothing else, whatever the text */
export function parseQuery(text: string): Query {
  if (text.length > queryLimits.characters) {
    const span = { offset: queryLimits.characters, length: text.length - queryLimits.characters };
    throw new QueryError({ code: 'tooLong', params: null }, span);
  }
  const tokens = tokensOf(text);
  const excess = tokens[queryLimits.terms];
  if (excess !== undefined) {
    throw new QueryError(
      { code: 'tooManyParts', params: null },
      { ...excess.span, length: text.length - excess.span.offset },
    );
  }
  if (tokens.length === 0) return { kind: 'everything' };
  const cursor: Cursor = { tokens, index: 0 };
  const query = alternatives(cursor, 0);
  const rest = cursor.tokens[cursor.index];
  if (rest !== undefined) {
    throw new QueryError({ code: 'parenthesisNotOpened', params: null }, rest.span);
  }
  return query ?? { kind: 'everything' };
}

/** Null, here and below: nothing that can be searched for, such as a lone dash; it is as if it were not there. */
function alternatives(cursor: Cursor, depth: number): Query | null {
  const operands = [conjunction(cursor, depth)];
  while (cursor.tokens[cursor.index]?.kind === 'or') {
    cursor.index += 1;
    operands.push(conjunction(cursor, depth));
  }
  return joined('or', operands);
}

function conjunction(cursor: Cursor, depth: number): Query | null {
  const operands = [negation(cursor, depth)];
  for (;;) {
    const token = cursor.tokens[cursor.index];
    if (token === undefined || token.kind === 'or' || token.kind === 'close') {
      return joined('and', operands);
    }
    if (token.kind === 'and') cursor.index += 1;
    operands.push(negation(cursor, depth));
  }
}

function negation(cursor: Cursor, depth: number): Query | null {
  let negated = false;
  while (cursor.tokens[cursor.index]?.kind === 'not') {
    negated = !negated;
    cursor.index += 1;
  }
  const operand = term(cursor, depth);
  return operand === null || !negated ? operand : opposite(operand);
}

function opposite(query: Query): Query {
  return query.kind === 'not' ? query.operand : { kind: 'not', operand: query };
}

function term(cursor: Cursor, depth: number): Query | null {
  const token = cursor.tokens[cursor.index];
  switch (token?.kind) {
    case 'open':
      return group(cursor, token.span, depth + 1);
    case 'field':
      cursor.index += 1;
      return filterOf(token);
    case 'word':
    case 'phrase':
      cursor.index += 1;
      return wordsOf(token);
    default:
      throw nothingToSearchFor(cursor, token);
  }
}

function group(cursor: Cursor, opening: Span, depth: number): Query | null {
  if (depth > queryLimits.depth) {
    throw new QueryError({ code: 'tooDeep', params: null }, opening);
  }
  cursor.index += 1;
  const first = cursor.tokens[cursor.index];
  if (first?.kind === 'close') {
    const length = first.span.offset + 1 - opening.offset;
    throw new QueryError({ code: 'parenthesesEmpty', params: null }, { offset: opening.offset, length });
  }
  if (first === undefined) {
    throw new QueryError({ code: 'parenthesisOpen', params: null }, opening);
  }
  const query = alternatives(cursor, depth);
  if (cursor.tokens[cursor.index]?.kind !== 'close') {
    throw new QueryError({ code: 'parenthesisOpen', params: null }, opening);
  }
  cursor.index += 1;
  return query;
}

function wordsOf({ kind, chars, span }: Extract<Token, { kind: 'word' | 'phrase' }>): Filter | null {
  if (searchableText(textOf(chars)) === '') return null;
  return { kind: 'words', place: null, pattern: patternOf(chars), exact: kind === 'phrase', span };
}

/** An operator where something to search for should be: at the start, at the end, or beside another one. */
function nothingToSearchFor(cursor: Cursor, found: Token | undefined): QueryError {
  const before = cursor.tokens[cursor.index - 1];
  if (found?.kind === 'and' || found?.kind === 'or') {
    const operator = found.kind.toUpperCase();
    return new QueryError({ code: 'nothingBefore', params: { operator } }, found.span, operator.toLowerCase());
  }
  if (before !== undefined && before.kind !== 'open') {
    const operator = before.kind.toUpperCase();
    return new QueryError({ code: 'nothingAfter', params: { operator } }, before.span);
  }
  return new QueryError({ code: 'parenthesisNotOpened', params: null }, found?.span ?? { offset: 0, length: 0 });
}

/** Nested ANDs are one AND, so that the SQL stays flat. */
function joined(kind: 'and' | 'or', operands: readonly (Query | null)[]): Query | null {
  const flat = operands.flatMap((operand) => {
    if (operand === null) return [];
    return operand.kind === kind ? operand.operands : [operand];
  });
  const [only] = flat;
  return flat.length > 1 ? { kind, operands: flat } : (only ?? null);
}
