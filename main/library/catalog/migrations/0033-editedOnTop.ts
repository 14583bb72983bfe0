/** @file Schema 33: an edited copy comes before its original, so that stacks that are there are made anew. */
import type { Database } from 'better-sqlite3';

export function editedOnTop(database: Database): void {
  database.exec(`
    INSERT OR REPLACE INTO stack_due (folder_id, name, taken)
    SELECT DISTINCT folder_id, '', '' FROM photo_stack JOIN photo ON photo.id = photo_id;
  `);
}
