/**
 * @file Schema 10: which revision of a model wrote, and how it was compiled. A model that is replaced keeps its name, and a
 * run's own note of it, by which equal runs are found, has the weights' checksum and the precision only.
 */
import type { Database } from 'better-sqlite3';

export function modelVersions(database: Database): void {
  database.exec(`
    CREATE TABLE model_version (
      id INTEGER PRIMARY KEY,
      model_id TEXT NOT NULL,
      sha256 TEXT NOT NULL,                -- of the checkpoint's weights
      precision TEXT NOT NULL,
      source TEXT NOT NULL,                -- the repository, or the folder's name
      revision TEXT,                       -- the repository's commit, where it is known
      compiler TEXT NOT NULL               -- version of the compiler
    ) STRICT;
    CREATE UNIQUE INDEX model_version_once
      ON model_version (model_id, sha256, precision, source, coalesce(revision, ''), compiler);

    -- The models that a run was worked on with: one that was imported again between two of its photos makes two. Of runs
    -- before this schema nothing is known.
    CREATE TABLE run_model (
      run_id INTEGER NOT NULL REFERENCES run,
      model_version_id INTEGER NOT NULL REFERENCES model_version,
      PRIMARY KEY (run_id, model_version_id)
    ) STRICT, WITHOUT ROWID;
  `);
}
