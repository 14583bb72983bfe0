/** @file A photo as the file system knows it. */

export interface PhotoFile {
  /** Absolute. */
  readonly path: string;
  /** As the person named it: the argument, and the way down from it. For messages. */
  readonly shownAs: string;
  /** From the folder that holds everything asked for, with `/` between the parts on every system. Unique in a search. */
  readonly relativePath: string;
  readonly sizeBytes: number;
  /** Milliseconds since 1970, whole. */
  readonly modifiedMs: number;
}
