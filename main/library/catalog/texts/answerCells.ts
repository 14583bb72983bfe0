/** @file The cells of a run's table of answers in SQL: what each shows, and which rows a filter means. Reader threads. */
import type { AnswerFilter, AnswerValueFilter } from '../../../../schemas/answerFilter.ts';
import { fieldValue } from '../../text/fieldValue.ts';
import { foldText } from '../../text/searchableText.ts';
import type { CatalogConnection } from '../connection.ts';
import { type Condition, condition, type SqlValue } from '../search/condition.ts';
import { fieldsByQuestion } from './answerFields.ts';
import { answerKey } from './answers.ts';

/** An answer is unsure where the next choice is less likely by no more than this. */
const unsureLead = 0.2;

/** SQL for the ids of the table's photos: those that the run answered, and those that it failed to. Takes the run's id twice. */
export const rowPhotos = `
  SELECT photo_id FROM answer WHERE run_id = ? AND removed_run_id IS NULL
  UNION SELECT photo_id FROM job WHERE run_id = ? AND state <> 'waiting'`;

/** SQL for the id of the answer that a cell shows: the person's, otherwise the run's. Takes the run's id. */
export function cellId(photoId: string, questionId: string): string {
  return `(SELECT id FROM answer INDEXED BY answer_photo
    WHERE photo_id = ${photoId} AND question_id = ${questionId} AND removed_run_id IS NULL
      AND (run_id = ? OR (shown = 1 AND source = 'human'))
    ORDER BY (shown = 1 AND source = 'human') DESC, id DESC LIMIT 1)`;
}

/** SQL for whether another choice was nearly as likely. */
export function isUnsure(answer: string): string {
  return `(${answer}.choices IS NOT NULL AND choice_lead(${answer}.choices) < ${unsureLead})`;
}

/** The questions of the run: also those of which no answer is there (yet). */
export function askedQuestions(connection: CatalogConnection, runId: number): { id: number; text: string }[] {
  return connection
    .prepare<[number, number], { id: number; text: string }>(
      `SELECT id, text FROM question WHERE id IN (
         SELECT question_id FROM answer WHERE run_id = ? UNION SELECT question_id FROM job WHERE run_id = ?)
       ORDER BY id`,
    )
    .all(runId, runId);
}

/** What the filter asks of `row.photo_id`. */
export function rowConditions(connection: CatalogConnection, runId: number, filter: AnswerFilter): Condition[] {
  const letters = filter.letters.trim();
  const { column } = filter;
  const among =
    column === 'any' ? askedQuestions(connection, runId).map(({ id }) => id) : column === 'photo' ? [] : [column];
  return [
    ...(letters === '' ? [] : [lettersCondition(runId, letters, among, typeof column === 'string')]),
    ...filter.values.map((value) => valueCondition(connection, runId, value)),
  ];
}

interface Test {
  readonly sql: string;
  readonly parameters: readonly SqlValue[];
}

function lettersCondition(runId: number, letters: string, questionIds: readonly number[], isName: boolean): Condition {
  const tests: Test[] = questionIds.map((questionId) => ({
    sql: `instr((SELECT text_key FROM answer WHERE id = ${cellId('row.photo_id', '?')}), ?) > 0`,
    parameters: [questionId, runId, answerKey(letters)],
  }));
  if (isName) {
    const sql = 'instr((SELECT name_folded FROM photo WHERE id = row.photo_id), ?) > 0';
    tests.push({ sql, parameters: [foldText(letters)] });
  }
  return anyTest(tests);
}

function valueCondition(connection: CatalogConnection, runId: number, filter: AnswerValueFilter): Condition {
  const { questionId, answers, none, unsure, unfit } = filter;
  const id = cellId('row.photo_id', '?');
  const keys = JSON.stringify(keysMeant(connection, runId, filter));
  return anyTest([
    ...(answers.length === 0 && !unfit
      ? []
      : [
          {
            sql: `(SELECT text_key FROM answer WHERE id = ${id}) IN (SELECT value FROM json_each(?))`,
            parameters: [questionId, runId, keys],
          },
        ]),
    ...(none ? [{ sql: `${id} IS NULL`, parameters: [questionId, runId] }] : []),
    ...(unsure
      ? [
          {
            sql: `(SELECT ${isUnsure('cell')} FROM answer AS cell WHERE id = ${id})`,
            parameters: [questionId, runId],
          },
        ]
      : []),
  ]);
}

/** The keys of answers in the column that are meant: those whose words mean a chosen value of the field, too. */
function keysMeant(connection: CatalogConnection, runId: number, filter: AnswerValueFilter): string[] {
  const { questionId, answers, unfit } = filter;
  const written = answers.map(answerKey);
  const field = fieldsByQuestion(connection).get(questionId);
  if (field === undefined || field.type === 'text') return written;
  return connection
    .prepare<number[], string>(
      `SELECT text_key FROM answer WHERE run_id = ? AND question_id = ? AND removed_run_id IS NULL
       UNION SELECT text_key FROM answer INDEXED BY answer_text WHERE question_id = ? AND shown = 1`,
    )
    .pluck()
    .all(runId, questionId, questionId)
    .filter((key) => {
      const value = fieldValue(field, key);
      return value === undefined ? unfit || written.includes(key) : answers.includes(value);
    });
}

function anyTest(tests: readonly Test[]): Condition {
  const sql = tests.length === 0 ? '0' : tests.map((test) => test.sql).join(' OR ');
  return condition(`(${sql})`, ...tests.flatMap(({ parameters }) => parameters));
}
