/** @file Schema 2: each photo's average colour, which the grid shows until the picture is there. */
import type { Database } from 'better-sqlite3';

/** Photos that were looked at before have none, and are looked at again: their thumbnails are kept. */
export function averageColour(database: Database): void {
  database.exec(`
    ALTER TABLE photo ADD COLUMN average_colour INTEGER;  -- 0xRRGGBB
    DROP INDEX photo_unlooked;
    CREATE INDEX photo_unlooked ON photo (id) WHERE average_colour IS NULL AND missing_since_ms IS NULL;
  `);
}
