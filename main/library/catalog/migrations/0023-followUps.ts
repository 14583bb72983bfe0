/** @file Schema 23: questions of a run that follow from an answer to another one. */
import type { Database } from 'better-sqlite3';

export function followUps(database: Database): void {
  database.exec(`
    CREATE TABLE follow_up (
      run_id INTEGER NOT NULL REFERENCES run,
      question_id INTEGER NOT NULL REFERENCES question,        -- asked of a photo,
      after_question_id INTEGER NOT NULL REFERENCES question,  -- when the answer to this one
      answer_key TEXT NOT NULL,                                -- is this, as text_key of answer
      PRIMARY KEY (run_id, after_question_id, answer_key, question_id)
    ) STRICT, WITHOUT ROWID;
  `);
}
