/**
 * @file How text is prepared for full-text search, the same for what is indexed and for what is searched: letters
 * without case and accents, and characters of scripts that put no spaces between words as words of their own. The
 * index cuts at spaces and does nothing else (photoText.ts), so what is a word is said here alone. Pure.
 */

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
  // Final sigma; the others are what Lucene's Arabic and Persian analysers make equal: letters that keyboards differ in.
  ['ς', 'σ'],
  ['ٱ', 'ا'],
  ['ى', 'ي'],
  ['ی', 'ي'],
  ['ک', 'ك'],
  ['ة', 'ه'],
  ['ہ', 'ه'],
  // Apostrophes, whether Unicode takes them for letters or not.
  ['ʼ', "'"],
  ['ʻ', "'"],
  ['’', "'"],
  ['‘', "'"],
  ['׳', "'"],
  ['״', '"'],
]);
const withPlainLetters = new RegExp(`[${[...plainLetters.keys()].join('')}]`, 'gu');

const isAscii = /^[\u0020-\u007f]*$/;

/**
 * Marks that readers leave out or take as a nicety: accents of Latin, Greek and Cyrillic letters, the vowel points and
 * cantillation of Hebrew, Arabic and Syriac with the stroke that lengthens Arabic words (tatweel), and the dot below
 * letters (nukta) of Devanagari, Gurmukhi, Gujarati and Kannada. All other marks, such as the vowel signs of India, are
 * letters to their readers, and stay.
 */
const accents = new RegExp(
  [
    '[\\u0300-\\u036f\\u0483-\\u0489\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20ff\\ufe20-\\ufe2f',
    '\\u0591-\\u05bd\\u05bf\\u05c1\\u05c2\\u05c4\\u05c5\\u05c7',
    '\\u0610-\\u061a\\u0640\\u064b-\\u065f\\u0670\\u06d6-\\u06dc\\u06df-\\u06e4\\u06e7\\u06e8\\u06ea-\\u06ed',
    '\\u0730-\\u074a\\u0898-\\u089f\\u08ca-\\u08e1\\u08e3-\\u08ff\\u093c\\u0a3c\\u0abc\\u0cbc]',
  ].join(''),
  'gu',
);

/** A space without width, as between Thai words, and the break inside Persian ones, which is also written as a space. */
const hiddenSpaces = /\u200b|(?<=\p{Script=Arabic}\p{M}*)\u200c/gu;
/** Soft hyphens, joiners, marks of direction, selectors of a glyph: nobody sees them, so nobody types them. */
const invisible = /\p{Default_Ignorable_Code_Point}/gu;
const otherDigits = /(?![0-9])\p{Nd}/gu;

/** "Äpfel", "ÄPFEL" and "apfel" are equal afterwards; so are full-width and ordinary letters, and the digits of all scripts. */
export function foldText(text: string): string {
  if (isAscii.test(text)) return text.toLowerCase();
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(hiddenSpaces, ' ')
    .replaceAll(invisible, '')
    .replaceAll(accents, '')
    .replaceAll(withPlainLetters, (letter) => plainLetters.get(letter) ?? letter)
    .replaceAll(otherDigits, plainDigit)
    .normalize('NFC');
}

/** The digits of a script follow one another from zero to nine, and some scripts' follow another's. */
function plainDigit(digit: string): string {
  const codePoint = digit.codePointAt(0) ?? 0;
  let before = 0;
  while (/^\p{Nd}$/u.test(String.fromCodePoint(codePoint - before - 1))) before += 1;
  return String(before % 10);
}

const unspaced =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Bopomofo}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]/gu;
const picture = /[\p{Extended_Pictographic}\p{Regional_Indicator}]/gu;
/** Marks belong to their letters. */
const betweenWords = /[^\p{L}\p{M}\p{N}\p{Co}]+/gu;

/** Words with single spaces between them. */
export function searchableText(text: string): string {
  return spacedText(text).trim();
}

/** As `searchableText`; a space at either end says that the text begins or ends between words. */
export function spacedText(text: string): string {
  return separated(foldText(text)).replaceAll(betweenWords, ' ');
}

function separated(folded: string): string {
  if (isAscii.test(folded)) return folded;
  return folded.replaceAll(unspaced, ' $& ').replaceAll(picture, (character) => ` ${pictureWord(character)} `);
}

/**
 * Emoji are no letters, so each has a character for private use in the index. Emoji lie on planes 0 and 1, which fit the
 * two private planes.
 */
function pictureWord(character: string): string {
  return String.fromCodePoint(0xf0000 + ((character.codePointAt(0) ?? 0) & 0xffff));
}
