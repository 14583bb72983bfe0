/**
 * @file Schema 13: what people and other programs wrote about photos into their files and sidecars, and which sidecars
 * there are. Photos are found by it, too, for which their texts get two more columns.
 */
import type { Database } from 'better-sqlite3';

export function fileInfo(database: Database): void {
  database.exec(tables);
  database.exec(search);
  // Nothing of all this was kept before: every file is read once more. Until then what is known of it stands.
  database.exec(`
    UPDATE photo SET details_revision = details_revision - 1
    WHERE details_revision = revision AND format IS NOT NULL AND problem_code IS NULL
  `);
}

/** Read from the files, and replaced whenever they are read again. */
const tables = `
  CREATE TABLE file_text (
    photo_id INTEGER NOT NULL REFERENCES photo ON DELETE CASCADE,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,                  -- 'title', 'headline', 'caption', 'altText', 'label', …
    text TEXT NOT NULL,
    property TEXT NOT NULL,              -- ExifTool's name of where it stands: 'XMP-dc:Title'
    sidecar TEXT,                        -- name of the sidecar that has it; null: the photo's file
    PRIMARY KEY (photo_id, position)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX file_text_label ON file_text (text, photo_id) WHERE kind = 'label';
  CREATE INDEX file_text_title ON file_text (photo_id) WHERE kind = 'title';

  CREATE TABLE file_keyword (
    photo_id INTEGER NOT NULL REFERENCES photo ON DELETE CASCADE,
    position INTEGER NOT NULL,
    path TEXT NOT NULL,                  -- 'places/France'; a flat keyword's path is its name
    property TEXT NOT NULL,
    sidecar TEXT,
    PRIMARY KEY (photo_id, position)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX file_keyword_path ON file_keyword (path, photo_id);

  CREATE TABLE file_person (
    photo_id INTEGER NOT NULL REFERENCES photo ON DELETE CASCADE,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    -- Where on the stored picture, in parts of its width and height; all null: not said.
    region_left REAL,
    region_top REAL,
    region_width REAL,
    region_height REAL,
    drawn_width REAL,                    -- the picture's pixels when the region was drawn, where known
    drawn_height REAL,
    property TEXT NOT NULL,
    sidecar TEXT,
    PRIMARY KEY (photo_id, position)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX file_person_name ON file_person (name, photo_id);

  CREATE TABLE file_place (
    photo_id INTEGER NOT NULL REFERENCES photo ON DELETE CASCADE,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,                  -- 'located', 'shown', 'taken', 'gps'
    sublocation TEXT,
    city TEXT,
    state TEXT,
    country TEXT,
    country_code TEXT,                   -- ISO 3166
    property TEXT NOT NULL,
    sidecar TEXT,
    PRIMARY KEY (photo_id, position)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX file_place_name ON file_place (
    coalesce(sublocation, '') || char(31) || coalesce(city, '') || char(31) || coalesce(state, '') || char(31)
      || coalesce(country, '') || char(31) || coalesce(country_code, ''),
    photo_id
  );

  -- Where photo.rating is from.
  CREATE TABLE file_rating (
    photo_id INTEGER PRIMARY KEY REFERENCES photo ON DELETE CASCADE,
    property TEXT NOT NULL,
    sidecar TEXT
  ) STRICT;

  -- The XMP files of a folder, as last seen: when one comes, goes or changes, its photos are read again.
  CREATE TABLE sidecar (
    folder_id INTEGER NOT NULL REFERENCES folder ON DELETE CASCADE,
    name TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    modified_ms INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL,
    problem TEXT,                        -- why nothing was taken from it: 'tooLarge', 'notXmp', …
    PRIMARY KEY (folder_id, name)
  ) STRICT, WITHOUT ROWID;
`;

/** As schema 8 has it, with titles, and everything else that files say. Filled anew after this migration. */
const search = `
  DROP TABLE photo_text;
  CREATE VIRTUAL TABLE photo_text USING fts5(
    name, caption, answer, tag, title, file,
    content='', contentless_delete=1, tokenize='ascii', prefix='2 3'
  );
`;
