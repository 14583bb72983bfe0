/** @file Schema 4: times to the nanosecond and the file's number, and a hash of the picture without what is written about it. */
import type { Database } from 'better-sqlite3';

/**
 * What is not known of photos that were found before is filled in when their files are looked at next, without reading
 * them; only those that others are equal to in everything that was noted are read again.
 */
export function fileIdentity(database: Database): void {
  database.exec(`
    ALTER TABLE photo ADD COLUMN modified_ns INTEGER;  -- beyond modified_ms; null: not noted
    ALTER TABLE photo ADD COLUMN changed_ns INTEGER;   -- beyond changed_ms; -1,000,000: in doubt, to be read again
    ALTER TABLE photo ADD COLUMN file_number INTEGER;  -- inode, where the file system keeps it for good
    ALTER TABLE photo ADD COLUMN picture_hash BLOB;    -- of the coded picture; filled in later
    CREATE INDEX photo_unpictured ON photo (id) WHERE picture_hash IS NULL AND missing_since_ms IS NULL;

    UPDATE photo SET changed_ns = -1000000 WHERE (size_bytes, modified_ms, changed_ms) IN (
      SELECT size_bytes, modified_ms, changed_ms FROM photo GROUP BY size_bytes, modified_ms, changed_ms HAVING count(*) > 1
    );
  `);
}
