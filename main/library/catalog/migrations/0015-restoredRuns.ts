/** @file Schema 15: runs of another library, which an import brought with their texts. */
import type { Database } from 'better-sqlite3';

export function restoredRuns(database: Database): void {
  database.exec(`
    -- The import that brought it: it happened in another library, and says here who wrote a text.
    ALTER TABLE run ADD COLUMN restored_by_run_id INTEGER REFERENCES run;
    CREATE INDEX run_restored ON run (created_at_ms) WHERE restored_by_run_id IS NOT NULL;
  `);
}
