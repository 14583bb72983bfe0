/** @file Schema 12: failed jobs and photos with a problem keep what the error says as values, of which its sentence is made in any language. */
import type { Database } from 'better-sqlite3';

/** Of earlier failures nothing but the code and the English sentence is known. */
export function problemFacts(database: Database): void {
  database.exec(`
    ALTER TABLE job ADD COLUMN error_facts TEXT
      CHECK (error_facts IS NULL OR json_valid(error_facts));      -- {details, retry, blames} of the error
    ALTER TABLE job ADD COLUMN error_revision INTEGER;             -- of the photo that it failed with
    ALTER TABLE photo ADD COLUMN problem_facts TEXT
      CHECK (problem_facts IS NULL OR json_valid(problem_facts));  -- as for jobs
  `);
}
