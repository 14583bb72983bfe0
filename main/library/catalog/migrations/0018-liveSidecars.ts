/** @file Schema 18: folders whose XMP sidecars are kept in step with the catalog, and what they held when they last were. */
import type { Database } from 'better-sqlite3';

export function liveSidecars(database: Database): void {
  database.exec(`
    ALTER TABLE root ADD COLUMN live_sidecars INTEGER NOT NULL DEFAULT 0;  -- 1: kept in step
    CREATE TABLE live_sidecar (
      photo_id INTEGER PRIMARY KEY REFERENCES photo ON DELETE CASCADE,
      state TEXT NOT NULL CHECK (json_valid(state))  -- what both sides had when they were last in step
    ) STRICT;
  `);
}
