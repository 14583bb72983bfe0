/** @file Fields as exports have them: a column each. For reader threads; what a photo's column holds is pure. */
import type { FieldDefinition } from '../../../../schemas/answerField.ts';
import type { ExportFilter } from '../../../../schemas/exports.ts';
import { fieldValue } from '../../text/fieldValue.ts';
import type { CatalogConnection } from '../connection.ts';
import { type AnswerField, answerFields } from '../texts/answerFields.ts';
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
  return answerFields(connection)
    .filter(({ questions }) =>
      questionIds === undefined
        ? withEmpty || questions.length > 0
        : questions.some(({ id }) => questionIds.includes(id)),
    )
    .map(columnOf);
}

/** All that hold a question: what a column of that title is when it comes back. */
export function fieldColumns(connection: CatalogConnection): FieldColumn[] {
  return answerFields(connection)
    .filter(({ questions }) => questions.length > 0)
    .map(columnOf);
}

function columnOf({ name, type, values, questions }: AnswerField): FieldColumn {
  return {
    ...{ name, type, values: [...values] },
    questions: questions.map(({ text }) => text),
    title: taken.has(name) ? `field_${name}` : name,
  };
}

/** The photo's answer to the field, a person's before a model's, then the newest. */
export function answerIn(
  { questions }: Pick<FieldColumn, 'questions'>,
  answers: readonly DocumentAnswer[],
): DocumentAnswer | undefined {
  const [first] = answers
    .filter(({ question }) => questions.includes(question))
    .toSorted(
      (one, other) => Number(other.source === 'human') - Number(one.source === 'human') || other.atMs - one.atMs,
    );
  return first;
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
