/** @file Schema 27: photos that get the result of their stack's top photo, and of answers, which photo's they are. */
import type { Database } from 'better-sqlite3';

export function stackJobs(database: Database): void {
  database.exec(`
    -- The photo whose result this one gets where it holds for it, too; the job waits for that one's.
    ALTER TABLE job ADD COLUMN top_photo_id INTEGER;
    -- The photo that the model answered about, where it is another one. Captions say it by based_on_id.
    ALTER TABLE answer ADD COLUMN copied_from_id INTEGER;
  `);
}
