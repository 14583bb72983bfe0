/** @file Opens the catalog's SQLite file: settings, schema version, transactions. Main process, reader threads, CLI. */
import { existsSync, readFileSync } from 'node:fs';
import Sqlite, { SqliteError } from 'better-sqlite3';
import { assertRegularFileSync, makePrivateFileSync } from '../files/privateFiles.ts';
import { soundName } from '../photos/soundNames.ts';
import { CatalogError, catalogErrorOf } from './catalogError.ts';
import { addChoiceFunctions } from './choiceFunctions.ts';
import { type Migration, migrations } from './migrations/migrations.ts';

/** SQLite's place for saying whose file it is: "Vgnt". */
export const applicationId = 0x56676e74;

/** `soundName`, as SQL calls it. */
export const soundNameInSql = 'sound_name';

/** A writer waits for another process this long, at most, before it says CATALOG_BUSY. */
const busyTimeoutMs = 5000;

/** The file, its log and the log's index, and the journal of other modes: SQLite opens them by name. */
const sqliteFiles = ['', '-wal', '-shm', '-journal'];

export interface OpenDatabaseOptions {
  /** Reader threads and commands that only look. */
  readonly readOnly?: boolean | undefined;
  /** For tests: stop at an older schema. */
  readonly migrations?: readonly Migration[] | undefined;
}

/**
 * Opens the file, or makes it, and brings its schema up to date.
 * @throws CatalogError CATALOG_NEWER, CATALOG_NOT_A_CATALOG, CATALOG_NOT_FOUND, CATALOG_DAMAGED, CATALOG_READ_ONLY, …
 */
export function openDatabase(file: string, options: OpenDatabaseOptions = {}): Sqlite.Database {
  const readOnly = options.readOnly ?? false;
  if (readOnly && !existsSync(file)) {
    throw new CatalogError('CATALOG_NOT_FOUND', `There is no catalog ${file} yet.`, { file });
  }
  let database: Sqlite.Database | undefined;
  try {
    for (const beside of sqliteFiles) assertRegularFileSync(file + beside);
    // SQLite gives the files beside it the same mode.
    if (!readOnly) makePrivateFileSync(file);
    database = readOnly ? openToRead(file) : new Sqlite(file, { timeout: busyTimeoutMs });
    assertOurs(database, file, options.migrations ?? migrations);
    configure(database, readOnly);
    addChoiceFunctions(database);
    if (!readOnly) {
      migrate(database, options.migrations ?? migrations);
    }
    return database;
  } catch (error) {
    database?.close();
    throw catalogErrorOf(error, file);
  }
}

/** On a read-only disk the log's index cannot be made. Nobody writes there, so a copy in memory is as good. */
function openToRead(file: string): Sqlite.Database {
  const database = new Sqlite(file, { readonly: true, timeout: busyTimeoutMs });
  try {
    database.pragma('schema_version');
    return database;
  } catch (error) {
    database.close();
    if (!(error instanceof SqliteError) || error.code !== 'SQLITE_CANTOPEN' || existsSync(`${file}-wal`)) {
      throw error;
    }
    const content = readFileSync(file);
    // The header's two version numbers: 2 stands for a write-ahead log, which memory has none of.
    content.fill(1, 18, 20);
    return new Sqlite(content, { readonly: true });
  }
}

function assertOurs(database: Sqlite.Database, file: string, known: readonly Migration[]): void {
  const id = database.pragma('application_id', { simple: true });
  const version = schemaVersion(database);
  const isEmpty = database.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0;
  if (isEmpty && database.readonly) {
    // Another process is making it at this moment.
    throw new CatalogError('CATALOG_NOT_FOUND', `There is no catalog ${file} yet.`, { file });
  }
  if (!isEmpty && id !== applicationId) {
    throw new CatalogError('CATALOG_NOT_A_CATALOG', `The file ${file} is a database of another program.`, { file });
  }
  const newest = known.at(-1)?.version ?? 0;
  if (version > newest) {
    throw new CatalogError(
      'CATALOG_NEWER',
      `The catalog ${file} was written by a newer Vignette (schema ${version}; this one knows ${newest}). Update Vignette; the catalog was not changed.`,
      { file, version, newest },
    );
  }
}

function configure(database: Sqlite.Database, readOnly: boolean): void {
  database.pragma('foreign_keys = ON');
  // For sorting by what names become, which only SQLite can do without holding all of them here.
  database.function(soundNameInSql, { deterministic: true, directOnly: true }, (name) => soundName(String(name)));
  // A catalog may come from somebody else: its schema calls no functions but harmless ones, and its pages are not
  // believed. That SQL loads no extensions and does not write the schema's own table, better-sqlite3 sees to.
  database.pragma('trusted_schema = OFF');
  database.pragma('cell_size_check = ON');
  database.pragma('temp_store = MEMORY');
  // Not mapped into memory: a drive that goes away would end the process, and a large catalog would count as its memory.
  database.pragma('cache_size = -32768');
  if (!readOnly) {
    database.pragma('journal_mode = WAL');
    // With a write-ahead log, a power cut can lose the last transactions but never damage the file.
    database.pragma('synchronous = NORMAL');
    database.pragma('journal_size_limit = 67108864');
  }
}

/** Whether it has the schema of this version of Vignette. */
export function isUpToDate(database: Sqlite.Database): boolean {
  return schemaVersion(database) >= (migrations.at(-1)?.version ?? 0);
}

export function schemaVersion(database: Sqlite.Database): number {
  const version = database.pragma('user_version', { simple: true });
  return typeof version === 'number' ? version : 0;
}

/** Each step in a transaction of its own: one that fails leaves the schema before it. */
function migrate(database: Sqlite.Database, steps: readonly Migration[]): void {
  for (const { version, up } of steps) {
    if (version <= schemaVersion(database)) continue;
    database
      .transaction(() => {
        // Another process may have done it while this one waited for its turn to write.
        if (version <= schemaVersion(database)) return;
        up(database);
        database.pragma(`application_id = ${applicationId}`);
        database.pragma(`user_version = ${version}`);
      })
      .immediate();
  }
}
