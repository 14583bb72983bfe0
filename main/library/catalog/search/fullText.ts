/** @file The words of a query for FTS5: phrases, prefixes, and wildcards by way of the list of words. */

import type { Filter, Query } from '../../query/ast.ts';
import { literalOf, type Phrase, phrasesOf } from '../../query/patternMatch.ts';
import { QueryError } from '../../query/queryError.ts';
import { stemOf, writtenWords } from '../../text/wordStems.ts';
import type { SearchContext } from './condition.ts';
import { allOf, type Condition, isAmong } from './condition.ts';

type WordsFilter = Extract<Filter, { kind: 'words' }>;

/** More words than this behind one wildcard take FTS5 too long; the person means something narrower. */
export const maxWords = 2000;
const maxNested = 20;
/** FTS5 looks at each alternative for each photo, so that many at once take it longer than the same in pieces. */
const maxInOne = 32;

/**
 * The FTS5 expression for a query about words alone. Null where it is about anything else, too; where it asks only what
 * the text is not, since FTS5 can take away from what matches, but not from everything; and where wildcards stand for
 * so many words that they are better looked for in pieces.
 * @throws QueryError where they stand for even more, or where there is nothing to search for
 */
export function matchOf(context: SearchContext, query: Query): string | null {
  if (query.kind === 'words') {
    const phrases = alternativesOf(context, query);
    if (phrases.some((alternatives) => alternatives.length > maxInOne)) return null;
    return inPlace(query, phrases.map((alternatives) => grouped(anyOfPhrases(alternatives))).join(' AND '));
  }
  if (query.kind === 'or') {
    const operands = query.operands.map((operand) => matchOf(context, operand));
    return operands.every((operand) => operand !== null) ? unlessNested(operands.map(grouped).join(' OR ')) : null;
  }
  if (query.kind !== 'and') return null;
  const { match, rest } = splitOffWords(context, query.operands);
  return rest.length === 0 && match !== null ? unlessNested(match) : null;
}

/** FTS5 reads parentheses some thirty deep; SQL, which takes over where this is null, reads many more. */
function unlessNested(match: string): string | null {
  let depth = 0;
  let deepest = 0;
  for (const character of match) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    deepest = Math.max(deepest, depth);
  }
  return deepest <= maxNested ? match : null;
}

/** What all of the operands say about words, as one expression, and the operands that it does not cover. */
export function splitOffWords(
  context: SearchContext,
  operands: readonly Query[],
): { readonly match: string | null; readonly rest: readonly Query[] } {
  const wanted: string[] = [];
  const unwanted: string[] = [];
  const rest: Query[] = [];
  for (const operand of operands) {
    const match = matchOf(context, operand.kind === 'not' ? operand.operand : operand);
    if (match === null) rest.push(operand);
    else if (operand.kind === 'not') unwanted.push(match);
    else wanted.push(match);
  }
  if (wanted.length === 0) {
    return { match: null, rest: operands };
  }
  const all = wanted.map(grouped).join(' AND ');
  // One NOT for all: FTS5 cannot nest many.
  const less = unwanted.length === 0 ? '' : ` NOT (${unwanted.map(grouped).join(' OR ')})`;
  return { match: `${grouped(all)}${less}`, rest };
}

export function matchCondition(match: string): Condition {
  return isAmong('SELECT rowid FROM photo_text WHERE photo_text MATCH ?', match);
}

/** Words of which `matchOf` says that they are better looked for in pieces. @throws QueryError */
export function wordsCondition(context: SearchContext, filter: WordsFilter): Condition {
  const phrases = alternativesOf(context, filter);
  return allOf(
    phrases.map((alternatives) => {
      const pieces = Array.from({ length: Math.ceil(alternatives.length / maxInOne) }, (_, index) =>
        inPlace(filter, anyOfPhrases(alternatives.slice(index * maxInOne, (index + 1) * maxInOne))),
      );
      return isAmong(
        'SELECT photo_text.rowid FROM json_each(?) AS piece JOIN photo_text ON photo_text MATCH piece.value',
        JSON.stringify(pieces),
      );
    }),
  );
}

function grouped(match: string): string {
  return `(${match})`;
}

function inPlace({ place }: WordsFilter, match: string): string {
  return place === null ? match : `{${place}} : (${match})`;
}

/** A word that no text has. */
const nothing = '"\u{ffffc}"';

function anyOfPhrases(phrases: readonly string[]): string {
  return phrases.length === 0 ? nothing : phrases.join(' OR ');
}

/** Of each phrase that the text must have, what it may be, as FTS5 writes it. */
function alternativesOf(context: SearchContext, { pattern, exact, span }: WordsFilter): string[][] {
  const phrases = phrasesOf(pattern);
  if (phrases.length === 0) {
    throw new QueryError({ code: 'nothingToSearchFor', params: null }, span);
  }
  const written = exact ? new Map<string, string>() : writtenWords(literalOf(pattern));
  const formsOf = (word: string) => (exact ? [word] : wordsWithStem(context, word, written.get(word) ?? word));
  return phrases.map((phrase) => phraseAlternatives(context, phrase, formsOf, span));
}

function phraseAlternatives(
  context: SearchContext,
  phrase: Phrase,
  formsOf: (word: string) => readonly string[],
  span: WordsFilter['span'],
): string[] {
  const last = phrase.at(-1) ?? '';
  const isPrefix = /^[^*?]+\*$/.test(last);
  let phrases: string[][] = [[]];
  for (const [index, written] of phrase.entries()) {
    const isBeginning = isPrefix && index === phrase.length - 1;
    const word = isBeginning ? written.slice(0, -1) : written;
    const isPattern = /[*?]/.test(word);
    let choices = isPattern ? wordsLike(context, word) : isBeginning ? [word] : formsOf(word);
    // Where forms of several words meet, they are not worth a search in pieces.
    if (!isPattern && phrases.length * choices.length > maxInOne) choices = [word];
    if (phrases.length * choices.length > maxWords) {
      throw new QueryError({ code: 'tooManyWords', params: null }, span);
    }
    phrases = phrases.flatMap((start) => choices.map((choice) => [...start, choice]));
  }
  return phrases.map((choice) => `"${choice.join(' ')}"${isPrefix ? ' *' : ''}`);
}

/** The word, and all others that have its stem: "boat" and "boats". */
function wordsWithStem({ connection, wordsLike: known }: SearchContext, word: string, written: string) {
  const stem = stemOf(word, written);
  if (stem === null) return [word];
  const before = known.get(`${word} ${stem}`);
  if (before !== undefined) return before;
  const others = connection
    .prepare<[string, string, number], string>('SELECT word FROM photo_word WHERE stem = ? AND word <> ? LIMIT ?')
    .pluck()
    .all(stem, word, maxInOne - 1);
  const words = [word, ...others];
  known.set(`${word} ${stem}`, words);
  return words;
}

/** Words have letters, marks and digits only, so that the pattern is as GLOB wants it. */
function wordsLike({ connection, wordsLike: known }: SearchContext, pattern: string): readonly string[] {
  const before = known.get(pattern);
  if (before !== undefined) return before;
  const words = connection
    .prepare<[string, number], string>('SELECT word FROM photo_word WHERE word GLOB ? LIMIT ?')
    .pluck()
    .all(pattern, maxWords + 1);
  known.set(pattern, words);
  return words;
}
