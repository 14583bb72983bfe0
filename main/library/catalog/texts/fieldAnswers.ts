/** @file The answers that a field holds: one of each photo, and which values there are. Reader threads and main process. */
import type { Source } from '../../../../schemas/provenance.ts';
import { fieldValue } from '../../text/fieldValue.ts';
import type { CatalogConnection } from '../connection.ts';
import { allOf, type Condition, condition, isOneOf } from '../search/condition.ts';
import type { AnswerField } from './answerFields.ts';

/** Of the answers to several questions of a field, a person's goes before a model's, and the newest before others. */
const rank = (answer: string) => `(${answer}.source = 'human', ${answer}.id)`;

/** The same of the answers of one photo. */
export function firstOfField<Answer extends { readonly source: Source; readonly id: number }>(
  answers: readonly Answer[],
): Answer | undefined {
  const [first] = answers.toSorted(
    (one, other) => Number(other.source === 'human') - Number(one.source === 'human') || other.id - one.id,
  );
  return first;
}

/**
 * What the answer `given` has to meet to be what its photo shows of the field.
 * @param questionIds all of the field's; some of them where only those are meant, or of a question that no field has
 */
export function isFieldAnswer(
  field: Pick<AnswerField, 'questions'> | undefined,
  questionIds: readonly number[],
): Condition {
  const own = [condition('given.shown = 1'), isOneOf('given.question_id', questionIds)];
  if (questionIds.length < 2 || field?.questions.length !== questionIds.length) return allOf(own);
  const others = isOneOf('other.question_id', questionIds);
  const isFirst = `NOT EXISTS (SELECT 1 FROM answer AS other WHERE other.photo_id = given.photo_id AND other.shown = 1
    AND ${others.sql} AND ${rank('other')} > ${rank('given')})`;
  return allOf([...own, condition(isFirst, ...others.parameters)]);
}

export interface FieldValueCount {
  /** Of answers that do not fit, what the first of them says. */
  readonly value: string;
  readonly fits: boolean;
  readonly photos: number;
}

/** A list's values in its order, yes before no, all others by how many photos have them; what does not fit comes last. */
export function fieldValues(connection: CatalogConnection, field: AnswerField): FieldValueCount[] {
  const isAnswer = isFieldAnswer(
    field,
    field.questions.map(({ id }) => id),
  );
  const rows = connection
    .prepare<(string | number)[], { key: string; text: string; photos: number }>(
      `SELECT text_key AS key, min(text) AS text, count(*) AS photos FROM answer AS given
       WHERE ${isAnswer.sql} GROUP BY text_key ORDER BY photos DESC, key`,
    )
    .all(...isAnswer.parameters);
  return gathered(field, rows);
}

const collator = new Intl.Collator('en', { numeric: true });

/** @param rows answers with their keys, the most frequent first */
export function gathered(
  field: Pick<AnswerField, 'type' | 'values'>,
  rows: readonly { readonly key: string; readonly text: string; readonly photos: number }[],
): FieldValueCount[] {
  const fixed = field.type === 'yesNo' ? ['yes', 'no'] : field.values;
  const photosOf = new Map(fixed.map((value) => [value, 0]));
  const unfit: FieldValueCount[] = [];
  // The key, for a text is one value however it is capitalised; its first spelling stands for all.
  for (const { key, text, photos } of rows) {
    const value = fieldValue(field, field.type === 'text' ? text : key);
    if (value === undefined) unfit.push({ value: text.trim(), fits: false, photos });
    else photosOf.set(value, (photosOf.get(value) ?? 0) + photos);
  }
  const fitting = [...photosOf].map(([value, photos]) => ({ value, fits: true, photos }));
  const ordered =
    fixed.length > 0
      ? fitting
      : fitting.toSorted((one, other) => other.photos - one.photos || collator.compare(one.value, other.value));
  return [...ordered, ...unfit];
}
