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

interface Rule {
  readonly applies: (evidence: Evidence) => boolean;
  readonly isGuess: boolean;
}

const isMoved = ({ state }: Evidence) => state === 'gone' || state === 'changed';
const isEmpty = ({ state }: Evidence) => state === 'gone';

/** The first that applies. A photo whose place is empty comes before one that may have been edited there. */
const rules: readonly Rule[] = [
  { applies: (it) => it.isSameFile && !it.isSamePlace && it.state !== 'present', isGuess: false },
  { applies: (it) => it.isSamePlace, isGuess: false },
  { applies: (it) => it.isSameName && isEmpty(it) && it.isSameTime, isGuess: false },
  { applies: (it) => it.isSameName && isEmpty(it), isGuess: false },
  { applies: (it) => it.isSameName && isMoved(it) && it.isSameTime, isGuess: false },
  { applies: (it) => it.isSameName && isMoved(it), isGuess: false },
  { applies: (it) => isEmpty(it) && it.isSameTime, isGuess: true },
  { applies: (it) => isEmpty(it), isGuess: true },
  { applies: (it) => isMoved(it) && it.isSameTime, isGuess: true },
  { applies: (it) => isMoved(it), isGuess: true },
];

/** How likely the file is the photo's; undefined where the photo's own file is still at its place. */
export function recognize(evidence: Evidence): Recognition | undefined {
  const rank = rules.findIndex(({ applies }) => applies(evidence));
  const rule = rules[rank];
  return rule === undefined ? undefined : { rank, isGuess: rule.isGuess };
}
