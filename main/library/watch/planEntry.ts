/** @file What the entry of a file or folder asks for, before anything is read. Pure. */
import type { Folder } from '../catalog/photos/folders.ts';
import type { PlacedPhoto } from '../catalog/photos/photoPlaces.ts';
import type { DiskState } from '../photos/disk.ts';
import { isExact, isSameState } from '../photos/fileState.ts';

/**
 * - `ignore`: it is no file.
 * - `leave`: it is as the catalog knows it.
 * - `note`: it is, though an earlier version did not note as much of it.
 * - `read`: its content tells what became of it.
 */
export type EntryPlan = 'ignore' | 'leave' | 'note' | 'read';

/**
 * @param own the photo that the catalog has under the name, as names are compared there
 * @param isOtherFolder whether another folder is at the place of the one that the catalog knows: what is in it is not what
 * it was, whatever times say; but a file with the number that is known of it is the same one in whatever folder
 */
export function planEntry(
  name: string,
  own: PlacedPhoto | undefined,
  entry: DiskState,
  isOtherFolder: boolean,
): EntryPlan {
  if (entry.kind !== 'file') return 'ignore';
  const isAsKnown = own?.name === name && isSameState(own, entry) && (!isOtherFolder || own.fileNumber !== null);
  if (!isAsKnown) return 'read';
  return isExact(own) ? 'leave' : 'note';
}

/** Whether another folder is at its place than the one that the catalog knows. */
export function isReplaced({ inode: known }: Folder, { inode, fileNumber }: DiskState): boolean {
  return fileNumber !== null && known !== undefined && known !== inode;
}
