/** @file What becomes of photos that no file was found for, once everything was looked at. Pure. */
import type { Candidate, PlacedPhoto, TextsOfPhoto } from '../catalog/photos/photoPlaces.ts';
import type { IgnoreRules } from './ignorePatterns.ts';

/** A photo that had no file at its place when its folder was listed. */
export interface AbsentPhoto {
  readonly id: number;
  readonly folderId: number;
  readonly nameKey: string;
}

/** What is known of it when every folder was compared. */
export interface AbsentNow {
  readonly photo: AbsentPhoto;
  /** As the catalog has it now; undefined where it left it. */
  readonly row: PlacedPhoto | undefined;
  /** Whether no file that counts as a photo is at its place. */
  readonly isGone: boolean;
}

export type MissingAction =
  /** No file is at the photo's place any more. */
  | { readonly kind: 'miss'; readonly photoId: number }
  /** Nothing of the photo is worth keeping: it leaves the catalog. */
  | { readonly kind: 'forget'; readonly photoId: number }
  /** The photo goes on living where an equal one is, which leaves the catalog. */
  | { readonly kind: 'replace'; readonly photoId: number; readonly duplicate: Candidate };

/** Whether the disk need not be asked about a file, since the rules pass over it. The path is from the root. */
export function isIgnored(rules: IgnoreRules, relativePath: string): boolean {
  const parts = relativePath.split('/');
  const folders = parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join('/'));
  return folders.some((folder) => !rules.takesFolder(folder)) || !rules.takesFile(relativePath);
}

/**
 * Photos are missing that are still where they were in the catalog, and still without a file: it may have appeared while
 * other folders were compared, or been renamed while the folder was listed.
 *
 * @param isRootThere all files are gone when the drive is
 */
export function planMissing(absent: readonly AbsentNow[], isRootThere: boolean): MissingAction[] {
  if (!isRootThere) return [];
  const gone = absent.filter(({ photo, row, isGone }) => isGone && isWhereItWas(photo, row));
  // One may be named twice, by its folder and by the folder around it.
  return [...new Set(gone.map(({ photo }) => photo.id))].map((photoId) => ({ kind: 'miss', photoId }));
}

function isWhereItWas({ folderId, nameKey }: AbsentPhoto, row: PlacedPhoto | undefined): boolean {
  return row !== undefined && row.folderId === folderId && row.nameKey === nameKey && row.missingSinceMs === null;
}

/** Whether the equal photo's file may be there, as far as the catalog knows: on a drive that is away it is as good as gone. */
export function isPresent({ missingSinceMs, rootState }: Candidate): boolean {
  return missingSinceMs === null && rootState === 'online';
}

/**
 * What becomes of a missing photo when a file with its content was seen at an equal one's place: a move from drive to
 * drive is a copy, which was found, and then a deletion. Texts that are to be kept stay where they are.
 */
export function planReplacement(
  photo: { readonly id: number; readonly texts: TextsOfPhoto },
  seen: Candidate,
  now: { readonly duplicate: Candidate | undefined; readonly texts: TextsOfPhoto },
): MissingAction[] {
  const { duplicate, texts } = now;
  const isThere = duplicate !== undefined && isPresent(duplicate) && duplicate.path === seen.path;
  const isWorthIt = photo.texts !== 'none' && (texts === 'none' || (texts === 'replaceable' && photo.texts === 'kept'));
  return isThere && isWorthIt ? [{ kind: 'replace', photoId: photo.id, duplicate }] : [];
}
