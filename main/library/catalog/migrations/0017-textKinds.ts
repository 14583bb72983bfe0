/**
 * @file Schema 17: alt texts and long descriptions beside captions. They are kept in the captions' table, with all that
 * belongs to a text: its author, its approvals, its scores. Photos are found by them, for which their words get two columns.
 */
import type { Database } from 'better-sqlite3';

export function textKinds(database: Database): void {
  database.exec(`
    -- What the text is for. All that were written before are captions.
    ALTER TABLE caption ADD COLUMN kind TEXT NOT NULL DEFAULT 'caption'
      CHECK (kind IN ('caption', 'altText', 'longDescription'));
    -- Which photos have one of a kind, without looking at each.
    CREATE INDEX caption_kind ON caption (kind, photo_id) WHERE removed_run_id IS NULL AND kind <> 'caption';
    -- Of a run whose model writes another kind than captions.
    ALTER TABLE run ADD COLUMN text_kind TEXT CHECK (text_kind IN ('altText', 'longDescription'));

    -- As schema 13 has it, with the other kinds of texts. Filled anew after this migration.
    DROP TABLE photo_text;
    CREATE VIRTUAL TABLE photo_text USING fts5(
      name, caption, answer, tag, title, file, alt, description,
      content='', contentless_delete=1, tokenize='ascii', prefix='2 3'
    );
  `);
}
