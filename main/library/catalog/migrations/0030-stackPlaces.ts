/** @file Schema 30: what changed in a folder since its stacks were made, so that only what that can reach is looked at again. */
import type { Database } from 'better-sqlite3';

/** What a stack is made from. Whatever else changes of a photo, its stack stays. */
const stackedBy = [
  'folder_id',
  'name',
  'missing_since_ms',
  'taken_at_ms',
  'taken_local',
  'camera_make',
  'camera_model',
  'perceptual_hash',
];

/** SQL: the place of a row of `photo` is due; where all of its folder is, that is due anew. */
const isDue = (row: string, from = '') => `INSERT OR REPLACE INTO stack_due (folder_id, name, taken)
  SELECT ${row}.folder_id, iif(whole, '', ${row}.name),
    iif(NOT whole AND length(${row}.taken_local) >= 19, coalesce(CAST(${row}.taken_at_ms AS TEXT), ''), '')
  FROM (SELECT EXISTS (SELECT 1 FROM stack_due WHERE folder_id = ${row === 'photo' ? chosenFolder : `${row}.folder_id`} AND name = '') AS whole) ${from};`;

const chosenFolder = '(SELECT folder_id FROM photo WHERE id = NEW.photo_id)';
const chosenIsDue = isDue('photo', 'JOIN photo ON photo.id = NEW.photo_id');

/** With more changes, a folder is looked at as a whole. */
const maxPlaces = 1000;

export function stackPlaces(database: Database): void {
  database.exec(`
    DROP TRIGGER stack_changed;
    DROP TRIGGER stack_left;
    DROP TRIGGER stack_chosen;
    DROP TRIGGER stack_rechosen;

    -- Where photos were before they changed, and where they are now. What is named again gets another id.
    CREATE TABLE due_place (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      folder_id INTEGER NOT NULL,
      name TEXT NOT NULL,                      -- '': all photos of the folder
      taken TEXT NOT NULL,                     -- taken_at_ms; '' where the second is not known
      UNIQUE (folder_id, name, taken)
    ) STRICT;
    INSERT INTO due_place (folder_id, name, taken) SELECT folder_id, '', '' FROM stack_due;
    DROP TABLE stack_due;
    ALTER TABLE due_place RENAME TO stack_due;

    -- Stacked by their names and appearance.
    CREATE INDEX photo_timeless ON photo (folder_id, name_order)
      WHERE coalesce(length(taken_local), 0) < 19 AND perceptual_hash IS NOT NULL AND missing_since_ms IS NULL;

    CREATE TRIGGER stack_due_whole AFTER INSERT ON stack_due
    WHEN NEW.id % 500 = 0 AND (
      SELECT count(*) FROM (SELECT 1 FROM stack_due WHERE folder_id = NEW.folder_id LIMIT ${maxPlaces + 1})) > ${maxPlaces}
    BEGIN
      DELETE FROM stack_due WHERE folder_id = NEW.folder_id;
      INSERT INTO stack_due (folder_id, name, taken) VALUES (NEW.folder_id, '', '');
    END;
    CREATE TRIGGER stack_added AFTER INSERT ON photo BEGIN ${isDue('NEW')} END;
    CREATE TRIGGER stack_changed AFTER UPDATE OF ${stackedBy.join(', ')} ON photo
    WHEN ${stackedBy.map((column) => `OLD.${column} IS NOT NEW.${column}`).join(' OR ')}
    BEGIN ${isDue('OLD')} ${isDue('NEW')} END;
    CREATE TRIGGER stack_left AFTER DELETE ON photo BEGIN ${isDue('OLD')} END;
    CREATE TRIGGER stack_chosen AFTER INSERT ON stack_choice BEGIN ${chosenIsDue} END;
    CREATE TRIGGER stack_rechosen AFTER UPDATE ON stack_choice BEGIN ${chosenIsDue} END;
  `);
}
