/** @file What was asked before: of many photos in a run, and of single ones in their conversations. */
import type { CatalogConnection } from '../connection.ts';
import { questionKey } from '../texts/questionKey.ts';

export interface BulkQuestion {
  readonly runId: number;
  /** That it was asked of; undefined where the run asked more than this. */
  readonly photos: number | undefined;
}

/** The latest run that asked it of many photos, as its first question, and that is not undone. */
export function bulkQuestion(connection: CatalogConnection, question: string): BulkQuestion | undefined {
  const run = connection
    .prepare<[string], { id: number; total: number; more: number | null }>(
      // Without jobs, it kept an answer that was tried on one photo.
      `SELECT id, total, description ->> '$.more' AS more FROM run INDEXED BY run_asked
       WHERE kind = 'ask' AND asked_key = ? AND reverted_by_run_id IS NULL AND total > 0 ORDER BY id DESC LIMIT 1`,
    )
    .get(questionKey(question));
  return run && { runId: run.id, photos: run.more === 0 ? run.total : undefined };
}

/** Of conversations about any photo, the latest first, each once. */
export function recentQuestions(connection: CatalogConnection, limit: number): string[] {
  return connection
    .prepare<[number], string>(
      `SELECT description ->> '$.question' FROM run WHERE id IN (
         SELECT max(id) FROM run INDEXED BY run_asked WHERE kind = 'chat' AND asked_key IS NOT NULL
         GROUP BY asked_key ORDER BY max(id) DESC LIMIT ?
       ) ORDER BY id DESC`,
    )
    .pluck()
    .all(limit);
}
