/**
 * @file Which photos have which value of each field: of all photos, or of some. Fields of texts are none of these, for hardly
 * two photos have the same. Reader threads.
 */
import { isNumberIn, textNumber } from '../../query/numbers.ts';
import { fieldValue } from '../../text/fieldValue.ts';
import type { CatalogConnection } from '../connection.ts';
import { type AnswerField, answerFields } from '../texts/answerFields.ts';
import { isFieldAnswer } from '../texts/fieldAnswers.ts';
import { answerKeysOf } from './answerFilter.ts';
import { allOf, type Condition, condition } from './condition.ts';

/** By the id of the field and the value; each photo once with a field. */
export type PhotosByFieldValue = ReadonlyMap<string, Uint32Array>;

export function countedFields(connection: CatalogConnection): AnswerField[] {
  return answerFields(connection).filter(({ type, questions }) => type !== 'text' && questions.length > 0);
}

/** Of all photos, read from indexes. */
export function fieldRows(connection: CatalogConnection): PhotosByFieldValue {
  const gathered = new Map<string, number[]>();
  for (const field of countedFields(connection)) {
    const { isAnswer, questionIds } = answersOf(field);
    for (const key of answerKeysOf(connection, questionIds)) {
      const value = fieldValue(field, key);
      if (value === undefined) continue;
      const { sql, parameters } = allOf([isAnswer, condition('given.text_key = ?', key)]);
      const ids = connection
        .prepare<(string | number)[], number>(`SELECT given.photo_id FROM answer AS given WHERE ${sql}`)
        .pluck()
        .all(...parameters);
      const known = gathered.get(rowKey(field, value));
      if (known === undefined) gathered.set(rowKey(field, value), ids);
      else for (const id of ids) known.push(id);
    }
  }
  return packed(gathered);
}

/** Of some photos. @param ids as JSON */
export function fieldRowsOf(connection: CatalogConnection, ids: string): PhotosByFieldValue {
  const gathered = new Map<string, number[]>();
  for (const field of countedFields(connection)) {
    const among = condition('given.photo_id IN (SELECT value FROM json_each(?))', ids);
    const { sql, parameters } = allOf([answersOf(field).isAnswer, among]);
    const rows = connection
      .prepare<(string | number)[], [number, string]>(
        `SELECT given.photo_id, given.text_key FROM answer AS given INDEXED BY answer_photo WHERE ${sql}`,
      )
      .raw()
      .all(...parameters);
    for (const [id, key] of rows) {
      const value = fieldValue(field, key);
      if (value === undefined) continue;
      const known = gathered.get(rowKey(field, value));
      if (known === undefined) gathered.set(rowKey(field, value), [id]);
      else known.push(id);
    }
  }
  return packed(gathered);
}

/** A number stands for all that a query for it finds: 12 for 12.3, too. */
export function fieldValuesOf(
  field: AnswerField,
  rows: PhotosByFieldValue,
): { readonly value: string; readonly photoIds: Uint32Array }[] {
  const start = rowKey(field, '');
  const values = [...rows]
    .filter(([key]) => key.startsWith(start))
    .map(([key, photoIds]) => ({ value: key.slice(start.length), photoIds }));
  if (field.type !== 'number') return values;
  return values.map(({ value, photoIds }) => {
    const number = textNumber(value);
    const meant = number === null ? [] : values.filter((one) => isNumberIn(number, Number(one.value)));
    return meant.length < 2
      ? { value, photoIds }
      : { value, photoIds: new Uint32Array(meant.flatMap((one) => [...one.photoIds])) };
  });
}

function answersOf(field: AnswerField): { readonly isAnswer: Condition; readonly questionIds: readonly number[] } {
  const questionIds = field.questions.map(({ id }) => id);
  return { isAnswer: isFieldAnswer(field, questionIds), questionIds };
}

function rowKey({ id }: AnswerField, value: string): string {
  return `${id} ${value}`;
}

function packed(gathered: ReadonlyMap<string, readonly number[]>): PhotosByFieldValue {
  return new Map([...gathered].map(([key, ids]) => [key, new Uint32Array(ids)]));
}
