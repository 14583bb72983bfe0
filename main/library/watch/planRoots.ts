/**
 * @file Whether what is at a root's path is the folder that the catalog knows, which a drive may have taken with it, and
 * what follows for the root. Pure.
 */
import type { Root, VolumePlace } from '../catalog/photos/roots.ts';
import { type FileState, isSameTime } from '../photos/fileState.ts';

/** Of the photos that are looked for, so large a part must be there as it was for the folder to be the same one. */
const recognizedPart = 1 / 10;

export type RootAction =
  | { readonly kind: 'goOffline'; readonly rootId: number }
  | { readonly kind: 'comeBack'; readonly rootId: number }
  /** The folder is elsewhere now. */
  | { readonly kind: 'relocate'; readonly root: Root; readonly path: string; readonly volume: VolumePlace }
  /** By which the folder is found again when its drive is mounted elsewhere. */
  | { readonly kind: 'noteVolume'; readonly rootId: number; readonly volume: VolumePlace };

/** A folder at a root's path. */
export interface RootOnDisk {
  readonly inode: number;
  readonly volume: VolumePlace;
}

/**
 * Whether it is the root's, without looking into it. Where it is not, its photos are to be looked for: everything may have
 * been copied to a new drive.
 *
 * @param knownInode the number of the root's folder, as the catalog has it
 */
export function isSameFolder(
  root: Root,
  knownInode: number | undefined,
  onDisk: RootOnDisk,
  roots: readonly Root[],
): boolean {
  if (root.volume?.id !== undefined && onDisk.volume.id !== undefined) return root.volume.id === onDisk.volume.id;
  // The top folders of two drives usually have the same number.
  const isContested = roots.some(({ id, path }) => id !== root.id && path === root.path);
  return knownInode === undefined || (knownInode === onDisk.inode && !isContested);
}

type Seen = Pick<FileState, 'sizeBytes' | 'modifiedMs'>;

/** Whether a folder holds the photos of which some were looked for; also when there was none to look for. */
export function holdsEnough(sample: readonly { readonly known: Seen; readonly there: Seen | undefined }[]): boolean {
  const same = sample.filter(
    ({ known, there }) =>
      there !== undefined && there.sizeBytes === known.sizeBytes && isSameTime(there.modifiedMs, known.modifiedMs),
  );
  return same.length >= sample.length * recognizedPart;
}

/** Whether another root is at the path now: two drives may take turns at one mount point. */
export function isTaken(path: string, roots: readonly Root[]): boolean {
  return roots.some((root) => root.state === 'online' && root.path === path);
}

/**
 * What becomes of a root that was offline.
 *
 * @param isHere whether its folder is where it was
 * @param elsewhere where it is on a drive that is mounted elsewhere
 */
export function planReturn(
  root: Root,
  roots: readonly Root[],
  isHere: boolean,
  elsewhere: { readonly path: string; readonly volume: VolumePlace } | undefined,
): RootAction[] {
  const back: RootAction = { kind: 'comeBack', rootId: root.id };
  if (isHere && !isTaken(root.path, roots)) return [back];
  if (elsewhere === undefined || isTaken(elsewhere.path, roots)) return [];
  return [{ kind: 'relocate', root, ...elsewhere }, back];
}

export function planVolume({ id, volume: known }: Root, volume: VolumePlace): RootAction[] {
  const isKnown = volume.id === known?.id && volume.path === known?.path;
  return isKnown ? [] : [{ kind: 'noteVolume', rootId: id, volume }];
}
