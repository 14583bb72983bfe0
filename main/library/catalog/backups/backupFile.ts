/** @file What a copy of the catalog is worth, looked at without leaving anything beside it. Main process and CLI. */
import { rmSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { assertRegularFileSync } from '../../files/privateFiles.ts';
import { applicationId } from '../database.ts';

/** How much a catalog holds. */
export interface Holdings {
  /** What people wrote: captions, answers, tags, questions. Such rows are never deleted. */
  readonly byPeople: number;
  /** All texts, photos and folders. */
  readonly altogether: number;
}

/** Undefined for a file that is damaged, or no catalog. Reads all of it. */
export function soundHoldings(file: string): Holdings | undefined {
  return withCopy(file, (database) =>
    database.pragma('integrity_check(1)', { simple: true }) === 'ok' ? holdingsOf(database) : undefined,
  );
}

/** The same without looking for damage. */
export function copyHoldings(file: string): Holdings | undefined {
  return withCopy(file, holdingsOf);
}

/** A copy needs no log: with one, whoever opened it would leave files beside it. */
export function leaveWithoutLog(file: string): void {
  const database = new Sqlite(file);
  try {
    database.pragma('journal_mode = DELETE');
  } finally {
    database.close();
  }
}

function holdingsOf(database: Sqlite.Database): Holdings | undefined {
  return database
    .prepare<[], Holdings>(
      `SELECT human + (SELECT count(*) FROM message WHERE author = 'human') AS byPeople,
         total + (SELECT count(*) FROM message) + (SELECT count(*) FROM photo) + (SELECT count(*) FROM root) AS altogether
       FROM (SELECT count(*) AS total, count(*) FILTER (WHERE source <> 'model') AS human FROM (
         SELECT source FROM caption UNION ALL SELECT source FROM answer UNION ALL SELECT source FROM photo_tag))`,
    )
    .get();
}

function withCopy<T>(file: string, look: (database: Sqlite.Database) => T | undefined): T | undefined {
  let database: Sqlite.Database | undefined;
  try {
    assertRegularFileSync(file);
    database = new Sqlite(file, { readonly: true, fileMustExist: true });
    database.pragma('trusted_schema = OFF');
    return database.pragma('application_id', { simple: true }) === applicationId ? look(database) : undefined;
  } catch {
    return undefined;
  } finally {
    database?.close();
    // Earlier versions left copies with a log, which a reader cannot remove.
    for (const suffix of ['-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
  }
}
