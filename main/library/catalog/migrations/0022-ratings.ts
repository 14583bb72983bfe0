/** @file Schema 22: photos by their stars without the rest of them, as counting them needs. */
import type { Database } from 'better-sqlite3';

export function ratings(database: Database): void {
  database.exec('CREATE INDEX photo_rating ON photo (shown_rating) WHERE shown_rating IS NOT NULL');
}
