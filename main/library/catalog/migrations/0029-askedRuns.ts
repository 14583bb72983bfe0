/** @file Schema 29: runs that asked a question, found by it however many there are. */
import type { Database } from 'better-sqlite3';

export function askedRuns(database: Database): void {
  database.exec('ALTER TABLE run ADD COLUMN asked_key TEXT;  -- of its first question, as that of the question itself');
  const asked = database
    .prepare<[], { id: number; question: string }>(
      `SELECT id, description ->> '$.question' AS question FROM run
       WHERE kind IN ('ask', 'chat') AND restored_by_run_id IS NULL AND description ->> '$.kind' IN ('ask', 'chat')
         AND description ->> '$.question' IS NOT NULL`,
    )
    .all();
  const keep = database.prepare('UPDATE run SET asked_key = ? WHERE id = ?');
  for (const { id, question } of asked) keep.run(keyOf(question), id);
  database.exec('CREATE INDEX run_asked ON run (kind, asked_key, id) WHERE asked_key IS NOT NULL');
}

/** As it was when this schema was made. */
function keyOf(question: string): string {
  return question
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/\s+/gu, ' ')
    .trim()
    .replace(/\s*[?？]+$/u, '');
}
