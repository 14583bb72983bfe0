/** @file Schema 16: what Vignette put into photos' own files, and what stood there before. */
import type { Database } from 'better-sqlite3';

export function embeddedText(database: Database): void {
  database.exec(`
    CREATE TABLE embedded_text (
      photo_id INTEGER PRIMARY KEY REFERENCES photo ON DELETE CASCADE,
      written TEXT NOT NULL CHECK (json_valid(written)),  -- texts, tags and what they replaced, by field
      written_at_ms INTEGER NOT NULL
    ) STRICT;
  `);
}
