/** @file Schema 7: dates of which only the beginning is known, and ratings of every kind, are read from the files. */
import type { Database } from 'better-sqlite3';

/**
 * The columns stay: `taken_local` may now hold `YYYY-MM-DD`, `YYYY-MM` or `YYYY`, which sort and compare as texts. What
 * was read before knew neither, so that every file is read once more; until then its values stand.
 */
export function metadataValues(database: Database): void {
  database.exec(`
    UPDATE photo SET details_revision = details_revision - 1
    WHERE details_revision = revision AND format IS NOT NULL AND problem_code IS NULL
  `);
}
