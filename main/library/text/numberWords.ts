/** @file The one number that a short text says: "3", "three", "about 12", "twenty-one people", "三". Pure. */
import { foldText } from './searchableText.ts';

const small = [
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen',
  'eighteen nineteen',
]
  .join(' ')
  .split(' ');
const tens = 'twenty thirty forty fifty sixty seventy eighty ninety'.split(' ');
const units: ReadonlyMap<string, number> = new Map([
  ...small.map((word, value) => [word, value] as const),
  ...tens.map((word, index) => [word, (index + 2) * 10] as const),
]);
const multiples: ReadonlyMap<string, number> = new Map([
  ['dozen', 12],
  ['hundred', 100],
  ['thousand', 1000],
]);
const numberWord = new RegExp(`^(?:${[...units.keys(), ...multiples.keys()].join('|')})$`);

/** "1,200" has a separator of thousands, "1,5" a decimal comma. */
const digits = /(?<![\p{L}\p{N}.,])[-−]?\d+(?:,\d{3})+(?:\.\d+)?(?![\d])|(?<![\p{L}\p{N}.,])[-−]?\d+(?:[.,]\d+)?/gu;
const hanDigits = '〇一二三四五六七八九';
const hanNumber = /[〇零一二两三四五六七八九十百千]+/gu;

/** Nothing, in words. */
const none =
  /^(?:no|none|nothing|nobody)(?:[ ,.;!]|$)|\bno one\b|\b(?:is|are)(?: no| not any|n't any)\b|^(?:没有|没|无)/u;
/** More or less than what is said, either of two, or no certain number at all. */
const uncertain =
  /\b(?:(?:more|less|fewer|greater) than|over|under|at (?:least|most)|between|up to|or|several|many|few|some|no idea|not sure)\b|\d ?(?:\+|[-–~/] ?\d)|[几数余多]|一些|至少|至多|以上|以下|超过|或/u;

/** Undefined where the text says no number, several, or none for certain. */
export function numberSaid(text: string): number | undefined {
  const folded = foldText(text).trim();
  if (/^-?\d+(?:\.\d+)?$/.test(folded)) return Number(folded);
  if (uncertain.test(folded)) return undefined;
  const rest = folded.replaceAll(digits, ' ').replaceAll(/\bno one\b/g, ' ');
  const said = new Set([
    ...[...folded.matchAll(digits)].map(([written]) => numberOf(written)),
    ...wordNumbers(rest),
    ...[...rest.matchAll(hanNumber)].map(([written]) => hanValue(written)),
  ]);
  if (none.test(folded)) return said.size === 0 ? 0 : undefined;
  const [only] = said;
  return said.size === 1 ? only : undefined;
}

function numberOf(written: string): number {
  const plain = written.replace('−', '-');
  return Number(/,\d{3}(?:\D|$)/.test(plain) ? plain.replaceAll(',', '') : plain.replace(',', '.'));
}

/** Words that follow each other are one number: "two hundred and five". */
function wordNumbers(text: string): number[] {
  const found: number[] = [];
  let run: string[] = [];
  const words = text.split(/[^\p{L}\p{M}]+/u);
  for (const [index, word] of words.entries()) {
    const goesOn = word === 'and' && run.length > 0 && numberWord.test(words[index + 1] ?? '');
    if (numberWord.test(word)) run.push(word);
    else if (!goesOn || !multiples.has(run.at(-1) ?? '')) {
      if (run.length > 0) found.push(valueOfWords(run));
      run = [];
    }
  }
  return run.length > 0 ? [...found, valueOfWords(run)] : found;
}

function valueOfWords(words: readonly string[]): number {
  let [total, current] = [0, 0];
  for (const word of words) {
    const multiple = multiples.get(word);
    if (multiple === undefined) current += units.get(word) ?? 0;
    else if (multiple === 1000) [total, current] = [total + Math.max(current, 1) * multiple, 0];
    else current = Math.max(current, 1) * multiple;
  }
  return total + current;
}

function hanValue(written: string): number {
  let [total, digit] = [0, 0];
  let hasUnit = false;
  for (const character of written.replaceAll('零', '〇').replaceAll('两', '二')) {
    const unit = { 十: 10, 百: 100, 千: 1000 }[character];
    if (unit === undefined) digit = hasUnit ? hanDigits.indexOf(character) : digit * 10 + hanDigits.indexOf(character);
    else [total, digit, hasUnit] = [total + Math.max(digit, 1) * unit, 0, true];
  }
  return total + digit;
}
