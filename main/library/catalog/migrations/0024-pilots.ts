/** @file Schema 24: work that was tried on a sample of its photos first. */
import type { Database } from 'better-sqlite3';

export function pilots(database: Database): void {
  database.exec(`
    CREATE TABLE pilot (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      photo_ids TEXT NOT NULL CHECK (json_valid(photo_ids)),    -- all that the work is for
      sample_ids TEXT NOT NULL CHECK (json_valid(sample_ids)),  -- those that it is tried on, in the order shown
      created_at_ms INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE pilot_attempt (
      pilot_id INTEGER NOT NULL REFERENCES pilot ON DELETE CASCADE,
      run_id INTEGER NOT NULL REFERENCES run,
      request TEXT NOT NULL CHECK (json_valid(request)),        -- what was asked for, as a form has it
      PRIMARY KEY (pilot_id, run_id)
    ) STRICT, WITHOUT ROWID;
  `);
}
