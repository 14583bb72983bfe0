/** @file Schema 34: questions of a run that are answered on terms of their own, such as a list to choose from. */
import type { Database } from 'better-sqlite3';

export function questionTerms(database: Database): void {
  database.exec(`
    -- Without a row, a question is asked on the run's terms. Answers on equal terms are equal, whichever run gave them.
    CREATE TABLE question_terms (
      run_id INTEGER NOT NULL REFERENCES run,
      question_id INTEGER NOT NULL REFERENCES question,
      identity BLOB NOT NULL,              -- as of run, with these settings
      settings TEXT NOT NULL CHECK (json_valid(settings)),
      vocabulary_id INTEGER REFERENCES run_vocabulary,  -- as of run
      PRIMARY KEY (run_id, question_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX question_terms_identity ON question_terms (identity, question_id, run_id);
  `);
  parted(database);
}

interface EarlierRequest {
  readonly kind: 'ask';
  readonly questions: readonly string[];
  readonly followUps?: readonly object[];
  readonly choices?: readonly string[];
  readonly fromVocabulary?: object;
  readonly fields?: readonly { readonly question: number; readonly name: string; readonly type?: string }[];
}

/** What was said of all questions of a pilot is said of each. */
function parted(database: Database): void {
  const rows = database
    .prepare<[], { pilot_id: number; run_id: number; request: string }>(
      `SELECT pilot_id, run_id, request FROM pilot_attempt WHERE request ->> '$.kind' = 'ask'`,
    )
    .all();
  const keep = database.prepare('UPDATE pilot_attempt SET request = ? WHERE pilot_id = ? AND run_id = ?');
  for (const { pilot_id, run_id, request } of rows) {
    const {
      questions,
      followUps = [],
      choices,
      fromVocabulary,
      fields = [],
      ...rest
    } = JSON.parse(request) as EarlierRequest;
    const isFree = choices === undefined && fromVocabulary === undefined;
    const answered = { choices, fromVocabulary, ...(isFree && { isFree }) };
    const asked = questions.map((question, place) => {
      const field = fields.find((one) => one.question === place);
      return { question, ...answered, ...(field && { field: { name: field.name, type: field.type } }) };
    });
    const following = followUps.map((followUp) => ({ ...followUp, ...answered }));
    keep.run(JSON.stringify({ ...rest, questions: asked, followUps: following }), pilot_id, run_id);
  }
}
