/** @file What the column of a field says of a photo: an answer to the first of its questions. Pure. */
import type { FieldColumn } from '../../catalog/exports/exportedFields.ts';
import { answerKey } from '../../catalog/texts/answers.ts';
import { questionKey } from '../../catalog/texts/questionKey.ts';
import { fieldValue } from '../../text/fieldValue.ts';
import type { ImportedAnswer } from './importRecord.ts';
import { unsigned } from './soundTexts.ts';

/** Undefined where the cell is empty, or holds nothing that a field can have. */
export function fieldAnswer(field: FieldColumn, cell: unknown): ImportedAnswer | undefined {
  const [question] = field.questions;
  const text = cellText(cell);
  return question === undefined || text === undefined ? undefined : { ...unsigned(text), question, field };
}

function cellText(cell: unknown): string | undefined {
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no';
  if (typeof cell === 'string') return cell.trim() === '' ? undefined : cell;
  return typeof cell === 'bigint' || (typeof cell === 'number' && Number.isFinite(cell)) ? String(cell) : undefined;
}

/** Equal for answers that say the same to the field; without one, for those that are worded alike. */
export function valueKey(field: FieldColumn | undefined): (text: string) => string {
  return (text) => (field === undefined ? undefined : fieldValue(field, text)) ?? answerKey(text);
}

/** Whether one of the answers to the field's questions says the same: the column was made from it. */
export function isSaidBy(
  answers: readonly { readonly question: string; readonly text: string }[],
  { text, field }: ImportedAnswer,
): boolean {
  if (field === undefined) return false;
  const [keyOf, keys] = [valueKey(field), field.questions.map(questionKey)];
  return answers.some((answer) => keys.includes(questionKey(answer.question)) && keyOf(answer.text) === keyOf(text));
}
