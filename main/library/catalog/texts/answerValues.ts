/** @file What a column of a run's table of answers holds: each value with its photos. Reader threads. */
import type { AnswerFilter } from '../../../../schemas/answerFilter.ts';
import { fieldValue } from '../../text/fieldValue.ts';
import type { CatalogConnection } from '../connection.ts';
import type { SqlValue } from '../search/condition.ts';
import { isElsewhere } from './actRank.ts';
import { cellId, isUnsure, rowConditions, rowPhotos } from './answerCells.ts';
import { fieldsByQuestion } from './answerFields.ts';
import { answerKey } from './answers.ts';
import { gathered } from './fieldAnswers.ts';

export interface AnswerValuesArgs {
  readonly runId: number;
  readonly questionId: number;
  readonly filter: AnswerFilter;
  readonly limit: number;
}

export interface AnswerValue {
  /** As the first photo has it: capitals, spaces and an end mark make no other value. Of a field, its value. */
  readonly answer: string;
  readonly photos: number;
  /** False of one that is no value of the field that holds the answers. */
  readonly fits: boolean;
}

export interface AnswerValues {
  /** Those with the most photos, the most first; of a field in its order, and what does not fit last. */
  readonly values: readonly AnswerValue[];
  /** Values there are. */
  readonly total: number;
  /** Photos without an answer. */
  readonly none: number;
  /** Photos whose answer the model chose although another was nearly as likely. */
  readonly unsure: number;
  /** Photos whose answer is no value of the field. */
  readonly unfit: number;
}

/** Of the rows that meet the filter. */
export function answerValues(connection: CatalogConnection, args: AnswerValuesArgs): AnswerValues {
  const { sql, parameters } = cellsOf(connection, args);
  const groups = connection
    .prepare<
      SqlValue[],
      { first: number | null; key: string | null; answer: string | null; photos: number; unsure: number }
    >(
      `SELECT min(cell.id) AS first, cell.text_key AS key, cell.text AS answer, count(*) AS photos,
         coalesce(sum(${isUnsure('cell')}), 0) AS unsure
       ${sql} GROUP BY cell.text_key ORDER BY photos DESC, key`,
    )
    .all(...parameters);
  const field = fieldsByQuestion(connection).get(args.questionId);
  const rows = groups.flatMap(({ key, answer: text, photos }) =>
    key === null || text === null ? [] : [{ key, text, photos }],
  );
  const values =
    field === undefined
      ? rows.map(({ text, photos }) => ({ answer: text.trim(), photos, fits: true }))
      : gathered(field, rows)
          .filter(({ photos }) => photos > 0)
          .map(({ value, ...counted }) => ({ answer: value, ...counted }));
  return {
    values: values.slice(0, args.limit),
    total: values.length,
    none: groups.find(({ key }) => key === null)?.photos ?? 0,
    unsure: groups.reduce((sum, { unsure }) => sum + unsure, 0),
    unfit: values.reduce((sum, { fits, photos }) => sum + (fits ? 0 : photos), 0),
  };
}

/** What one photo is answered. */
export interface PhotoAnswer {
  readonly photoId: number;
  /** See `answerKey`; of a field the key of its value, where the answer has one. */
  readonly key: string;
  /** A person's, where it is no model's. */
  readonly personRunId: number | null;
  /** Of a person here, not of one whose answer was imported. */
  readonly isOfPersonHere: boolean;
}

/** Of the rows that meet the filter and have an answer, in the order of the photos. */
export function photoAnswers(connection: CatalogConnection, args: Omit<AnswerValuesArgs, 'limit'>): PhotoAnswer[] {
  const { sql, parameters } = cellsOf(connection, args);
  const field = fieldsByQuestion(connection).get(args.questionId);
  const keyOf = memoized((key: string) => answerKey((field === undefined ? undefined : fieldValue(field, key)) ?? key));
  return connection
    .prepare<SqlValue[], { photoId: number; key: string; personRunId: number | null; here: number | null }>(
      `SELECT row.photo_id AS photoId, cell.text_key AS key, iif(cell.source = 'human', cell.run_id, NULL) AS personRunId,
         cell.source = 'human' AND NOT ${isElsewhere('cell.run_id')} AS here
       ${sql} AND cell.id IS NOT NULL ORDER BY row.photo_id`,
    )
    .all(...parameters)
    .map(({ here, key, ...answer }) => ({ ...answer, key: keyOf(key), isOfPersonHere: here === 1 }));
}

/** Answers are few, and photos many. */
function memoized(make: (text: string) => string): (text: string) => string {
  const made = new Map<string, string>();
  return (text) => {
    const known = made.get(text) ?? make(text);
    made.set(text, known);
    return known;
  };
}

function cellsOf(connection: CatalogConnection, { runId, questionId, filter }: Omit<AnswerValuesArgs, 'limit'>) {
  const conditions = rowConditions(connection, runId, filter);
  const parameters: SqlValue[] = [runId, runId, questionId, runId, ...conditions.flatMap((part) => part.parameters)];
  const where = ['1', ...conditions.map(({ sql }) => sql)].join(' AND ');
  const cell = `LEFT JOIN answer AS cell ON cell.id = ${cellId('row.photo_id', '?')}`;
  return { sql: `FROM (${rowPhotos}) AS row ${cell} WHERE ${where}`, parameters };
}
