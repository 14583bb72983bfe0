/** @file Schema 1: everything that the catalog keeps. */
import type { Database } from 'better-sqlite3';

/** Where ids are remembered elsewhere (the log of changes, vector files), they are never given out twice: AUTOINCREMENT. */
export function initialSchema(database: Database): void {
  for (const part of [places, photos, provenance, texts, tags, work, derived, configuration]) {
    database.exec(part);
  }
}

const places = `
  -- A folder that the person named, with everything below it.
  CREATE TABLE root (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL,                  -- absolute, where it was last seen
    path_key TEXT NOT NULL,
    -- How names are compared there: 'exact', 'normalised' (Unicode NFC), 'caseless' (NFC and case folded).
    name_rule TEXT NOT NULL CHECK (name_rule IN ('exact', 'normalised', 'caseless')),
    volume TEXT,                         -- what identifies the drive, where the system says
    volume_path TEXT,                    -- the folder's path on that drive, parts joined by '/'
    state TEXT NOT NULL DEFAULT 'online' CHECK (state IN ('online', 'offline', 'removed')),
    watched INTEGER NOT NULL CHECK (watched IN (0, 1)),  -- 0: catalogued because a command named it
    ignored TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(ignored)),  -- patterns
    added_at_ms INTEGER NOT NULL
  ) STRICT;
  -- Two drives can take turns at one mount point.
  CREATE UNIQUE INDEX root_place ON root (path_key) WHERE state = 'online';

  CREATE TABLE folder (
    id INTEGER PRIMARY KEY,
    root_id INTEGER NOT NULL REFERENCES root,
    parent_id INTEGER REFERENCES folder,
    relative_path TEXT NOT NULL,         -- '' for the root itself; parts joined by '/'
    path_key TEXT NOT NULL,
    inode INTEGER,                       -- the file system's number of it: a renamed folder keeps its own
    UNIQUE (root_id, path_key)
  ) STRICT;
  CREATE INDEX folder_parent ON folder (parent_id);

  -- "Caption every new photo here with this preset."
  CREATE TABLE folder_rule (
    id INTEGER PRIMARY KEY,
    folder_id INTEGER NOT NULL REFERENCES folder,
    action TEXT NOT NULL CHECK (json_valid(action)),
    enabled INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1)),
    run_id INTEGER REFERENCES run,       -- that new photos were last put into
    created_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX folder_rule_folder ON folder_rule (folder_id);
`;

const photos = `
  CREATE TABLE photo (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    folder_id INTEGER NOT NULL REFERENCES folder,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    missing_since_ms INTEGER,            -- null while the file is there
    added_at_ms INTEGER NOT NULL,
    -- The file as last seen.
    size_bytes INTEGER NOT NULL,
    modified_ms INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL DEFAULT 0,  -- of content, name or rights: tells when names were swapped
    fingerprint BLOB NOT NULL,           -- of the size and samples of the content
    content_sha256 BLOB,                 -- of all bytes; filled in later
    revision INTEGER NOT NULL DEFAULT 1, -- grows when the content changes in place
    -- Read from the file, of this revision; 0 before the first reading.
    details_revision INTEGER NOT NULL DEFAULT 0,
    format TEXT,
    width INTEGER,                       -- as a person sees it, in pixels
    height INTEGER,
    orientation INTEGER,                 -- 1 to 8, of the stored picture
    taken_local TEXT,                    -- what the camera's clock said: YYYY-MM-DDTHH:MM:SS[.sss]
    taken_offset_minutes INTEGER,        -- of that clock from UTC, where known
    taken_at_ms INTEGER,                 -- with the offset, or as if the clock were UTC
    latitude REAL,
    longitude REAL,
    altitude_m REAL,
    camera_make TEXT,
    camera_model TEXT,
    lens TEXT,
    iso INTEGER,
    exposure_s REAL,
    aperture REAL,                       -- f-number
    focal_length_mm REAL,
    colour_profile TEXT,
    rating INTEGER,
    perceptual_hash BLOB,                -- 8 bytes; none for a picture of one tone
    problem_code TEXT,                   -- why the file could not be read
    problem_message TEXT,
    -- Of the caption that is shown; kept in step by the caption store.
    shown_caption_id INTEGER,
    shown_source TEXT,
    shown_itm REAL,
    shown_doubtful INTEGER,
    shown_revision INTEGER,
    -- For searching; kept in step by refreshPhotoText.
    name_folded TEXT,                    -- without case and accents
    name_order TEXT,                     -- sorts as people expect: IMG_9 before IMG_10
    tag_count INTEGER NOT NULL DEFAULT 0,
    answered_at_ms INTEGER               -- when the last of its answers was given
  ) STRICT;
  CREATE UNIQUE INDEX photo_place ON photo (folder_id, name_key) WHERE missing_since_ms IS NULL;
  CREATE INDEX photo_gone ON photo (folder_id, name_key) WHERE missing_since_ms IS NOT NULL;
  CREATE INDEX photo_folder ON photo (folder_id, name_order);
  CREATE INDEX photo_fingerprint ON photo (fingerprint, missing_since_ms, name_key);
  CREATE INDEX photo_missing ON photo (missing_since_ms) WHERE missing_since_ms IS NOT NULL;
  CREATE INDEX photo_undetailed ON photo (id) WHERE details_revision < revision AND missing_since_ms IS NULL;
  -- What searches ask for, without the rest of the row: reading all of it takes a third of the time.
  CREATE INDEX photo_facts ON photo (
    missing_since_ms, folder_id, taken_at_ms, taken_local, added_at_ms, modified_ms, size_bytes, width, height, iso,
    aperture, exposure_s, focal_length_mm, rating, latitude, longitude, shown_caption_id, shown_source, shown_itm,
    shown_doubtful, shown_revision, revision, problem_code, tag_count, answered_at_ms, name_order
  );
  -- Orders in which a search walks the photos.
  CREATE INDEX photo_taken ON photo (taken_at_ms);
  CREATE INDEX photo_added ON photo (added_at_ms);
  CREATE INDEX photo_modified ON photo (modified_ms);
  CREATE INDEX photo_size ON photo (size_bytes);
  CREATE INDEX photo_itm ON photo (shown_itm);
  CREATE INDEX photo_name ON photo (name_order);
  -- Labels of which there are few different ones.
  CREATE INDEX photo_name_folded ON photo (name_folded);
  CREATE INDEX photo_camera ON photo (coalesce(camera_make, '') || char(31) || coalesce(camera_model, ''));
  CREATE INDEX photo_lens ON photo (lens);
  CREATE INDEX photo_format ON photo (format);
  CREATE INDEX photo_unlooked ON photo (id) WHERE perceptual_hash IS NULL AND missing_since_ms IS NULL;
  CREATE INDEX photo_unhashed ON photo (id) WHERE content_sha256 IS NULL AND missing_since_ms IS NULL;
`;

const provenance = `
  -- Everything that changes texts or tags is a run: a model's work, an import, one edit, a bulk edit, an undo.
  CREATE TABLE run (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('caption', 'ask', 'chat', 'score', 'embed', 'import', 'edit', 'bulk-edit', 'undo')),
    name TEXT NOT NULL,
    -- 'running' of a bulk edit or an undo that a crash cut short is put right when the catalog is opened.
    state TEXT NOT NULL CHECK (state IN ('running', 'paused', 'done', 'cancelled')),
    identity BLOB,                       -- hash of model, prompt, settings, filter: equal ones give equal texts
    model TEXT CHECK (model IS NULL OR json_valid(model)),        -- {id, sha256, precision}
    device TEXT,
    prompt TEXT,                         -- before variables are filled in
    prompt_kind TEXT,
    settings TEXT CHECK (settings IS NULL OR json_valid(settings)),
    filter TEXT CHECK (filter IS NULL OR json_valid(filter)),     -- the judging model and its threshold
    import_source TEXT,                  -- file that texts were imported from
    priority INTEGER NOT NULL DEFAULT 0,
    total INTEGER NOT NULL DEFAULT 0,    -- of jobs ever put into it
    done INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    created_at_ms INTEGER NOT NULL,
    finished_at_ms INTEGER,
    reverts_run_id INTEGER REFERENCES run,
    reverted_by_run_id INTEGER REFERENCES run
  ) STRICT;
  CREATE INDEX run_identity ON run (identity);
  CREATE INDEX run_open ON run (state) WHERE state IN ('running', 'paused');

  -- What a run did, so that it can be reverted whole, and that again.
  CREATE TABLE change (
    run_id INTEGER NOT NULL REFERENCES run,
    entity TEXT NOT NULL CHECK (entity IN ('caption', 'answer', 'photo_tag', 'score')),
    row_id INTEGER NOT NULL,
    action TEXT NOT NULL CHECK (action IN ('add', 'remove')),
    PRIMARY KEY (run_id, entity, row_id)
  ) STRICT, WITHOUT ROWID;
`;

const texts = `
  -- Rows of captions, answers, tags and scores are never changed or deleted while their photo is kept: they are removed by a
  -- run, and that run can be reverted.
  CREATE TABLE caption (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    photo_id INTEGER NOT NULL REFERENCES photo ON DELETE CASCADE,
    text TEXT NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('human', 'model', 'import')),
    run_id INTEGER NOT NULL REFERENCES run,
    removed_run_id INTEGER REFERENCES run,
    photo_revision INTEGER NOT NULL,     -- the content that it describes
    language TEXT,
    prompt TEXT,                         -- what the model was given, where that is not the run's prompt
    width INTEGER,                       -- of the picture that the model saw, in pixels
    height INTEGER,
    warnings TEXT CHECK (warnings IS NULL OR json_valid(warnings)),
    itm REAL,                            -- probability that the text matches the photo
    doubtful INTEGER CHECK (doubtful IN (0, 1)),
    candidates TEXT CHECK (candidates IS NULL OR json_valid(candidates)),
    based_on_id INTEGER REFERENCES caption ON DELETE SET NULL,
    created_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX caption_photo ON caption (photo_id);
  CREATE INDEX caption_run ON caption (run_id);
  CREATE INDEX caption_based_on ON caption (based_on_id) WHERE based_on_id IS NOT NULL;

  CREATE TABLE question (
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL,
    text_key TEXT NOT NULL UNIQUE        -- lower case, single spaces, without the question mark
  ) STRICT;

  CREATE TABLE answer (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    photo_id INTEGER NOT NULL REFERENCES photo ON DELETE CASCADE,
    question_id INTEGER NOT NULL REFERENCES question,
    text TEXT NOT NULL,
    text_key TEXT NOT NULL,              -- lower case, trimmed, without a full stop
    source TEXT NOT NULL CHECK (source IN ('human', 'model', 'import')),
    run_id INTEGER NOT NULL REFERENCES run,
    removed_run_id INTEGER REFERENCES run,
    shown INTEGER NOT NULL CHECK (shown IN (0, 1)),  -- one of each photo and question
    photo_revision INTEGER NOT NULL,
    prompt TEXT,
    warnings TEXT CHECK (warnings IS NULL OR json_valid(warnings)),
    choices TEXT CHECK (choices IS NULL OR json_valid(choices)),  -- with their probabilities
    created_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX answer_photo ON answer (photo_id, question_id);
  CREATE INDEX answer_text ON answer (question_id, text_key, photo_id) WHERE shown = 1;
  CREATE INDEX answer_run ON answer (run_id);

  CREATE TABLE conversation (
    id INTEGER PRIMARY KEY,
    photo_id INTEGER NOT NULL REFERENCES photo ON DELETE CASCADE,
    created_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX conversation_photo ON conversation (photo_id);

  CREATE TABLE message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id INTEGER NOT NULL REFERENCES conversation ON DELETE CASCADE,
    author TEXT NOT NULL CHECK (author IN ('human', 'model')),
    text TEXT NOT NULL,
    run_id INTEGER REFERENCES run,       -- of a model's message
    prompt TEXT,
    details TEXT CHECK (details IS NULL OR json_valid(details)),  -- times of the stages, how it ended
    replaced_by_id INTEGER REFERENCES message ON DELETE SET NULL, -- edited and asked again
    created_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX message_conversation ON message (conversation_id);
  CREATE INDEX message_run ON message (run_id) WHERE run_id IS NOT NULL;

  -- How well a text matches a photo, as a matching model sees it.
  CREATE TABLE score (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    photo_id INTEGER NOT NULL REFERENCES photo ON DELETE CASCADE,
    caption_id INTEGER REFERENCES caption ON DELETE CASCADE,      -- null: some other text
    text TEXT NOT NULL,
    run_id INTEGER NOT NULL REFERENCES run,
    removed_run_id INTEGER REFERENCES run,
    photo_revision INTEGER NOT NULL,
    itm REAL NOT NULL,
    itc REAL,
    doubtful INTEGER CHECK (doubtful IN (0, 1)),
    created_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX score_photo ON score (photo_id);
  CREATE INDEX score_caption ON score (caption_id) WHERE caption_id IS NOT NULL;
`;

const tags = `
  CREATE TABLE tag (
    id INTEGER PRIMARY KEY,
    parent_id INTEGER REFERENCES tag,
    name TEXT NOT NULL,
    path TEXT NOT NULL,                  -- 'places/France'; a flat tag's path is its name
    path_key TEXT NOT NULL UNIQUE,       -- lower case, NFC
    in_vocabulary INTEGER NOT NULL DEFAULT 0 CHECK (in_vocabulary IN (0, 1))
  ) STRICT;
  CREATE INDEX tag_parent ON tag (parent_id);

  CREATE TABLE photo_tag (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    photo_id INTEGER NOT NULL REFERENCES photo ON DELETE CASCADE,
    tag_id INTEGER NOT NULL REFERENCES tag,
    source TEXT NOT NULL CHECK (source IN ('human', 'model', 'import')),
    confidence REAL,                     -- 0 to 1, of a model
    run_id INTEGER NOT NULL REFERENCES run,
    removed_run_id INTEGER REFERENCES run,
    created_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX photo_tag_live ON photo_tag (photo_id, tag_id, source) WHERE removed_run_id IS NULL;
  CREATE INDEX photo_tag_tag ON photo_tag (tag_id, photo_id) WHERE removed_run_id IS NULL;
  CREATE INDEX photo_tag_run ON photo_tag (run_id);
`;

const work = `
  -- What is to be done. A job that is done is deleted in the transaction that stores its result.
  CREATE TABLE job (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- an answer to a job of the past is never taken for another's
    run_id INTEGER NOT NULL REFERENCES run,
    photo_id INTEGER NOT NULL REFERENCES photo ON DELETE CASCADE,
    question_id INTEGER REFERENCES question,  -- of a run that asks
    again INTEGER NOT NULL DEFAULT 0 CHECK (again IN (0, 1)),  -- although an equal run's result is there
    state TEXT NOT NULL CHECK (state IN ('waiting', 'failed', 'set-aside')),
    not_before_ms INTEGER NOT NULL DEFAULT 0,  -- 0: at once
    attempts INTEGER NOT NULL DEFAULT 0,
    crashes INTEGER NOT NULL DEFAULT 0,  -- of the model host while this was asked
    error_code TEXT,
    error_message TEXT,
    created_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX job_once ON job (run_id, photo_id, coalesce(question_id, 0));
  CREATE INDEX job_next ON job (run_id, photo_id) WHERE state = 'waiting' AND not_before_ms = 0;
  CREATE INDEX job_later ON job (not_before_ms) WHERE state = 'waiting' AND not_before_ms > 0;
  CREATE INDEX job_run ON job (run_id, state);
  CREATE INDEX job_photo ON job (photo_id);
  CREATE INDEX job_failed ON job (photo_id) WHERE state <> 'waiting';
  -- A photo that leaves the catalog takes its jobs along; the runs do not count them any more.
  CREATE TRIGGER job_leaves BEFORE DELETE ON photo WHEN EXISTS (SELECT 1 FROM job WHERE photo_id = OLD.id)
  BEGIN
    UPDATE run SET
      total = total - (SELECT count(*) FROM job WHERE run_id = run.id AND photo_id = OLD.id),
      failed = failed - (SELECT count(*) FROM job WHERE run_id = run.id AND photo_id = OLD.id AND state <> 'waiting')
    WHERE id IN (SELECT run_id FROM job WHERE photo_id = OLD.id);
  END;
`;

const derived = `
  -- Where a photo's vectors lie in the vector files beside the catalog.
  CREATE TABLE embedding (
    model_key TEXT NOT NULL,
    photo_id INTEGER NOT NULL REFERENCES photo ON DELETE CASCADE,
    photo_revision INTEGER NOT NULL,
    slot INTEGER NOT NULL,
    checksum INTEGER NOT NULL,           -- of what was written there
    PRIMARY KEY (model_key, photo_id)
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX embedding_slot ON embedding (model_key, slot);
  CREATE INDEX embedding_photo ON embedding (photo_id);

  -- Row id is the photo's. What is in it is made from the other tables and can be made again.
  CREATE VIRTUAL TABLE photo_text USING fts5(
    name, caption, answer, tag,
    content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2', prefix='2 3'
  );
  -- Every word that photo_text has or had, for wildcards: FTS5's own list is ten times slower to read.
  CREATE TABLE photo_word (word TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
`;

const configuration = `
  CREATE TABLE preset (
    name TEXT PRIMARY KEY,
    body TEXT NOT NULL CHECK (json_valid(body)),
    updated_at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE setting (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL CHECK (json_valid(value))
  ) STRICT, WITHOUT ROWID;

  -- Outputs that were written: bytes that may be replaced without a backup.
  CREATE TABLE written_file (
    path TEXT NOT NULL,                  -- absolute, links followed
    sha256 BLOB NOT NULL,                -- of what was written
    written_at_ms INTEGER NOT NULL,
    PRIMARY KEY (path, sha256)
  ) STRICT, WITHOUT ROWID;
`;
