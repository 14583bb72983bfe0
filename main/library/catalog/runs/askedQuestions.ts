/** @file What was asked before: of many photos in a run, and of single ones in their conversations. */
import type { CatalogConnection } from '../connection.ts';
import { questionKey } from '../texts/answers.ts';

export interface BulkQuestion {
  readonly runId: number;
  /** That it was asked of; undefined where the run asked more than this. */
  readonly photos: number | undefined;
}

/** The latest runs are looked at: earlier ones are found in the history. */
const maxRuns = 200;

/** By the question's key, the latest run that asked it of many photos, as its first question, and that is not undone. */
export function bulkQuestions(connection: CatalogConnection): ReadonlyMap<string, BulkQuestion> {
  const asked = new Map<string, BulkQuestion>();
  const rows = connection
    .prepare<[number], { id: number; total: number; question: string | null; more: number | null }>(
      `SELECT id, total, description ->> '$.question' AS question, description ->> '$.more' AS more FROM run
       WHERE kind = 'ask' AND reverted_by_run_id IS NULL AND description ->> '$.kind' = 'ask' ORDER BY id DESC LIMIT ?`,
    )
    .all(maxRuns);
  for (const { id, total, question, more } of rows) {
    const key = questionKey(question ?? '');
    if (!asked.has(key)) asked.set(key, { runId: id, photos: more === 0 ? total : undefined });
  }
  return asked;
}

/** Of conversations about any photo, the latest first, each once. */
export function recentQuestions(connection: CatalogConnection, limit: number): string[] {
  const rows = connection
    .prepare<[number], string>(
      `SELECT description ->> '$.question' FROM run WHERE kind = 'chat' AND description ->> '$.question' IS NOT NULL
       ORDER BY id DESC LIMIT ?`,
    )
    .pluck()
    .all(maxRuns);
  const byKey = new Map<string, string>();
  for (const question of rows) if (!byKey.has(questionKey(question))) byKey.set(questionKey(question), question);
  return [...byKey.values()].slice(0, limit);
}
