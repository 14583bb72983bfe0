/**
 * @file Patterns of a query against short texts: in JavaScript for lists of labels, as GLOB for columns. Never as regular
 * expressions, which many stars can keep busy for ever. Pure.
 */
import { foldText, spacedText } from '../text/searchableText.ts';
import type { LabelTest, Pattern, PatternPart } from './ast.ts';
import type { PathField } from './fields.ts';

/** Whether a label passes the test; case and accents make no difference. */
export function labelMatcher({ pattern, whole }: LabelTest): (label: string) => boolean {
  const steps = stepsOf(pattern);
  const anywhere = !whole && !hasWildcards(pattern);
  return matcher(anywhere ? [any, ...steps, any] : steps);
}

/**
 * Whether a path such as `places/France` passes: where the levels of the pattern occur in it one after the other, so
 * that what is below them passes too; with `whole`, where the path is that and no more.
 */
export function pathMatcher(field: PathField, { pattern, whole }: LabelTest): (path: string) => boolean {
  // Windows' separators are slashes in folders; in a tag's name a backslash is a letter like any other.
  const levels = stepsOf(trimmed(field === 'folder' ? slashed(pattern) : pattern));
  if (whole) return matcher(levels);
  const matches = matcher([any, '/', ...levels, '/', any]);
  return (path) => matches(`/${path}/`);
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

const any = Symbol('any characters');
const one = Symbol('one character');
/** A string is that one character. */
type Step = string | typeof any | typeof one;

function stepsOf(pattern: Pattern): Step[] {
  return pattern.flatMap((part): Step[] => {
    if (part.kind === 'literal') return [...foldText(part.text)];
    return [part.kind === 'any' ? any : one];
  });
}

function matcher(steps: readonly Step[]): (text: string) => boolean {
  return (text) => isMatch(steps, [...foldText(text)]);
}

/**
 * Where a step fails, only the last star can still take more: what an earlier one could take, that one can, too. So there
 * are at most as many comparisons as steps times characters.
 */
function isMatch(steps: readonly Step[], characters: readonly string[]): boolean {
  let step = 0;
  let at = 0;
  let afterStar = -1;
  let starEnd = 0;
  while (at < characters.length) {
    if (steps[step] === any) {
      step += 1;
      afterStar = step;
      starEnd = at;
    } else if (step < steps.length && (steps[step] === one || steps[step] === characters[at])) {
      step += 1;
      at += 1;
    } else if (afterStar >= 0) {
      step = afterStar;
      starEnd += 1;
      at = starEnd;
    } else {
      return false;
    }
  }
  return steps.slice(step).every((rest) => rest === any);
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

/** Words that follow one another, lower case; they may have the wildcards `*` and `?`. */
export type Phrase = readonly string[];

/**
 * The phrases that a pattern stands for, all of which a text must have. There are several where a wildcard stands
 * alone between words, as in `犬*猫`; there is none where nothing is left but wildcards.
 */
export function phrasesOf(pattern: Pattern): readonly Phrase[] {
  const phrases: Phrase[] = [];
  let phrase: string[] = [];
  const words = pattern.map(patternText).join('').split(' ');
  for (const word of words.filter((candidate) => candidate !== '')) {
    if (!/^[*?]+$/.test(word)) {
      phrase.push(word);
    } else if (phrase.length > 0) {
      phrases.push(phrase);
      phrase = [];
    }
  }
  return phrase.length > 0 ? [...phrases, phrase] : phrases;
}

function patternText(part: PatternPart): string {
  if (part.kind === 'literal') return spacedText(part.text);
  return part.kind === 'any' ? '*' : '?';
}
