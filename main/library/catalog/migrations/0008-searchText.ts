/**
 * @file Schema 8: words are found in their other forms, too, and a word is what `searchableText` says. The index used to
 * cut words a second time, and took the vowel signs of Indian scripts for spaces.
 */
import type { Database } from 'better-sqlite3';

export function searchText(database: Database): void {
  database.exec(`
    DROP TABLE photo_text;
    DROP TABLE photo_word;

    -- Row id is the photo's. What is in it is made from the other tables, and made again after this migration. The
    -- tokenizer "ascii" cuts at spaces and takes everything else that is put in here for letters.
    CREATE VIRTUAL TABLE photo_text USING fts5(
      name, caption, answer, tag,
      content='', contentless_delete=1, tokenize='ascii', prefix='2 3'
    );
    -- Every word that photo_text has or had, for wildcards: FTS5's own list is ten times slower to read.
    CREATE TABLE photo_word (
      word TEXT PRIMARY KEY,
      stem TEXT                            -- equal for the forms of a word
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX photo_word_stem ON photo_word (stem) WHERE stem IS NOT NULL;

    -- By which version of the code what was derived from the rest was made.
    CREATE TABLE derived (name TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  `);
}
