/**
 * @file Schema 31: what was removed from a photo is found by the photo, too. Every tag, mark and choice of a stack in the
 * catalog was read for each photo that left it, and every tag for each of a person's tags that an import came upon.
 */
import type { Database } from 'better-sqlite3';

export function rowsOfPhotos(database: Database): void {
  database.exec(`
    CREATE INDEX photo_tag_photo ON photo_tag (photo_id);
    CREATE INDEX mark_of_photo ON mark (photo_id);
    CREATE INDEX stack_choice_of_photo ON stack_choice (photo_id);
  `);
}
