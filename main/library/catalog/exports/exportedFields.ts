/** @file Fields as exports have them: a column each. For reader threads; what a photo's column holds is pure. */
import type { FieldDefinition } from '../../../../schemas/answerField.ts';
import type { ExportFilter } from '../../../../schemas/exports.ts';
import { fieldValue } from '../../text/fieldValue.ts';
import type { CatalogConnection } from '../connection.ts';
import { type AnswerField, answerFields } from '../texts/answerFields.ts';
import { firstOfField } from '../texts/fieldAnswers.ts';
import type { DocumentAnswer } from './documentRecord.ts';

export type FieldColumn = Readonly<FieldDefinition> & {
  /** What the column is called. */
  readonly title: string;
};

/** Columns that tables have otherwise. */
const taken: ReadonlySet<string> = new Set(
  `file_name caption text texts width height model prompt itm doubtful alt_text long_description tags answers rating flag
   label`.split(/\s+/),
);

/**
 * Those that hold a question whose answers are exported.
 * @param withEmpty whether fields that hold no question come along, where all questions do: their definitions, which a
 * person wrote, are all there is of them
 */
export function exportedFields(
  connection: CatalogConnection,
  { included, questionIds }: ExportFilter,
  { withEmpty = false } = {},
): FieldColumn[] {
  if (!included.answers) return [];
  return columnsOf(answerFields(connection), ({ questions }) =>
    questionIds === undefined
      ? withEmpty || questions.length > 0
      : questions.some(({ id }) => questionIds.includes(id)),
  );
}

/** All that hold a question: what a column of that title is when it comes back. */
export function fieldColumns(connection: CatalogConnection): FieldColumn[] {
  return columnsOf(answerFields(connection), ({ questions }) => questions.length > 0);
}

/** Those that are wanted, each with a title of its own: the same whichever of the others are wanted, too. */
function columnsOf(fields: readonly AnswerField[], isWanted: (field: AnswerField) => boolean): FieldColumn[] {
  const titles = new Set(fields.map(({ name }) => name).filter((name) => !taken.has(name)));
  const titleOf = (name: string): string => {
    if (!taken.has(name)) return name;
    let title = `field_${name}`;
    while (titles.has(title)) title = `field_${title}`;
    titles.add(title);
    return title;
  };
  return fields
    .map((field) => ({ field, title: titleOf(field.name) }))
    .filter(({ field }) => isWanted(field))
    .map(({ field: { name, type, values, questions }, title }) => ({
      ...{ name, type, values: [...values], title },
      questions: questions.map(({ text }) => text),
    }));
}

/** The photo's answer to the field. */
export function answerIn(
  { questions }: Pick<FieldColumn, 'questions'>,
  answers: readonly DocumentAnswer[],
): DocumentAnswer | undefined {
  return firstOfField(answers.filter(({ question }) => questions.includes(question)));
}

export type ColumnValue = string | number | boolean | null;

/** Of the field's type; null where there is no answer, and of one that does not fit. */
export function columnValue(field: FieldColumn, answers: readonly DocumentAnswer[]): ColumnValue {
  const answer = answerIn(field, answers);
  const value = answer === undefined ? undefined : fieldValue(field, answer.text);
  if (value === undefined) return null;
  if (field.type === 'yesNo') return value === 'yes';
  return field.type === 'number' ? Number(value) : value;
}

/** In words: an answer that does not fit as it is. */
export function columnText(field: FieldColumn, answers: readonly DocumentAnswer[]): string {
  const answer = answerIn(field, answers);
  return answer === undefined ? '' : (fieldValue(field, answer.text) ?? answer.text);
}
