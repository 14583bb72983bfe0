/** @file Schema 19: sidecars are kept in step by folder, so that one that becomes part of another root stays as it was. */
import type { Database } from 'better-sqlite3';

export function liveFolders(database: Database): void {
  database.exec(`
    ALTER TABLE folder ADD COLUMN live_sidecars INTEGER NOT NULL DEFAULT 0;  -- 1: kept in step, here and below
    UPDATE folder SET live_sidecars = 1
      WHERE parent_id IS NULL AND root_id IN (SELECT id FROM root WHERE live_sidecars = 1);
    ALTER TABLE root DROP COLUMN live_sidecars;
    CREATE INDEX folder_live ON folder (root_id) WHERE live_sidecars = 1;
  `);
}
