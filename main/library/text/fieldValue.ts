/**
 * @file What an answer says to a field of a type, however it is worded: "Yes, there is." is yes, "about 12" is 12, "WINTER" is
 * winter. Answers themselves stay as they were written. Pure.
 */
import type { FieldType } from '../../../schemas/choices.ts';
import { numberSaid } from './numberWords.ts';
import { foldText } from './searchableText.ts';

export interface FieldKind {
  readonly type: FieldType;
  /** Of a list. */
  readonly values: readonly string[];
}

/**
 * The value as fields show and compare it: `yes` or `no`, a decimal number, the list's own spelling, or the text. Undefined
 * where the answer does not fit. The same for an answer and for its key, but for a text's capitals and end mark.
 */
export function fieldValue({ type, values }: FieldKind, answer: string): string | undefined {
  switch (type) {
    case 'yesNo':
      return yesOrNo(answer);
    case 'number':
      return numberSaid(answer)?.toString();
    case 'list':
      return listValue(values, answer);
    case 'text':
      return answer.trim() === '' ? undefined : answer.trim();
  }
}

const ends = String.raw`(?=$|[\s,，.。!！;；:：、-])`;
const yes = new RegExp(`^(?:yes|yeah|yep|yup|true|correct|y|是|是的|有|有的|对|对的)${ends}`, 'u');
const no = new RegExp(
  `^(?:no|nope|none|false|n|不|不是|不对|否|没|没有|无)${ends}|^there (?:is no|are no|is not|are not|isn't|aren't)${ends}`,
  'u',
);
/** Neither, or both. */
const undecided = /\b(?:yes (?:and|or|\/) ?no|no (?:idea|clue|way to)|not sure|unsure|unclear|maybe)\b|yes\/no|是否/u;

function yesOrNo(answer: string): 'yes' | 'no' | undefined {
  const folded = foldText(answer).trim();
  if (undecided.test(folded)) return undefined;
  if (yes.test(folded)) return 'yes';
  return no.test(folded) ? 'no' : undefined;
}

/** Another value, or its opposite, may be meant. */
const doubtful = /\b(?:not|no|nor|neither|or|isn't|n't)\b|[不没非或]/u;

/** By the value's words, or where a sentence names one value and no other. */
function listValue(values: readonly string[], answer: string): string | undefined {
  const said = wordsOf(answer);
  const exact = values.find((value) => wordsOf(value) === said);
  if (exact !== undefined || said.trim() === '' || doubtful.test(foldText(answer))) return exact;
  const named = values.filter((value) => isNamedIn(said, wordsOf(value)));
  // "dark blue" names "blue", too.
  const longest = named.filter(
    (value) => !named.some((other) => other !== value && isNamedIn(wordsOf(other), wordsOf(value))),
  );
  return longest.length === 1 ? longest[0] : undefined;
}

/** With a space at either end. */
function wordsOf(text: string): string {
  return ` ${foldText(text)
    .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim()} `;
}

function isNamedIn(said: string, words: string): boolean {
  // Scripts that write no spaces between words have none to hold on to.
  const isSpaceless = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(words);
  return words.trim() !== '' && said.includes(isSpaceless ? words.trim() : words);
}
