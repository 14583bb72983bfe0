/** @file The library's folder, once what lies at its former place has been moved there. Main process and CLI. */
import { existsSync, mkdirSync, renameSync, rmdirSync } from 'node:fs';
import path from 'node:path';
import { catalogFile } from './catalog/backups.ts';
import { formerLibraryFolder, type LibraryFolderSources, libraryFolder } from './libraryFolder.ts';

/**
 * A library is moved by one renaming, so that it is whole at one of the two places whatever happens. Where that cannot be
 * (another disk, a program that has it open), the former place is used on; two libraries are never mixed.
 */
export function settledLibraryFolder(sources: LibraryFolderSources): string {
  const folder = libraryFolder(sources);
  const former = formerLibraryFolder(sources);
  if (former === undefined || holdsLibrary(folder) || !holdsLibrary(former)) return folder;
  try {
    mkdirSync(path.dirname(folder), { recursive: true });
    // Renaming onto a folder fails on Windows; one that holds anything stays as it is.
    if (existsSync(folder)) rmdirSync(folder);
    renameSync(former, folder);
    return folder;
  } catch {
    // Another process may have moved it at the same time.
    return holdsLibrary(former) ? former : folder;
  }
}

function holdsLibrary(folder: string): boolean {
  return existsSync(catalogFile(folder)) || existsSync(path.join(folder, 'models'));
}
