/** @file Reading a value: its text, its wildcards, and where an operator cuts it. Pure. */
import type { Pattern, PatternPart, Span } from './ast.ts';
import type { Glyph } from './tokens.ts';

/** What the glyphs say, quotation marks and escapes taken away. */
export function textOf(glyphs: readonly Glyph[]): string {
  return glyphs.map((glyph) => glyph.character).join('');
}

export function spanOf(glyphs: readonly Glyph[], otherwise: Span): Span {
  const first = glyphs[0];
  const last = glyphs.at(-1);
  if (first === undefined || last === undefined) return otherwise;
  return { offset: first.offset, length: last.offset + last.character.length - first.offset };
}

/** Words such as `none` mean something only where they are not quoted. */
export function bareWord(glyphs: readonly Glyph[]): string | null {
  return glyphs.every((glyph) => !glyph.literal) ? textOf(glyphs).toLowerCase() : null;
}

export function patternOf(glyphs: readonly Glyph[]): Pattern {
  const parts: PatternPart[] = [];
  for (const { character, literal } of glyphs) {
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
export function cutAt(glyphs: readonly Glyph[], mark: string): readonly [readonly Glyph[], readonly Glyph[]] | null {
  const at = glyphs.findIndex((_, index) => startsBare(glyphs.slice(index, index + mark.length), mark));
  return at < 0 ? null : [glyphs.slice(0, at), glyphs.slice(at + mark.length)];
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

/** A comparison at the start, and the rest. */
export function comparisonOf(glyphs: readonly Glyph[]): readonly [Comparison | null, readonly Glyph[]] {
  for (const [mark, comparison] of comparisons) {
    if (startsBare(glyphs, mark)) return [comparison, glyphs.slice(mark.length)];
  }
  return [null, glyphs];
}

function startsBare(glyphs: readonly Glyph[], mark: string): boolean {
  const start = glyphs.slice(0, mark.length);
  return start.every((glyph) => !glyph.literal) && textOf(start) === mark;
}
