/** @file What becomes of photos that no file was found for, once everything was looked at. Main process, CLI. */
import path from 'node:path';
import type { PlacedPhoto } from '../catalog/photos/photoPlaces.ts';
import type { Root } from '../catalog/photos/roots.ts';
import { fileSystemCode } from '../files/fileSystemError.ts';
import type { Disk } from '../photos/disk.ts';
import type { AbsentPhoto, RootScan } from './rootScan.ts';
import { ContentComparison } from './sameContent.ts';
import type { WatchContext } from './watchContext.ts';

export interface Missed {
  readonly missing: readonly number[];
  /** Photos that an identical file stands in for now. */
  readonly moved: readonly number[];
}

/**
 * Notes as missing those photos that are still where they were in the catalog, and still without a file: it may have
 * appeared while other folders were compared, or been renamed while the folder was listed.
 */
export async function markMissing(
  context: WatchContext,
  pass: Pick<RootScan, 'root' | 'rules'>,
  absent: readonly AbsentPhoto[],
  signal: AbortSignal | undefined,
): Promise<Missed> {
  const { catalog } = context;
  const gone = await Promise.all(absent.map((photo) => isGone(context, pass, photo)));
  if (!(await isSameFolder(context, pass.root))) return { missing: [], moved: [] };
  const missing: number[] = [];
  const moved: number[] = [];
  catalog.connection.write(() => {
    for (const [index, photo] of absent.entries()) {
      if (gone[index] !== true || !isStillThere(catalog.places.get(photo.id), photo)) continue;
      catalog.places.setMissing(photo.id);
      missing.push(photo.id);
    }
  });
  for (const id of missing) {
    if (await moveToDuplicate(context, id, signal)) moved.push(id);
  }
  const areBack = new Set(moved);
  return { missing: missing.filter((id) => !areBack.has(id)), moved };
}

async function isGone(
  { catalog, disk }: WatchContext,
  { root, rules }: Pick<RootScan, 'root' | 'rules'>,
  { id, folderId }: AbsentPhoto,
): Promise<boolean> {
  const row = catalog.places.get(id);
  if (row === undefined) return false;
  const { relativePath } = catalog.folders.get(folderId);
  const parts = relativePath === '' ? [] : relativePath.split('/');
  const isPassedOver =
    parts.some((_, index) => !rules.takesFolder(parts.slice(0, index + 1).join('/'))) ||
    !rules.takesFile([...parts, row.name].join('/'));
  if (isPassedOver) return true;
  try {
    const { kind } = await disk.state(path.join(root.path, relativePath, row.name));
    return kind !== 'file';
  } catch (error) {
    const code = fileSystemCode(error);
    return code === 'ENOENT' || code === 'ENOTDIR';
  }
}

/** All files are gone when the drive is. */
async function isSameFolder({ catalog, disk }: WatchContext, root: Root): Promise<boolean> {
  const known = catalog.folders.find(root.id, '')?.inode;
  return await disk.state(root.path).then(
    ({ inode }) => known === undefined || known === inode,
    () => false,
  );
}

function isStillThere(row: PlacedPhoto | undefined, { folderId, nameKey }: AbsentPhoto): boolean {
  return row !== undefined && row.folderId === folderId && row.nameKey === nameKey && row.missingSinceMs === null;
}

/** A move from drive to drive is a copy, which was found, and then a deletion. */
export async function moveToDuplicate(
  { catalog, disk }: WatchContext,
  id: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { connection, places } = catalog;
  const content = places.contentOf(id);
  if (content === undefined || !places.hasTexts(id)) return false;
  for (const duplicateId of places.duplicatesOf(id, content.fingerprint)) {
    const duplicate = places.candidate(duplicateId);
    if (duplicate === undefined || duplicate.missingSinceMs !== null || duplicate.rootState !== 'online') continue;
    // It may be gone as well, and its root's turn is still to come.
    if (!(await isFile(disk, duplicate.path))) continue;
    if (!(await new ContentComparison(duplicate.path, duplicate).equals(content, signal))) continue;
    if (connection.write(() => places.takeDuplicatesPlace(id, duplicate))) return true;
  }
  return false;
}

async function isFile(disk: Disk, file: string): Promise<boolean> {
  return await disk.state(file).then(
    ({ kind }) => kind === 'file',
    () => false,
  );
}
