/** @file Schema 20: the tags that runs chose from, each list once. */
import type { Database } from 'better-sqlite3';

export function runVocabularies(database: Database): void {
  database.exec(`
    CREATE TABLE run_vocabulary (
      id INTEGER PRIMARY KEY,
      hash BLOB NOT NULL UNIQUE,           -- SHA-256 of the two below
      tags TEXT NOT NULL CHECK (json_valid(tags)),  -- of the settings of a generation: vocabulary and synonyms
      tag_paths TEXT CHECK (tag_paths IS NULL OR json_valid(tag_paths))  -- as of run
    ) STRICT;
    -- Where it is set, settings has no vocabulary and no synonyms, and tag_paths is NULL. Runs of before, and of other
    -- libraries, have them there.
    ALTER TABLE run ADD COLUMN vocabulary_id INTEGER REFERENCES run_vocabulary;
  `);
}
