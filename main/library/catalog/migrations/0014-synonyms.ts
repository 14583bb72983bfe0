/** @file Schema 14: synonyms of the tags of the vocabulary, and runs whose answers become tags. */
import type { Database } from 'better-sqlite3';

export function synonyms(database: Database): void {
  database.exec(`
    CREATE TABLE tag_synonym (
      word_key TEXT PRIMARY KEY,           -- as path_key of tag: a word leads to one tag only
      word TEXT NOT NULL,
      tag_id INTEGER NOT NULL REFERENCES tag ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX tag_synonym_by_tag ON tag_synonym (tag_id);
    -- Of a run that tags photos, the paths of the tags in its settings, in their order: JSON.
    ALTER TABLE run ADD COLUMN tag_paths TEXT CHECK (tag_paths IS NULL OR json_valid(tag_paths));
  `);
}
