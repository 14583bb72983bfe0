/** @file Reading a value: its text, its wildcards, and where an operator cuts it. Pure. */
import type { Pattern, PatternPart, Span } from './ast.ts';
import type { Char } from './tokens.ts';

/** What the chars say, quotation marks and escapes taken away. */
export function textOf(chars: readonly Char[]): string {
  return chars.map((char) => char.character).join('');
}

export function spanOf(chars: readonly Char[], otherwise: Span): Span {
  const first = chars[0];
  const last = chars.at(-1);
  if (first === undefined || last === undefined) return otherwise;
  return { offset: first.offset, length: last.offset + last.character.length - first.offset };
}

/** Words such as `none` mean something only where they are not quoted. */
export function bareWord(chars: readonly Char[]): string | null {
  return chars.every((char) => !char.literal) ? textOf(chars).toLowerCase() : null;
}

export function patternOf(chars: readonly Char[]): Pattern {
  const parts: PatternPart[] = [];
  for (const { character, literal } of chars) {
    const last = parts.at(-1);
    if (!literal && character === '*') {
      if (last?.kind !== 'any') parts.push({ kind: 'any' });
    } else if (!literal && character === '?') {
      parts.push({ kind: 'one' });
    } else if (last?.kind === 'literal') {
      parts[parts.length - 1] = { kind: 'literal', text: last.text + character };
    } else {
      parts.push({ kind: 'literal', text: character });
    }
  }
  return parts;
}

/** The parts before and after the first bare `mark`, or null where there is none. */
export function cutAt(chars: readonly Char[], mark: string): readonly [readonly Char[], readonly Char[]] | null {
  const at = chars.findIndex((_, index) => startsBare(chars.slice(index, index + mark.length), mark));
  return at < 0 ? null : [chars.slice(0, at), chars.slice(at + mark.length)];
}

/** The parts between the bare commas. */
export function listedParts(chars: readonly Char[]): (readonly Char[])[] {
  const parts: (readonly Char[])[] = [];
  for (let rest: readonly Char[] | null = chars; rest !== null; ) {
    const [part, others]: readonly [readonly Char[], readonly Char[] | null] = cutAt(rest, ',') ?? [rest, null];
    parts.push(part);
    rest = others;
  }
  return parts;
}

export type Comparison = '>' | '>=' | '<' | '<=' | '=';
const comparisons: readonly (readonly [string, Comparison])[] = [
  ['>=', '>='],
  ['<=', '<='],
  ['≥', '>='],
  ['≤', '<='],
  ['>', '>'],
  ['<', '<'],
  ['=', '='],
];

/** The part before the first bare comparison, and the rest from it on. */
export function cutAtComparison(chars: readonly Char[]): readonly [readonly Char[], readonly Char[]] {
  const at = chars.findIndex(({ character, literal }) => !literal && /[<>≤≥=]/u.test(character));
  return at < 0 ? [chars, []] : [chars.slice(0, at), chars.slice(at)];
}

/** A comparison at the start, and the rest. */
export function comparisonOf(chars: readonly Char[]): readonly [Comparison | null, readonly Char[]] {
  for (const [mark, comparison] of comparisons) {
    if (startsBare(chars, mark)) return [comparison, chars.slice(mark.length)];
  }
  return [null, chars];
}

function startsBare(chars: readonly Char[], mark: string): boolean {
  const start = chars.slice(0, mark.length);
  return start.every((char) => !char.literal) && textOf(start) === mark;
}
