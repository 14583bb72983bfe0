/** @file Patterns of a query against short texts: in JavaScript for lists of labels, as GLOB for columns. Pure. */
import type { LabelTest, Pattern } from './query/ast.ts';
import type { PathField } from './query/fields.ts';
import { foldText } from './searchableText.ts';

/** Whether a label passes the test; case and accents make no difference. */
export function labelMatcher({ pattern, whole }: LabelTest): (label: string) => boolean {
  const anywhere = !whole && !hasWildcards(pattern);
  const expression = new RegExp(anywhere ? source(pattern) : `^${source(pattern)}$`, 'su');
  return (label) => expression.test(foldText(label));
}

/**
 * Whether a path such as `places/France` passes: where the levels of the pattern occur in it one after the other, so
 * that what is below them passes too; with `whole`, where the path is that and no more.
 */
export function pathMatcher(field: PathField, { pattern, whole }: LabelTest): (path: string) => boolean {
  // Windows' separators are slashes in folders; in a tag's name a backslash is a letter like any other.
  const levels = source(trimmed(field === 'folder' ? slashed(pattern) : pattern));
  const expression = new RegExp(whole ? `^${levels}$` : `(?:^|/)${levels}(?:/|$)`, 'su');
  return (path) => expression.test(foldText(path));
}

/** For text that `fold` was applied to before it was stored. */
export function globOf(pattern: Pattern, fold: (text: string) => string): string {
  return pattern
    .map((part) => {
      if (part.kind !== 'literal') return part.kind === 'any' ? '*' : '?';
      return fold(part.text).replaceAll(/[*?[]/g, '[$&]');
    })
    .join('');
}

export function hasWildcards(pattern: Pattern): boolean {
  return pattern.some((part) => part.kind !== 'literal');
}

/** Of a pattern without wildcards. */
export function literalOf(pattern: Pattern): string {
  return pattern.map((part) => (part.kind === 'literal' ? part.text : '')).join('');
}

function source(pattern: Pattern): string {
  return pattern
    .map((part) => {
      if (part.kind !== 'literal') return part.kind === 'any' ? '.*' : '.';
      return RegExp.escape(foldText(part.text));
    })
    .join('');
}

function slashed(pattern: Pattern): Pattern {
  return pattern.map((part) =>
    part.kind === 'literal' ? { kind: 'literal', text: part.text.replaceAll('\\', '/') } : part,
  );
}

/** Slashes at the ends say nothing: `folder:2024/` is `folder:2024`. */
function trimmed(pattern: Pattern): Pattern {
  const last = pattern.length - 1;
  return pattern.map((part, index) => {
    if (part.kind !== 'literal') return part;
    const start = index === 0 ? part.text.replace(/^\/+/, '') : part.text;
    return { kind: 'literal', text: index === last ? start.replace(/\/+$/, '') : start };
  });
}
