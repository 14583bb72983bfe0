/** @file The answers of one run as a table: a row a photo, a column a question. Main process, reader threads. */
import * as z from 'zod';
import { type PromptWarning, promptWarningSchema } from '../../../../native-models/prompting/promptRequest.ts';
import type { CatalogConnection } from '../connection.ts';

export interface AnswerTable {
  readonly questions: readonly AnsweredQuestion[];
  readonly rows: readonly AnswerRow[];
  /** Rows there are. */
  readonly total: number;
}

export interface AnsweredQuestion {
  readonly id: number;
  readonly text: string;
  /** About the answers of all photos. */
  readonly warnings: readonly PromptWarning[];
}

export interface AnswerRow {
  readonly photoId: number;
  readonly fileName: string;
  /** In the order of the questions; null where there is none (yet). */
  readonly answers: readonly (string | null)[];
}

export interface AnswerTableArgs {
  readonly runId: number;
  readonly offset: number;
  readonly limit: number;
}

export function answerTable(connection: CatalogConnection, { runId, offset, limit }: AnswerTableArgs): AnswerTable {
  const questions = connection
    .prepare<[{ runId: number }], { id: number; text: string }>(
      `SELECT id, text FROM question WHERE id IN (
         SELECT question_id FROM answer WHERE run_id = @runId UNION SELECT question_id FROM job WHERE run_id = @runId)
       ORDER BY id`,
    )
    .all({ runId });
  const photos = connection
    .prepare<[{ runId: number; limit: number; offset: number }], { id: number; name: string }>(
      `SELECT id, name FROM photo WHERE id IN (
         SELECT photo_id FROM answer WHERE run_id = @runId AND removed_run_id IS NULL)
       ORDER BY id LIMIT @limit OFFSET @offset`,
    )
    .all({ runId, limit, offset });
  const answersOf = connection.prepare<[number, number], { question_id: number; text: string }>(
    `SELECT question_id, text FROM answer WHERE photo_id = ? AND run_id = ? AND removed_run_id IS NULL`,
  );
  const rows = photos.map(({ id, name }) => {
    const answers = new Map(answersOf.all(id, runId).map(({ question_id, text }) => [question_id, text]));
    return { photoId: id, fileName: name, answers: questions.map((question) => answers.get(question.id) ?? null) };
  });
  const total = connection.value<number>(
    'SELECT count(DISTINCT photo_id) FROM answer WHERE run_id = ? AND removed_run_id IS NULL',
    runId,
  );
  const warnings = warningsOf(connection, runId);
  return {
    questions: questions.map((question) => ({ ...question, warnings: warnings.get(question.id) ?? [] })),
    rows,
    total,
  };
}

/** By question; each kind once, with what of it any answer told. */
function warningsOf(connection: CatalogConnection, runId: number): Map<number, PromptWarning[]> {
  const stored = connection
    .prepare<[number], { question_id: number; warnings: string }>(
      `SELECT DISTINCT question_id, warnings FROM answer
       WHERE run_id = ? AND removed_run_id IS NULL AND warnings IS NOT NULL`,
    )
    .all(runId);
  const told = new Map<number, PromptWarning[]>();
  for (const { question_id: questionId, warnings } of stored) {
    for (const warning of z.array(promptWarningSchema).parse(JSON.parse(warnings))) {
      const others = told.get(questionId) ?? [];
      const same = others.find(({ code }) => code === warning.code);
      const parts = [...new Set([...(same?.parts ?? []), ...(warning.parts ?? [])])];
      const joined = { ...warning, ...(parts.length === 0 ? {} : { parts }) };
      told.set(questionId, [...others.filter((other) => other !== same), joined]);
    }
  }
  return told;
}
