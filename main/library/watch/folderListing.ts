/** @file What of a folder's entries concerns the library. Main process, CLI. */
import path from 'node:path';
import { childPath, holds } from '../files/commonFolder.ts';
import type { Disk, DiskState } from '../photos/disk.ts';
import { isXmpName } from '../photos/xmpNames.ts';
import type { FolderNames } from './planFolders.ts';
import type { RootScan } from './rootScan.ts';
import type { WatchContext } from './watchContext.ts';

export interface FolderListing extends FolderNames {
  readonly state: DiskState;
  /** Of XMP files. */
  readonly sidecarNames: readonly string[];
}

/** @throws Node's errors of the folder itself */
export async function listFolder(context: WatchContext, pass: RootScan, relativePath: string): Promise<FolderListing> {
  const folder = pass.absolute(relativePath);
  const [state, entries] = await Promise.all([context.disk.state(folder), context.disk.list(folder)]);
  const fileNames: string[] = [];
  const sidecarNames = entries.filter((entry) => isXmpName(entry.name) && !entry.isDirectory()).map(({ name }) => name);
  const folderNames: string[] = [];
  const linkNames: string[] = [];
  const brokenLinkNames: string[] = [];
  for (const entry of entries) {
    const inside = childPath(relativePath, entry.name);
    if (entry.isFile()) {
      if (pass.rules.takesFile(inside)) fileNames.push(entry.name);
    } else if (entry.isDirectory()) {
      if (pass.rules.takesFolder(inside) && !pass.foreign.has(path.join(folder, entry.name)))
        folderNames.push(entry.name);
    } else if (entry.isSymbolicLink() && (pass.rules.takesFolder(inside) || pass.rules.takesFile(inside))) {
      const kind = await linkKind(context.disk, pass, path.join(folder, entry.name));
      if (kind === 'file' && pass.rules.takesFile(inside)) fileNames.push(entry.name);
      if (kind === 'folder' && pass.rules.takesFolder(inside)) linkNames.push(entry.name);
      if (kind === 'broken') brokenLinkNames.push(entry.name);
    }
  }
  return { state, fileNames, sidecarNames, folderNames, linkNames, brokenLinkNames };
}

async function linkKind(disk: Disk, pass: RootScan, link: string): Promise<'file' | 'folder' | 'broken' | 'elsewhere'> {
  try {
    const { kind } = await disk.state(link);
    if (kind !== 'folder') return kind === 'file' ? 'file' : 'elsewhere';
    const target = await disk.realPath(link);
    // The library reaches those by their own paths.
    const isInside = [pass.root.path, ...pass.foreign].some((folder) => holds(folder, target));
    return isInside ? 'elsewhere' : 'folder';
  } catch {
    return 'broken';
  }
}
