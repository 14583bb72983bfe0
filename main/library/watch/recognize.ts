/** @file The rule by which a file is recognized as a photo of the same content that the catalog knows. Pure. */

/**
 * What is now where the photo was last seen: its file; another file of the same content; other content, so that it may
 * have been edited there and copied away before; or nothing.
 */
export type PlaceState = 'present' | 'replaced' | 'changed' | 'gone';

/** What a file of the photo's content has in common with the photo. */
export interface Evidence {
  readonly state: PlaceState;
  /** The file lies where the photo was last seen. */
  readonly isSamePlace: boolean;
  /** The file system's number of the file is that of the photo's, which a rename keeps. */
  readonly isSameFile: boolean;
  readonly isSameName: boolean;
  /** To the nanosecond where the file system has them; a rename keeps it, a copy mostly does not. */
  readonly isSameTime: boolean;
}

export interface Recognition {
  /** The lower the likelier. */
  readonly rank: number;
  /** Nothing but the content speaks for it: of several such photos it may be any. */
  readonly isGuess: boolean;
}

/** By rank. Made once: a folder may hold thousands of equal files, each of which is compared with every photo. */
const recognitions: readonly Recognition[] = Array.from({ length: 10 }, (_, rank) => ({ rank, isGuess: rank >= 6 }));

/**
 * How likely the file is the photo's: the first that fits of what docs/library.md lists, in its order. A photo whose
 * place is empty comes before one that may have been edited there. Undefined where the photo's own file, or an equal
 * one, is at its place: then the file is a copy.
 */
export function recognize(evidence: Evidence): Recognition | undefined {
  const { state, isSamePlace, isSameFile, isSameName, isSameTime } = evidence;
  if (isSamePlace) return recognitions[1];
  if (state === 'present') return undefined;
  if (isSameFile) return recognitions[0];
  if (state === 'replaced') return undefined;
  const first = isSameName ? 2 : 6;
  return recognitions[first + (state === 'gone' ? 0 : 2) + (isSameTime ? 0 : 1)];
}
