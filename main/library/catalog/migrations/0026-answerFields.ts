/** @file Schema 26: fields, under whose names and types answers are kept, found and exported. */
import type { Database } from 'better-sqlite3';

export function answerFields(database: Database): void {
  database.exec(`
    CREATE TABLE answer_field (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL,
      name_key TEXT NOT NULL UNIQUE,           -- without capitals
      type TEXT NOT NULL CHECK (type IN ('yesNo', 'number', 'list', 'text')),
      list_values TEXT NOT NULL CHECK (json_valid(list_values))  -- of a list, in order; otherwise empty
    ) STRICT;
    -- The answers themselves stay with their questions. A question is of one field at most.
    CREATE TABLE answer_field_question (
      question_id INTEGER PRIMARY KEY REFERENCES question,
      field_id INTEGER NOT NULL REFERENCES answer_field ON DELETE CASCADE,
      position INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX answer_field_questions ON answer_field_question (field_id, position);
  `);
}
