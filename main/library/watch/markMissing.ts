/** @file Looks once more for photos that no file was found for, and has the catalog follow. Main process, CLI. */
import path from 'node:path';
import type { Root } from '../catalog/photos/roots.ts';
import { childPath } from '../files/commonFolder.ts';
import { fileSystemCode } from '../files/fileSystemError.ts';
import type { Disk } from '../photos/disk.ts';
import { type Applied, applyPlan } from './applyPlan.ts';
import { type AbsentPhoto, isIgnored, isPresent, planMissing, planReplacement } from './planMissing.ts';
import type { RootScan } from './rootScan.ts';
import { ContentComparison } from './sameContent.ts';
import type { WatchContext } from './watchContext.ts';

export type Missed = Pick<Applied, 'missing' | 'moved'>;

/** Notes those as missing that are; a photo that an equal file stands in for moves there. */
export async function markMissing(
  context: WatchContext,
  pass: Pick<RootScan, 'root' | 'rules'>,
  absent: readonly AbsentPhoto[],
  signal: AbortSignal | undefined,
): Promise<Missed> {
  const { catalog } = context;
  const gone = await Promise.all(absent.map((photo) => isGone(context, pass, photo)));
  // Asked last: what was not there may have been on a drive that is away by now.
  const isRootThere = await isSameFolder(context, pass.root);
  const { missing } = catalog.connection.write(() => {
    const now = absent.map((photo, index) => ({
      photo,
      row: catalog.places.get(photo.id),
      isGone: gone[index] === true,
    }));
    return applyPlan(catalog, planMissing(now, isRootThere));
  });
  return await moveToDuplicates(context, missing, signal);
}

/** A move from drive to drive is a copy, which was found, and then a deletion. */
export async function moveToDuplicates(
  context: WatchContext,
  ids: Iterable<number>,
  signal: AbortSignal | undefined,
): Promise<Missed> {
  const missing: number[] = [];
  const moved: number[] = [];
  for (const id of ids) ((await moveToDuplicate(context, id, signal)) ? moved : missing).push(id);
  return { missing, moved };
}

async function isGone(
  { catalog, disk }: WatchContext,
  { root, rules }: Pick<RootScan, 'root' | 'rules'>,
  { id, folderId }: AbsentPhoto,
): Promise<boolean> {
  const row = catalog.places.get(id);
  if (row === undefined) return false;
  const relativePath = childPath(catalog.folders.get(folderId).relativePath, row.name);
  if (isIgnored(rules, relativePath)) return true;
  try {
    const { kind } = await disk.state(path.join(root.path, relativePath));
    return kind !== 'file';
  } catch (error) {
    const code = fileSystemCode(error);
    return code === 'ENOENT' || code === 'ENOTDIR';
  }
}

async function isSameFolder({ catalog, disk }: WatchContext, root: Root): Promise<boolean> {
  const known = catalog.folders.find(root.id, '')?.inode;
  return await disk.state(root.path).then(
    ({ inode }) => known === undefined || known === inode,
    () => false,
  );
}

/** There may be thousands of equal photos: they are looked at one after the other, up to the first that will do. */
async function moveToDuplicate(
  { catalog, disk }: WatchContext,
  id: number,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const { connection, places } = catalog;
  const content = places.contentOf(id);
  if (content === undefined || places.textsOf(id) === 'none') return false;
  for (const duplicateId of places.duplicatesOf(id, content.fingerprint)) {
    const seen = places.candidate(duplicateId);
    if (seen === undefined || !isPresent(seen)) continue;
    // It may be gone as well, and its root's turn is still to come.
    if (!(await isFile(disk, seen.path))) continue;
    if (!(await new ContentComparison(seen.path, seen).equals(content, signal))) continue;
    const { moved } = connection.write(() => {
      const now = { duplicate: places.candidate(duplicateId), texts: places.textsOf(duplicateId) };
      return applyPlan(catalog, planReplacement({ id, texts: places.textsOf(id) }, seen, now));
    });
    if (moved.length > 0) return true;
  }
  return false;
}

async function isFile(disk: Disk, file: string): Promise<boolean> {
  return await disk.state(file).then(
    ({ kind }) => kind === 'file',
    () => false,
  );
}
