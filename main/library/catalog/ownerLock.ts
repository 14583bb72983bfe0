/** @file Lets one process at a time own a library: watch its folders, work off its queue, write. Main process and CLI. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import Sqlite, { SqliteError } from 'better-sqlite3';
import * as z from 'zod';
import { readForeignFileSync } from '../../../native-models/foreignFile.ts';
import { fileSystemCode, fileSystemReason } from '../files/fileSystemError.ts';
import { assertRegularFileSync, makePrivateFileSync, privateFileMode } from '../files/privateFiles.ts';
import { CatalogError, catalogErrorOf } from './catalogError.ts';

const maxHolderBytes = 4096;
const holderSchema = z.object({ pid: z.int(), what: z.string() });

/**
 * Held through SQLite's own lock on an empty database: every system frees it when the process ends, however it ends,
 * so a crash leaves no lock behind.
 */
export class OwnerLock implements Disposable {
  /** Garbage collection closes a database that nobody refers to, and would free the lock while its owner works. */
  static readonly #held = new Set<OwnerLock>();

  readonly #database: Sqlite.Database;

  private constructor(database: Sqlite.Database) {
    this.#database = database;
  }

  /** @param what this process is, for the person who meets the lock: "vignette serve". @throws CatalogError CATALOG_IN_USE */
  static take(libraryFolder: string, what: string): OwnerLock {
    const file = path.join(libraryFolder, 'catalog.lock');
    let database: Sqlite.Database | undefined;
    try {
      assertRegularFileSync(file);
      assertRegularFileSync(holderFile(libraryFolder));
      makePrivateFileSync(file);
      database = new Sqlite(file, { timeout: 0 });
      database.pragma('journal_mode = MEMORY');
      database.exec('BEGIN EXCLUSIVE');
      writeFileSync(holderFile(libraryFolder), JSON.stringify({ pid: process.pid, what }), { mode: privateFileMode });
      const lock = new OwnerLock(database);
      OwnerLock.#held.add(lock);
      return lock;
    } catch (error) {
      database?.close();
      if (error instanceof SqliteError && error.code.startsWith('SQLITE_BUSY')) {
        const holder = readHolder(libraryFolder);
        const who =
          holder === undefined ? 'another Vignette' : `another Vignette (${holder.what}, process ${holder.pid})`;
        throw new CatalogError(
          'CATALOG_IN_USE',
          `The library ${libraryFolder} is in use by ${who}. Close that one first, or work with another library.`,
          { libraryFolder, ...holder },
          error,
        );
      }
      const code = fileSystemCode(error);
      if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') {
        throw new CatalogError(
          'CATALOG_READ_ONLY',
          `The library ${libraryFolder} cannot be written: ${fileSystemReason(error)}.`,
          { libraryFolder },
          error,
        );
      }
      throw catalogErrorOf(error, file);
    }
  }

  [Symbol.dispose](): void {
    OwnerLock.#held.delete(this);
    this.#database.close();
  }
}

function holderFile(libraryFolder: string): string {
  return path.join(libraryFolder, 'catalog.lock.json');
}

function readHolder(libraryFolder: string): z.output<typeof holderSchema> | undefined {
  try {
    return holderSchema.safeParse(
      JSON.parse(readForeignFileSync(holderFile(libraryFolder), maxHolderBytes).toString('utf8')),
    ).data;
  } catch {
    // Being written at this moment: the lock says enough.
    return undefined;
  }
}
