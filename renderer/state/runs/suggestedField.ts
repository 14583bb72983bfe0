/** @file What kind of field the answers to a question suggest. Pure; renderer only. */
import type { AnswerValues } from '../../../preload/contract/answers.ts';
import type { Field } from '../../../preload/contract/fields.ts';

/** A list with more values is chosen from no more. */
const maxListed = 20;
/** Of the answers, to be taken for the rule. */
const share = 0.8;
const number =
  /^(?:\D{0,20}\d[\d.,]*\D*|(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|none)\b.*|[零一二两三四五六七八九十]+.*)$/iu;

/** Without a name, which a person gives. */
export function suggestedField(
  question: string,
  { values, total }: Pick<AnswerValues, 'values' | 'total'>,
  isChoice: boolean,
): Omit<Field, 'id'> {
  const field = { name: '', values: [], questions: [question] };
  const photos = values.reduce((sum, value) => sum + value.photos, 0);
  const isMostly = (pattern: RegExp) =>
    photos > 0 &&
    values.reduce((sum, value) => sum + (pattern.test(value.answer) ? value.photos : 0), 0) >= share * photos;
  if (isMostly(/^(?:yes|no)\b|^(?:是|否|有|没有|不是)(?!\p{L})/iu)) return { ...field, type: 'yesNo' };
  if (isMostly(number)) return { ...field, type: 'number' };
  if (isChoice || (total > 0 && total <= maxListed)) {
    return { ...field, type: 'list', values: values.map(({ answer }) => answer) };
  }
  return { ...field, type: 'text' };
}
