/** @file Schema 28: of which photo a caption was written that another photo of its stack has, too: also when that one is no more. */
import type { Database } from 'better-sqlite3';

export function copiedCaptions(database: Database): void {
  database.exec(`
    -- The photo that it was written about, where that is another one, as of answers; 0: one that this library never had.
    ALTER TABLE caption ADD COLUMN copied_from_id INTEGER;
    UPDATE caption SET copied_from_id = original.photo_id FROM caption AS original
      WHERE original.id = caption.based_on_id AND original.photo_id <> caption.photo_id AND original.text = caption.text;
  `);
}
