/**
 * @file What is now where a photo was last seen. Pure: the catalog often tells, then the file's entry, and only then is
 * anything read, which is why there is a function for each; the first that knows decides.
 */
import type { Candidate, ReadFile } from '../catalog/photos/photoPlaces.ts';
import type { DiskState } from '../photos/disk.ts';
import { isOtherFile, isSameState } from '../photos/fileState.ts';

/**
 * The photo's file; another file of the same content; other content, so that it may have been edited there and copied
 * away before; or nothing.
 */
export type PlaceState = 'present' | 'replaced' | 'changed' | 'gone';

/** @param isTaken whether the catalog has another photo there. Undefined where the disk is to be asked. */
export function stateByCatalog({ rootState, missingSinceMs }: Candidate, isTaken: boolean): PlaceState | undefined {
  if (isTaken) return 'gone';
  if (rootState === 'online') return undefined;
  return missingSinceMs === null ? 'present' : 'gone';
}

/** Undefined where the file is to be read. */
export function stateByEntry(photo: Candidate, entry: DiskState): PlaceState | undefined {
  if (entry.kind !== 'file') return 'gone';
  // Where no number was noted, equal states do not tell that it is the same file.
  const isTold = photo.fileNumber !== null || entry.fileNumber === null;
  return isTold && isSameState(photo, entry) ? 'present' : undefined;
}

/** @param code the system's, for an entry that cannot be read: one of which nothing is known stays its photo's */
export function stateByError(code: string | undefined): PlaceState {
  return code === 'ENOENT' || code === 'ENOTDIR' ? 'gone' : 'present';
}

/** @param read undefined for a file that is being written @param isEqual whether its content is the photo's */
export function stateByContent(photo: Candidate, read: ReadFile | undefined, isEqual: boolean): PlaceState {
  if (read === undefined || !isEqual) return 'changed';
  return isOtherFile(photo, read) ? 'replaced' : 'present';
}
