/** @file Patterns of a query against short texts: in JavaScript for lists of labels, as GLOB for columns. Pure. */
import type { LabelTest, Pattern } from './query/ast.ts';
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
export function pathMatcher({ pattern, whole }: LabelTest): (path: string) => boolean {
  const levels = source(trimmed(pattern));
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

/** Slashes at the ends say nothing: `folder:2024/` is `folder:2024`. Windows' separators are slashes here. */
function trimmed(pattern: Pattern): Pattern {
  const last = pattern.length - 1;
  return pattern.map((part, index) => {
    if (part.kind !== 'literal') return part;
    const slashed = part.text.replaceAll('\\', '/');
    const start = index === 0 ? slashed.replace(/^\/+/, '') : slashed;
    return { kind: 'literal', text: index === last ? start.replace(/\/+$/, '') : start };
  });
}
