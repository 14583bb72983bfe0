/** @file Schema 32: that a photo is new is known by its id, and what is due already is not noted again and again. */
import type { Database } from 'better-sqlite3';

/** What a stack is made from. Whatever else changes of a photo, its stack stays. */
const place = ['folder_id', 'name'];
const time = ['taken_at_ms', 'taken_local'];
const stackedBy = [...place, ...time, 'missing_since_ms', 'camera_make', 'camera_model', 'perceptual_hash'];

const isOther = (columns: readonly string[]) =>
  `(${columns.map((column) => `OLD.${column} IS NOT NEW.${column}`).join(' OR ')})`;

/** SQL: there is more to note of a row of `photo`: it is not new, and its folder is not due as a whole, or is looked at just now. */
const isToBeNoted = (row: string) => `${row}.id <= (SELECT photo_id FROM stack_noted) AND NOT EXISTS (
  SELECT 1 FROM stack_due WHERE folder_id = ${row}.folder_id AND name = '' AND id > (SELECT due_id FROM stack_noted))`;

/** SQL: the place of a row of `photo` is due; where all of its folder is, that is due anew. */
const isDue = (row: string) => `INSERT OR REPLACE INTO stack_due (folder_id, name, taken)
  SELECT ${row}.folder_id, iif(whole, '', ${row}.name),
    iif(NOT whole AND length(${row}.taken_local) >= 19, coalesce(CAST(${row}.taken_at_ms AS TEXT), ''), '')
  FROM (SELECT EXISTS (SELECT 1 FROM stack_due WHERE folder_id = ${row}.folder_id AND name = '') AS whole);`;

export function newPhotos(database: Database): void {
  database.exec(`
    -- A trigger upon new photos would have SQLite look, at each, into every table that references photos.
    DROP TRIGGER stack_added;
    CREATE TABLE stack_noted (
      photo_id INTEGER NOT NULL,               -- photos with higher ids are new: in no stack, and due
      due_id INTEGER NOT NULL                  -- rows of stack_due with higher ids are not being looked at yet
    ) STRICT;
    INSERT INTO stack_noted (photo_id, due_id) SELECT coalesce(max(id), 0), 0 FROM photo;

    DROP TRIGGER stack_changed;
    CREATE TRIGGER stack_changed AFTER UPDATE OF ${stackedBy.join(', ')} ON photo
    WHEN ${isOther(stackedBy)} AND ${isToBeNoted('NEW')}
    BEGIN ${isDue('NEW')} END;
    -- One without time and appearance was in stacks by its name alone.
    CREATE TRIGGER stack_moved AFTER UPDATE OF ${[...place, ...time].join(', ')} ON photo
    WHEN (${isOther(place)} OR ((OLD.taken_at_ms IS NOT NULL OR OLD.perceptual_hash IS NOT NULL) AND ${isOther(time)}))
      AND ${isToBeNoted('OLD')}
    BEGIN ${isDue('OLD')} END;
  `);
}
