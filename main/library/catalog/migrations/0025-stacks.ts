/** @file Schema 25: stacks: photos that look alike and belong together, found by themselves or put together by a person. */
import type { Database } from 'better-sqlite3';

/** What a stack is made from. Whatever else changes of a photo, its stack stays. */
const stackedBy = [
  'folder_id',
  'name',
  'missing_since_ms',
  'format',
  'taken_at_ms',
  'taken_local',
  'camera_make',
  'camera_model',
  'perceptual_hash',
];

export function stacks(database: Database): void {
  database.exec(`
    -- What a person decided: of a photo, the newest live row of 'stacked' and 'alone' counts; of a stack, the newest 'top'.
    CREATE TABLE stack_choice (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      photo_id INTEGER NOT NULL REFERENCES photo ON DELETE CASCADE,
      kind TEXT NOT NULL CHECK (kind IN ('stacked', 'alone', 'top')),
      run_id INTEGER NOT NULL REFERENCES run,  -- what one run stacked is one stack
      removed_run_id INTEGER REFERENCES run,
      created_at_ms INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX stack_choice_photo ON stack_choice (photo_id) WHERE removed_run_id IS NULL;
    CREATE INDEX stack_choice_run ON stack_choice (run_id);

    -- Derived: photos that are in a stack with others.
    CREATE TABLE photo_stack (
      photo_id INTEGER PRIMARY KEY REFERENCES photo ON DELETE CASCADE,
      stack_id INTEGER NOT NULL,               -- the smallest id of its photos
      rank INTEGER NOT NULL                    -- 0: the top one
    ) STRICT;
    CREATE INDEX photo_stack_stack ON photo_stack (stack_id, rank);

    -- Folders whose stacks are to be made anew. A folder that is named again gets another id.
    CREATE TABLE stack_due (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      folder_id INTEGER NOT NULL UNIQUE
    ) STRICT;
    INSERT INTO stack_due (folder_id) SELECT id FROM folder;

    CREATE TRIGGER stack_changed AFTER UPDATE OF ${stackedBy.join(', ')} ON photo
    WHEN ${stackedBy.map((column) => `OLD.${column} IS NOT NEW.${column}`).join(' OR ')}
    BEGIN
      INSERT OR REPLACE INTO stack_due (folder_id) VALUES (NEW.folder_id);
      INSERT OR REPLACE INTO stack_due (folder_id) SELECT OLD.folder_id WHERE OLD.folder_id <> NEW.folder_id;
    END;
    CREATE TRIGGER stack_left AFTER DELETE ON photo
    BEGIN
      INSERT OR REPLACE INTO stack_due (folder_id) VALUES (OLD.folder_id);
    END;
    CREATE TRIGGER stack_chosen AFTER INSERT ON stack_choice
    BEGIN
      INSERT OR REPLACE INTO stack_due (folder_id) SELECT folder_id FROM photo WHERE id = NEW.photo_id;
    END;
    CREATE TRIGGER stack_rechosen AFTER UPDATE ON stack_choice
    BEGIN
      INSERT OR REPLACE INTO stack_due (folder_id) SELECT folder_id FROM photo WHERE id = NEW.photo_id;
    END;

    CREATE TABLE change_with_stacks (
      run_id INTEGER NOT NULL REFERENCES run,
      entity TEXT NOT NULL CHECK (entity IN ('approval', 'caption', 'answer', 'photo_tag', 'score', 'mark', 'stack_choice')),
      row_id INTEGER NOT NULL,
      action TEXT NOT NULL CHECK (action IN ('add', 'remove')),
      PRIMARY KEY (run_id, entity, row_id)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO change_with_stacks SELECT run_id, entity, row_id, action FROM change;
    DROP TABLE change;
    ALTER TABLE change_with_stacks RENAME TO change;
  `);
}
