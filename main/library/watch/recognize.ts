/** @file The rule by which a file is recognized as a photo of the same content that the catalog knows. Pure. */
import type { Candidate } from '../catalog/photos/photoPlaces.ts';
import { isSameFile } from '../photos/fileState.ts';
import type { PlaceState } from './placeState.ts';
import type { FoundFile } from './plan.ts';

/** What a file of the photo's content has in common with the photo. */
export interface Evidence {
  /** Of the place where the photo was last seen. */
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

/** A photo, and what is where it was last seen. */
export interface Considered {
  readonly candidate: Candidate;
  readonly state: PlaceState;
}

export interface Likeliest {
  readonly considered: Considered;
  readonly recognition: Recognition;
  /** No other photo has anything for it. */
  readonly isOnly: boolean;
}

/** Which of the photos the file most likely is, if its content is that one's; photos that fit equally are ordered by `isMissingForLess`. */
export function likeliest(file: FoundFile, photos: Iterable<Considered>): Likeliest | undefined {
  let best: { readonly considered: Considered; readonly recognition: Recognition } | undefined;
  let count = 0;
  for (const considered of photos) {
    if (considered.candidate.id === file.ownId) continue;
    const recognition = recognize(evidenceOf(considered, file));
    if (recognition === undefined) continue;
    count += 1;
    const isLikelier =
      best === undefined ||
      recognition.rank < best.recognition.rank ||
      (recognition.rank === best.recognition.rank && isMissingForLess(considered, best.considered));
    if (isLikelier) best = { considered, recognition };
  }
  return best && { ...best, isOnly: count === 1 };
}

export function evidenceOf({ candidate, state }: Considered, { path, place, read }: FoundFile): Evidence {
  return {
    state,
    isSamePlace: candidate.path === path,
    isSameFile: isSameFile(candidate, read),
    isSameName: candidate.nameKey === place.nameKey,
    isSameTime: candidate.modifiedMs === read.modifiedMs && candidate.modifiedNs === read.modifiedNs,
  };
}

/** What is gone just now was renamed rather than something that was deleted long ago. */
function isMissingForLess({ candidate: a }: Considered, { candidate: b }: Considered): boolean {
  const aMissing = a.missingSinceMs ?? Number.POSITIVE_INFINITY;
  const bMissing = b.missingSinceMs ?? Number.POSITIVE_INFINITY;
  return aMissing !== bMissing ? aMissing > bMissing : a.id < b.id;
}
