/** @file What a column of a run's table of answers holds: each value with its photos. Reader threads. */
import type { AnswerFilter } from '../../../../schemas/answerFilter.ts';
import type { CatalogConnection } from '../connection.ts';
import type { SqlValue } from '../search/condition.ts';
import { isElsewhere } from './actRank.ts';
import { cellId, isUnsure, rowConditions, rowPhotos } from './answerCells.ts';

export interface AnswerValuesArgs {
  readonly runId: number;
  readonly questionId: number;
  readonly filter: AnswerFilter;
  readonly limit: number;
}

export interface AnswerValue {
  /** As the first photo has it: capitals, spaces and an end mark make no other value. */
  readonly answer: string;
  readonly photos: number;
}

export interface AnswerValues {
  /** Those with the most photos, the most first. */
  readonly values: readonly AnswerValue[];
  /** Values there are. */
  readonly total: number;
  /** Photos without an answer. */
  readonly none: number;
  /** Photos whose answer the model chose although another was nearly as likely. */
  readonly unsure: number;
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
  const values = groups.flatMap(({ answer, photos }) => (answer === null ? [] : [{ answer: answer.trim(), photos }]));
  return {
    values: values.slice(0, args.limit),
    total: values.length,
    none: groups.find(({ key }) => key === null)?.photos ?? 0,
    unsure: groups.reduce((sum, { unsure }) => sum + unsure, 0),
  };
}

/** What one photo is answered. */
export interface PhotoAnswer {
  readonly photoId: number;
  /** See `answerKey`. */
  readonly key: string;
  /** A person's, where it is no model's. */
  readonly personRunId: number | null;
  /** Of a person here, not of one whose answer was imported. */
  readonly isOfPersonHere: boolean;
}

/** Of the rows that meet the filter and have an answer, in the order of the photos. */
export function photoAnswers(connection: CatalogConnection, args: Omit<AnswerValuesArgs, 'limit'>): PhotoAnswer[] {
  const { sql, parameters } = cellsOf(connection, args);
  return connection
    .prepare<SqlValue[], { photoId: number; key: string; personRunId: number | null; here: number | null }>(
      `SELECT row.photo_id AS photoId, cell.text_key AS key, iif(cell.source = 'human', cell.run_id, NULL) AS personRunId,
         cell.source = 'human' AND NOT ${isElsewhere('cell.run_id')} AS here
       ${sql} AND cell.id IS NOT NULL ORDER BY row.photo_id`,
    )
    .all(...parameters)
    .map(({ here, ...answer }) => ({ ...answer, isOfPersonHere: here === 1 }));
}

function cellsOf(connection: CatalogConnection, { runId, questionId, filter }: Omit<AnswerValuesArgs, 'limit'>) {
  const conditions = rowConditions(connection, runId, filter);
  const parameters: SqlValue[] = [runId, runId, questionId, runId, ...conditions.flatMap((part) => part.parameters)];
  const where = ['1', ...conditions.map(({ sql }) => sql)].join(' AND ');
  const cell = `LEFT JOIN answer AS cell ON cell.id = ${cellId('row.photo_id', '?')}`;
  return { sql: `FROM (${rowPhotos}) AS row ${cell} WHERE ${where}`, parameters };
}
