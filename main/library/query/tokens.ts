/** @file Splits a query into words, phrases, fields with their values, operators and parentheses. Pure. */
import type { Span } from './ast.ts';
import { QueryError } from './queryError.ts';

/** One character of a text; `literal` ones were quoted or escaped and are never operators or wildcards. */
export interface Char {
  /** A whole code point. */
  readonly character: string;
  readonly literal: boolean;
  readonly offset: number;
}

export type Token =
  | { readonly kind: 'open' | 'close' | 'and' | 'or' | 'not'; readonly span: Span }
  | { readonly kind: 'word' | 'phrase'; readonly chars: readonly Char[]; readonly span: Span }
  | {
      readonly kind: 'field';
      readonly name: string;
      readonly nameSpan: Span;
      readonly chars: readonly Char[];
      readonly span: Span;
    };

export const operators: ReadonlyMap<string, 'and' | 'or' | 'not'> = new Map([
  ['AND', 'and'],
  ['OR', 'or'],
  ['NOT', 'not'],
]);

/** Typed quotation marks, and those that keyboards and word processors put in their place. */
export const quotationMarks: ReadonlySet<string> = new Set(['"', '“', '”', '„']);
const escapable: ReadonlySet<string> = new Set([...quotationMarks, '\\', '*', '?', '(', ')', ':', '-']);
export const fieldStart = /^([\p{L}_][\p{L}\p{N}_-]*):/u;

/** @throws QueryError for a quotation mark that is not closed */
export function tokensOf(query: string): Token[] {
  const tokens: Token[] = [];
  let offset = 0;
  while (offset < query.length) {
    const character = characterAt(query, offset);
    if (isSpace(character)) {
      offset += character.length;
    } else if (character === '(' || character === ')') {
      tokens.push({ kind: character === '(' ? 'open' : 'close', span: { offset, length: 1 } });
      offset += 1;
    } else if (character === '-' && isTerm(query.charAt(offset + 1))) {
      tokens.push({ kind: 'not', span: { offset, length: 1 } });
      offset += 1;
    } else {
      const token = termAt(query, offset);
      tokens.push(token);
      offset = token.span.offset + token.span.length;
    }
  }
  return tokens;
}

function isTerm(next: string): boolean {
  return next !== '' && next !== ')' && next !== '-' && !isSpace(next);
}

function termAt(query: string, offset: number): Token {
  if (quotationMarks.has(characterAt(query, offset))) {
    const { chars, end } = quotedAt(query, offset);
    return { kind: 'phrase', chars, span: { offset, length: end - offset } };
  }
  const name = fieldStart.exec(query.slice(offset))?.[1];
  if (name !== undefined) {
    const { chars, end } = valueAt(query, offset + name.length + 1);
    return {
      kind: 'field',
      name,
      nameSpan: { offset, length: name.length },
      chars,
      span: { offset, length: end - offset },
    };
  }
  const { chars, end } = bareAt(query, offset);
  const span = { offset, length: end - offset };
  const operator = operators.get(query.slice(offset, end));
  return operator === undefined ? { kind: 'word', chars, span } : { kind: operator, span };
}

interface Piece {
  readonly chars: readonly Char[];
  readonly end: number;
}

/** A field's value: bare and quoted pieces one after the other, up to a space or a parenthesis. */
function valueAt(query: string, start: number): Piece {
  const chars: Char[] = [];
  let offset = start;
  while (offset < query.length && !endsBare(characterAt(query, offset))) {
    const piece = quotationMarks.has(characterAt(query, offset)) ? quotedAt(query, offset) : bareAt(query, offset);
    chars.push(...piece.chars);
    offset = piece.end;
  }
  return { chars, end: offset };
}

function bareAt(query: string, start: number): Piece {
  const chars: Char[] = [];
  let offset = start;
  while (offset < query.length) {
    const character = characterAt(query, offset);
    const next = query.charAt(offset + 1);
    if (character === '\\' && escapable.has(next)) {
      chars.push({ character: next, literal: true, offset });
      offset += 2;
    } else if (endsBare(character) || quotationMarks.has(character)) {
      break;
    } else {
      chars.push({ character, literal: false, offset });
      offset += character.length;
    }
  }
  return { chars, end: offset };
}

function quotedAt(query: string, start: number): Piece {
  const chars: Char[] = [];
  let offset = start + 1;
  while (offset < query.length) {
    const character = characterAt(query, offset);
    const next = query.charAt(offset + 1);
    if (character === '\\' && (next === '\\' || quotationMarks.has(next))) {
      chars.push({ character: next, literal: true, offset });
      offset += 2;
    } else if (quotationMarks.has(character)) {
      return { chars, end: offset + 1 };
    } else {
      chars.push({ character, literal: true, offset });
      offset += character.length;
    }
  }
  throw new QueryError({ code: 'quoteOpen', params: null }, { offset: start, length: 1 });
}

function endsBare(character: string): boolean {
  return character === '(' || character === ')' || isSpace(character);
}

function isSpace(character: string): boolean {
  return /^\s/u.test(character);
}

/** Half of a surrogate pair, which only broken text has, counts as a character of its own. */
function characterAt(text: string, offset: number): string {
  return String.fromCodePoint(text.codePointAt(offset) ?? 0);
}
