/** @file Copies of the catalog, made by themselves, and the way back from one when the catalog is damaged. Main process and CLI. */
import { copyFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { fileSystemCode, fileSystemReason } from '../files/fileSystemError.ts';
import { assertRegularFileSync, makePrivateFileSync, makePrivateFolderSync } from '../files/privateFiles.ts';
import { CatalogError, catalogErrorOf } from './catalogError.ts';
import { applicationId } from './database.ts';

export interface Backup {
  readonly file: string;
  readonly takenAtMs: number;
}

export interface Restored {
  readonly from: Backup;
  /** The damaged file is kept: whoever knows SQLite may get more out of it. */
  readonly damagedFile: string;
}

/** Older ones are removed: the newest seven. */
const backupsKept = 7;

const backupName = /^catalog-(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)Z\.db$/;

export function catalogFile(libraryFolder: string): string {
  return path.join(libraryFolder, 'catalog.db');
}

function backupsFolder(libraryFolder: string): string {
  return path.join(libraryFolder, 'backups');
}

/** Newest first. */
export function listBackups(libraryFolder: string): Backup[] {
  let names: string[];
  try {
    names = readdirSync(backupsFolder(libraryFolder));
  } catch {
    return [];
  }
  return names
    .flatMap((name) => {
      const match = backupName.exec(name);
      if (match === null) return [];
      const [, day, hours, minutes, seconds] = match;
      const takenAtMs = Date.parse(`${day}T${hours}:${minutes}:${seconds}Z`);
      return [{ file: path.join(backupsFolder(libraryFolder), name), takenAtMs }];
    })
    .sort((a, b) => b.takenAtMs - a.takenAtMs);
}

/** Copies the catalog while it is in use, a few pages at a time. @throws CatalogError */
export async function takeBackup(database: Sqlite.Database, libraryFolder: string, nowMs: number): Promise<Backup> {
  const stamp = new Date(nowMs).toISOString().slice(0, 19).replaceAll(':', '-');
  const file = path.join(backupsFolder(libraryFolder), `catalog-${stamp}Z.db`);
  const unfinished = `${file}.part`;
  try {
    makePrivateFolderSync(path.dirname(file));
    makePrivateFileSync(unfinished);
    await database.backup(unfinished);
    renameSync(unfinished, file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw catalogErrorOf(error, file);
  }
  for (const old of listBackups(libraryFolder).slice(backupsKept)) {
    rmSync(old.file, { force: true });
  }
  return { file, takenAtMs: nowMs };
}

/**
 * Puts the newest sound backup in the place of a damaged catalog, which nobody may have open. The damaged file is kept
 * beside it. @throws CatalogError CATALOG_DAMAGED when there is no sound backup
 */
export function restoreBackup(libraryFolder: string, nowMs: number): Restored {
  const file = catalogFile(libraryFolder);
  const from = listBackups(libraryFolder).find((backup) => isSound(backup.file));
  if (from === undefined) {
    throw new CatalogError(
      'CATALOG_DAMAGED',
      `The catalog ${file} is damaged, and there is no backup of it. It was not changed; if you have a copy of it, put that in its place.`,
      { file },
    );
  }
  const damagedFile = path.join(libraryFolder, `catalog.damaged-${nowMs}.db`);
  putInPlace(file, from, damagedFile);
  return { from, damagedFile };
}

/**
 * Puts a backup that the person chose in the place of the catalog, which nobody may have open.
 * @returns where the catalog is kept that was there @throws CatalogError CATALOG_DAMAGED when the backup is
 */
export function restoreChosen(libraryFolder: string, from: Backup, nowMs: number): string {
  if (!isSound(from.file)) {
    throw new CatalogError('CATALOG_DAMAGED', `The backup ${from.file} is damaged. The catalog was not changed.`, {
      file: from.file,
    });
  }
  const replacedFile = path.join(libraryFolder, `catalog.replaced-${nowMs}.db`);
  putInPlace(catalogFile(libraryFolder), from, replacedFile);
  return replacedFile;
}

function putInPlace(file: string, from: Backup, keptFile: string): void {
  const incoming = `${file}.restored`;
  try {
    copyFileSync(from.file, incoming);
  } catch (error) {
    rmSync(incoming, { force: true });
    throw new CatalogError(
      'CATALOG_FAILED',
      `The backup ${from.file} cannot be copied: ${fileSystemReason(error)}. The catalog was not changed.`,
      { file },
      error,
    );
  }
  // The log belongs to the file that goes; beside another file it would be poison.
  for (const suffix of ['', '-wal', '-shm']) {
    try {
      renameSync(`${file}${suffix}`, `${keptFile}${suffix}`);
    } catch (error) {
      if (fileSystemCode(error) !== 'ENOENT') throw error;
    }
  }
  renameSync(incoming, file);
}

function isSound(file: string): boolean {
  let database: Sqlite.Database | undefined;
  try {
    assertRegularFileSync(file);
    database = new Sqlite(file, { readonly: true });
    return (
      database.pragma('application_id', { simple: true }) === applicationId &&
      database.pragma('integrity_check(1)', { simple: true }) === 'ok'
    );
  } catch {
    return false;
  } finally {
    database?.close();
  }
}
