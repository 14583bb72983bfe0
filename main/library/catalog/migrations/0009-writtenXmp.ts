/** @file Schema 9: what Vignette put into XMP sidecars, which hold other programs' text too: so that its own can leave again. */
import type { Database } from 'better-sqlite3';

export function writtenXmp(database: Database): void {
  database.exec(`
    CREATE TABLE written_xmp (
      photo_id INTEGER NOT NULL REFERENCES photo ON DELETE CASCADE,
      path TEXT NOT NULL,                  -- of the sidecar, absolute
      description TEXT,                    -- null: none of ours
      tags TEXT NOT NULL CHECK (json_valid(tags)),  -- by the field of XMP that they were added to
      written_at_ms INTEGER NOT NULL,
      PRIMARY KEY (photo_id, path)
    ) STRICT, WITHOUT ROWID;
  `);
}
