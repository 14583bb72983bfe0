/**
 * @file How text is prepared for full-text search, the same for what is indexed and for what is searched: letters
 * without case and accents, and characters of scripts that put no spaces between words as words of their own. Pure.
 */
import type { Pattern, PatternPart } from './query/ast.ts';

/** Letters that Unicode does not take apart into a plain one and an accent, though people type them so. */
const plainLetters: ReadonlyMap<string, string> = new Map([
  ['ß', 'ss'],
  ['æ', 'ae'],
  ['œ', 'oe'],
  ['ø', 'o'],
  ['ł', 'l'],
  ['đ', 'd'],
  ['ð', 'd'],
  ['þ', 'th'],
  ['ı', 'i'],
]);
const withPlainLetters = new RegExp(`[${[...plainLetters.keys()].join('')}]`, 'gu');

const isAscii = /^[\u0020-\u007f]*$/;
const accents = /[\u0300-\u036f]/gu;

/** "Äpfel", "ÄPFEL" and "apfel" are equal afterwards; so are full-width and ordinary letters. */
export function foldText(text: string): string {
  if (isAscii.test(text)) return text.toLowerCase();
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(accents, '')
    .replaceAll(withPlainLetters, (letter) => plainLetters.get(letter) ?? letter)
    .normalize('NFC');
}

const unspaced =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Bopomofo}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]/gu;
const picture = /\p{Extended_Pictographic}/gu;
/** The same characters as in FTS5's unicode61; see the catalog's schema. */
const betweenWords = /[^\p{L}\p{N}\p{Co}]+/gu;

/** Words with single spaces between them. */
export function searchableText(text: string): string {
  return separated(foldText(text)).replaceAll(betweenWords, ' ').trim();
}

function separated(folded: string): string {
  if (isAscii.test(folded)) return folded;
  return folded.replaceAll(unspaced, ' $& ').replaceAll(picture, (character) => ` ${pictureWord(character)} `);
}

/**
 * FTS5 takes emoji for punctuation, but characters for private use for letters: each emoji has one of those.
 * Emoji lie on planes 0 and 1, which fit the two private planes.
 */
function pictureWord(character: string): string {
  return String.fromCodePoint(0xf0000 + ((character.codePointAt(0) ?? 0) & 0xffff));
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
  if (part.kind === 'literal') return separated(foldText(part.text)).replaceAll(betweenWords, ' ');
  return part.kind === 'any' ? '*' : '?';
}
