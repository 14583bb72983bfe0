/** @file Copies of the catalog, made by themselves, and the way back from one when the catalog is damaged. Main process and CLI. */
import { copyFileSync, existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import type Sqlite from 'better-sqlite3';
import { fileSystemCode, fileSystemReason } from '../../files/fileSystemError.ts';
import { libraryPlaces } from '../../files/libraryPlaces.ts';
import { makePrivateFileSync, makePrivateFolderSync } from '../../files/privateFiles.ts';
import { CatalogError, catalogErrorOf } from '../catalogError.ts';
import { copyHoldings, leaveWithoutLog, soundHoldings } from './backupFile.ts';
import { superfluousBackups } from './backupSpread.ts';

export interface Backup {
  readonly file: string;
  readonly takenAtMs: number;
}

/** What was wrong with the catalog: unreadable; without any content, which only an accident leaves; or not there. */
export type CatalogLoss = 'damaged' | 'empty' | 'missing';

export interface Restored {
  readonly loss: CatalogLoss;
  readonly from: Backup;
  /** The damaged file is kept: whoever knows SQLite may get more out of it. Undefined where there was none. */
  readonly damagedFile: string | undefined;
}

const leftover = /^catalog-.*\.db(?:\.part(?:-journal)?|-wal|-shm)$/;
const backupName = /^catalog-(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)Z\.db$/;

export function catalogFile(libraryFolder: string): string {
  return libraryPlaces(libraryFolder).catalog;
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
    leaveWithoutLog(unfinished);
    renameSync(unfinished, file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw catalogErrorOf(error, file);
  }
  removeSuperfluous(libraryFolder);
  return { file, takenAtMs: nowMs };
}

/** Also what was left beside backups by earlier versions, and by processes that were killed. */
function removeSuperfluous(libraryFolder: string): void {
  for (const old of superfluousBackups(listBackups(libraryFolder), ({ file }) => copyHoldings(file))) {
    rmSync(old.file, { force: true });
  }
  const folder = backupsFolder(libraryFolder);
  for (const name of readdirSync(folder)) {
    if (leftover.test(name)) rmSync(path.join(folder, name), { force: true });
  }
}

/**
 * Whether there is no catalog, or one of 0 bytes, beside sound backups that hold something: then the library is not a new
 * one. Whoever wants to begin anew removes the backups, too.
 */
export function catalogLoss(libraryFolder: string): Exclude<CatalogLoss, 'damaged'> | undefined {
  let sizeBytes: number;
  try {
    sizeBytes = statSync(catalogFile(libraryFolder)).size;
  } catch (error) {
    if (fileSystemCode(error) !== 'ENOENT') return undefined;
    return fullBackup(libraryFolder) === undefined ? undefined : 'missing';
  }
  return sizeBytes > 0 || fullBackup(libraryFolder) === undefined ? undefined : 'empty';
}

/** The newest that is sound and holds anything. */
function fullBackup(libraryFolder: string): Backup | undefined {
  return listBackups(libraryFolder).find(({ file }) => (soundHoldings(file)?.altogether ?? 0) > 0);
}

/**
 * Puts the newest sound backup in the place of a catalog that was lost, which nobody may have open; rather one that holds
 * something. A damaged file is kept beside it. @throws CatalogError CATALOG_DAMAGED when there is no sound backup
 */
export function restoreBackup(libraryFolder: string, loss: CatalogLoss, nowMs: number): Restored {
  const file = catalogFile(libraryFolder);
  const from = fullBackup(libraryFolder) ?? listBackups(libraryFolder).find((backup) => isSound(backup.file));
  if (from === undefined) {
    throw new CatalogError(
      'CATALOG_DAMAGED',
      `The catalog ${file} is damaged, and there is no backup of it. It was not changed; if you have a copy of it, put that in its place.`,
      { file },
    );
  }
  const damagedFile = path.join(libraryFolder, `catalog.damaged-${nowMs}.db`);
  putInPlace(file, from, damagedFile);
  return { loss, from, damagedFile: loss === 'missing' ? undefined : damagedFile };
}

/**
 * Puts a backup that the person chose in the place of the catalog, which nobody may have open.
 * @returns where the catalog is kept that was there, if there was one @throws CatalogError CATALOG_DAMAGED when the backup is
 */
export function restoreChosen(libraryFolder: string, from: Backup, nowMs: number): string | undefined {
  if (!isSound(from.file)) {
    throw new CatalogError('CATALOG_DAMAGED', `The backup ${from.file} is damaged. The catalog was not changed.`, {
      file: from.file,
    });
  }
  const replacedFile = path.join(libraryFolder, `catalog.replaced-${nowMs}.db`);
  const wasThere = existsSync(catalogFile(libraryFolder));
  putInPlace(catalogFile(libraryFolder), from, replacedFile);
  return wasThere ? replacedFile : undefined;
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
  return soundHoldings(file) !== undefined;
}
