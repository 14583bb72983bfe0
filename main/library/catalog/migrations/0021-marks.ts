/** @file Schema 21: stars, flags and colour labels that people give here, and which ones a photo shows: theirs before the file's. */
import type { Database } from 'better-sqlite3';

export function marks(database: Database): void {
  database.exec(`
    -- The newest live one of a kind counts; older ones stay for when a run is undone.
    CREATE TABLE mark (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      photo_id INTEGER NOT NULL REFERENCES photo ON DELETE CASCADE,
      kind TEXT NOT NULL CHECK (kind IN ('rating', 'flag', 'label')),
      value TEXT NOT NULL,                 -- '0' to '5'; 'pick', 'reject', 'none'; 'red', …, 'none'
      run_id INTEGER NOT NULL REFERENCES run,
      author_run_id INTEGER REFERENCES run,  -- of another library, where an import brought it here
      removed_run_id INTEGER REFERENCES run,
      created_at_ms INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX mark_photo ON mark (photo_id, kind) WHERE removed_run_id IS NULL;
    CREATE INDEX mark_run ON mark (run_id);

    -- Derived: a person's, else the file's.
    ALTER TABLE photo ADD COLUMN shown_rating INTEGER;
    ALTER TABLE photo ADD COLUMN shown_flag TEXT;
    ALTER TABLE photo ADD COLUMN shown_label TEXT;
    UPDATE photo SET
      shown_rating = rating,
      shown_flag = iif(rating = -1, 'reject', NULL),
      shown_label = (SELECT text FROM file_text WHERE photo_id = photo.id AND kind = 'label' ORDER BY position LIMIT 1)
    WHERE rating IS NOT NULL OR id IN (SELECT photo_id FROM file_text WHERE kind = 'label');
    CREATE INDEX photo_label ON photo (shown_label) WHERE shown_label IS NOT NULL;
    CREATE INDEX photo_flag ON photo (shown_flag) WHERE shown_flag IS NOT NULL;

    CREATE TABLE change_with_marks (
      run_id INTEGER NOT NULL REFERENCES run,
      entity TEXT NOT NULL CHECK (entity IN ('approval', 'caption', 'answer', 'photo_tag', 'score', 'mark')),
      row_id INTEGER NOT NULL,
      action TEXT NOT NULL CHECK (action IN ('add', 'remove')),
      PRIMARY KEY (run_id, entity, row_id)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO change_with_marks SELECT run_id, entity, row_id, action FROM change;
    DROP TABLE change;
    ALTER TABLE change_with_marks RENAME TO change;
  `);
}
