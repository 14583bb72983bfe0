/**
 * @file Schema 5: who wrote a text and who approved it are kept apart. What a person accepted, pinned or confirmed of a
 * model's was stored as if they had written it; where the runs tell, it becomes the model's again, approved by them.
 */
import type { Database } from 'better-sqlite3';
import * as z from 'zod';

export function authorship(database: Database): void {
  database.exec(schema);
  acceptedCaptions(database);
  pinnedAnswers(database);
  confirmedTags(database);
  database.exec(derived);
}

const schema = `
  -- A person says of a text or tag of somebody else's that it is right. Removed by a run, like what it is about.
  CREATE TABLE approval (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    photo_id INTEGER NOT NULL REFERENCES photo ON DELETE CASCADE,
    caption_id INTEGER REFERENCES caption ON DELETE CASCADE,
    photo_tag_id INTEGER REFERENCES photo_tag ON DELETE CASCADE,
    run_id INTEGER NOT NULL REFERENCES run,
    removed_run_id INTEGER REFERENCES run,
    photo_revision INTEGER NOT NULL,     -- the content that the person saw
    created_at_ms INTEGER NOT NULL,
    CHECK ((caption_id IS NULL) <> (photo_tag_id IS NULL))
  ) STRICT;
  CREATE INDEX approval_caption ON approval (caption_id, removed_run_id) WHERE caption_id IS NOT NULL;
  CREATE INDEX approval_tag ON approval (photo_tag_id, removed_run_id) WHERE photo_tag_id IS NOT NULL;
  CREATE INDEX approval_photo ON approval (photo_id);
  CREATE INDEX approval_run ON approval (run_id);

  -- The run whose model wrote it, where another run brought it here: a candidate, a chat's answer, a renamed tag.
  ALTER TABLE caption ADD COLUMN author_run_id INTEGER REFERENCES run;
  ALTER TABLE photo_tag ADD COLUMN author_run_id INTEGER REFERENCES run;

  CREATE TABLE change_with_approvals (
    run_id INTEGER NOT NULL REFERENCES run,
    entity TEXT NOT NULL CHECK (entity IN ('approval', 'caption', 'answer', 'photo_tag', 'score')),
    row_id INTEGER NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('add', 'remove')),
    PRIMARY KEY (run_id, entity, row_id)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO change_with_approvals SELECT run_id, entity, row_id, action FROM change;
  DROP TABLE change;
  ALTER TABLE change_with_approvals RENAME TO change;
`;

/** Only the source of a shown caption can have become another: which one is shown stays. */
const derived = `
  UPDATE photo SET shown_source = (SELECT source FROM caption WHERE id = shown_caption_id)
  WHERE shown_caption_id IN (SELECT caption_id FROM approval);
  INSERT INTO change (run_id, entity, row_id, action) SELECT run_id, 'approval', id, 'add' FROM approval;
`;

interface Accepted {
  readonly id: number;
  readonly text: string;
  readonly based_on_id: number;
}

interface Original {
  readonly text: string;
  readonly source: string;
  readonly run_id: number;
  readonly author_run_id: number | null;
  readonly candidates: string | null;
}

const candidatesSchema = z.array(z.object({ text: z.string() }));

/** Word for word what they are based on, or a candidate of it. In their order, so that the author passes on. */
function acceptedCaptions(database: Database): void {
  const accepted = database
    .prepare<[], Accepted>(
      `SELECT caption.id, text, based_on_id FROM caption JOIN run ON run.id = run_id
       WHERE source = 'human' AND run.kind = 'edit' AND based_on_id IS NOT NULL ORDER BY caption.id`,
    )
    .all();
  const original = database.prepare<[number], Original>(
    'SELECT text, source, run_id, author_run_id, candidates FROM caption WHERE id = ?',
  );
  for (const { id, text, based_on_id } of accepted) {
    const based = original.get(based_on_id);
    if (based === undefined || based.source === 'human') continue;
    const candidates = based.candidates === null ? [] : candidatesSchema.parse(JSON.parse(based.candidates));
    if (![based, ...candidates].some((one) => one.text.trim() === text.trim())) continue;
    isBy(database, id, based.source, based.author_run_id ?? based.run_id);
  }
}

/** Word for word what a model had answered about the photo before. A person's edit says what it is based on; this did not. */
function pinnedAnswers(database: Database): void {
  const pinned = database
    .prepare<[], { id: number; author: number }>(
      `SELECT caption.id, (
         SELECT message.run_id FROM conversation JOIN message ON conversation_id = conversation.id
         WHERE conversation.photo_id = caption.photo_id AND author = 'model' AND message.run_id IS NOT NULL
           AND message.created_at_ms <= caption.created_at_ms AND trim(message.text) = trim(caption.text)
         ORDER BY message.id DESC LIMIT 1
       ) AS author
       FROM caption JOIN run ON run.id = caption.run_id
       WHERE source = 'human' AND run.kind = 'edit' AND based_on_id IS NULL`,
    )
    .all();
  for (const { id, author } of pinned) {
    if (author !== null) isBy(database, id, 'model', author);
  }
}

function isBy(database: Database, captionId: number, source: string, authorRunId: number): void {
  database.prepare('UPDATE caption SET source = ?, author_run_id = ? WHERE id = ?').run(source, authorRunId, captionId);
  database
    .prepare(
      `INSERT INTO approval (photo_id, caption_id, run_id, photo_revision, created_at_ms)
       SELECT photo_id, id, run_id, photo_revision, created_at_ms FROM caption WHERE id = ?`,
    )
    .run(captionId);
}

/** The run that turned answers into tags names the one that had asked. */
function confirmedTags(database: Database): void {
  const tags = database
    .prepare<[], { id: number; photoId: number; tagId: number; author: number | null }>(
      `SELECT photo_tag.id, photo_id AS photoId, tag_id AS tagId, (
         SELECT max(asked.id) FROM run AS asked
         WHERE asked.kind = 'ask' AND asked.id < run.id AND 'Tag by answers: ' || asked.name = run.name
           AND EXISTS (SELECT 1 FROM answer WHERE answer.run_id = asked.id AND answer.photo_id = photo_tag.photo_id)
       ) AS author
       FROM photo_tag JOIN run ON run.id = run_id
       WHERE source = 'human' AND run.kind = 'bulk-edit' AND run.name LIKE 'Tag by answers: %'`,
    )
    .all();
  const liveTwin = database
    .prepare<[number, number], number>(
      `SELECT id FROM photo_tag WHERE photo_id = ? AND tag_id = ? AND source = 'model' AND removed_run_id IS NULL`,
    )
    .pluck();
  for (const { id, photoId, tagId, author } of tags) {
    if (author === null) continue;
    // Where a model's own tag stands already, that one is approved: each source says a thing once.
    const twin = liveTwin.get(photoId, tagId);
    database
      .prepare(
        `UPDATE photo_tag SET source = 'model', author_run_id = ?,
           removed_run_id = iif(?, coalesce(removed_run_id, run_id), removed_run_id) WHERE id = ?`,
      )
      .run(author, Number(twin !== undefined), id);
    database
      .prepare(
        `INSERT INTO approval (photo_id, photo_tag_id, run_id, photo_revision, created_at_ms)
         SELECT photo_id, ?, run_id, revision, created_at_ms
         FROM photo_tag JOIN photo ON photo.id = photo_id WHERE photo_tag.id = ?`,
      )
      .run(twin ?? id, id);
  }
}
