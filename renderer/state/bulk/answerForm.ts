/** @file How one of the questions to many photos may be answered, as a form has it. Renderer only. */
import type { AskedQuestion } from '../../../preload/contract/work.ts';
import type { FieldType } from '../../../schemas/choices.ts';
import { typedList } from '../typedLines.ts';

/** `field`: what the field of that name allows, which is there already. */
export type AnswerKind = 'any' | 'yesNo' | 'number' | 'list' | 'tag' | 'field';

export interface AnswerForm {
  readonly kind: AnswerKind;
  readonly choiceText: string;
  /** Of tags. */
  readonly below: string;
  /** Of the field that answers are kept as. */
  readonly name: string;
}

export const anyAnswer: AnswerForm = { kind: 'any', choiceText: '', below: '', name: '' };

const fieldTypeOf = { any: 'text', yesNo: 'yesNo', number: 'number', list: 'list', tag: 'text' } as const;
const kindOfField: Record<FieldType, AnswerKind> = { yesNo: 'field', list: 'field', number: 'number', text: 'any' };
const yesNo = ['yes', 'no'];

/** Nothing is chosen, and a model's settings count. */
export function isFree({ kind }: AnswerForm): boolean {
  return kind === 'any' || kind === 'number';
}

/** What is named as a field that is there is answered as it allows, unless something else was said. */
export function withName(form: AnswerForm, name: string, known: FieldType | undefined): AnswerForm {
  const isByField = form.kind === 'any' || form.kind === 'field';
  return { ...form, name, kind: isByField ? (known === undefined ? 'any' : kindOfField[known]) : form.kind };
}

export function answerFormOf({ choices, fromVocabulary, isFree: free, field }: AskedQuestion): AnswerForm {
  const form = {
    ...anyAnswer,
    choiceText: (choices ?? []).join(', '),
    below: fromVocabulary?.below ?? '',
    name: field?.name ?? '',
  };
  if (choices !== undefined) {
    return choices.join() === yesNo.join() ? { ...form, kind: 'yesNo', choiceText: '' } : { ...form, kind: 'list' };
  }
  if (fromVocabulary !== undefined) return { ...form, kind: 'tag' };
  if (field?.type === 'number') return { ...form, kind: 'number' };
  return { ...form, kind: field === undefined || free === true ? 'any' : 'field' };
}

/** Undefined where something is missing. */
export function answeredAs(
  { kind, choiceText, below, name }: AnswerForm,
  keepsFields: boolean,
): Omit<AskedQuestion, 'question'> | undefined {
  const choices = kind === 'yesNo' ? yesNo : typedList(choiceText);
  if (kind === 'list' && choices.length < 2) return undefined;
  const isKept = keepsFields && name.trim() !== '';
  return {
    ...(kind === 'yesNo' || kind === 'list' ? { choices: [...choices] } : {}),
    ...(kind === 'tag' ? { fromVocabulary: below.trim() === '' ? {} : { below: below.trim() } } : {}),
    ...(isKept && isFree({ kind, choiceText, below, name }) ? { isFree: true } : {}),
    ...(isKept ? { field: { name: name.trim(), ...(kind === 'field' ? {} : { type: fieldTypeOf[kind] }) } } : {}),
  };
}
