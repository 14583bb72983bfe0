/** @file Names that stand for photos in an output: as short as they can be while no two photos share one. Pure. */
import { hash } from 'node:crypto';
import { codePointOrder } from '../photos/order.ts';

/** Takes relative paths and returns the names in the same order. */
export function captionNames(relativePaths: readonly string[], options: NameOptions = {}): string[] {
  const pathsOf = (indexes: readonly number[]) => indexes.map((index) => relativePaths[index] ?? '');
  const levels = nameLevels(relativePaths.length, pathsOf, options);
  return relativePaths.map((relativePath, index) => captionName(relativePath, levels[index]));
}

const indexesAtATime = 500;

/**
 * How long each name is: the file's stem; where several photos have the same, their relative paths without extension;
 * where even those are equal, with it.
 *
 * A name is only taken for free after all have been compared, since a longer name may be the stem of another photo
 * (`x.jpg` beside `x.jpg.png`); names that meet step back together until none does. Relative paths differ, so it ends.
 *
 * Names are compared by 64 bits of their hashes, so that those of a large library are not held: among a million, two that
 * differ meet once in forty million libraries, and are then longer than they had to be.
 *
 * @param pathsOf the relative paths of some of them, in their order
 */
export function nameLevels(
  count: number,
  pathsOf: (indexes: readonly number[]) => readonly string[],
  { shortest = nameLevel.stem, fold = (name: string) => name }: NameOptions = {},
): Uint8Array {
  const levels = new Uint8Array(count).fill(shortest);
  const hashes = new BigUint64Array(count);
  let changed = Uint32Array.from({ length: count }, (_, index) => index);
  while (changed.length > 0) {
    for (let first = 0; first < changed.length; first += indexesAtATime) {
      const indexes = [...changed.subarray(first, first + indexesAtATime)];
      for (const [place, relativePath] of pathsOf(indexes).entries()) {
        const index = indexes[place] ?? 0;
        hashes[index] = hashOf(fold(captionName(relativePath, levels[index])));
      }
    }
    const sorted = hashes.slice().sort();
    const isMeeting = (index: number) =>
      (levels[index] ?? 0) < nameLevel.file && isTwiceIn(sorted, hashes[index] ?? 0n);
    changed = Uint32Array.from(levels.keys()).filter(isMeeting);
    for (const index of changed) levels[index] = (levels[index] ?? 0) + 1;
  }
  return levels;
}

function hashOf(name: string): bigint {
  return hash('sha1', name, 'buffer').readBigUInt64LE();
}

function isTwiceIn(sorted: BigUint64Array, value: bigint): boolean {
  let first = 0;
  for (let end = sorted.length; first < end; ) {
    const middle = (first + end) >>> 1;
    if ((sorted[middle] ?? 0n) < value) first = middle + 1;
    else end = middle;
  }
  return sorted[first + 1] === value;
}

export const nameLevel = { stem: 0, path: 1, file: 2 } as const;

export interface NameOptions {
  /** Where to start: at the stem, or at the path without extension. */
  readonly shortest?: number;
  /** Names that this makes equal may not stand side by side, as on disks that ignore case. */
  readonly fold?: (name: string) => string;
}

/** @param level one of `nameLevel` */
export function captionName(relativePath: string, level: number | undefined): string {
  switch (level) {
    case nameLevel.stem:
      return withoutExtension(fileNameOf(relativePath));
    case nameLevel.path:
      return withoutExtension(relativePath);
    default:
      return relativePath;
  }
}

export function fileNameOf(relativePath: string): string {
  return relativePath.slice(relativePath.lastIndexOf('/') + 1);
}

/** By name in the order of code points, as a script that sorts a folder's listing would have them. */
export function fileNameOrder(left: string, right: string): number {
  return codePointOrder(fileNameOf(left), fileNameOf(right)) || codePointOrder(left, right);
}

/** As Python's `os.path.splitext`: the last dot counts, leading dots of the file name do not. */
export function withoutExtension(relativePath: string): string {
  const nameStart = relativePath.lastIndexOf('/') + 1;
  let firstCounting = nameStart;
  while (relativePath[firstCounting] === '.') {
    firstCounting += 1;
  }
  const dot = relativePath.lastIndexOf('.');
  return dot > firstCounting ? relativePath.slice(0, dot) : relativePath;
}
