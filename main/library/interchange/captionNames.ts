/** @file Names that stand for photos in an output: as short as they can be while no two photos share one. Pure. */
import { codePointOrder } from '../photos/order.ts';

/**
 * The file's stem; where several photos have the same, their relative paths without extension; where even those are
 * equal, with it. Takes relative paths and returns the names in the same order.
 *
 * A name is only taken for free after all have been compared, since a longer name may be the stem of another photo
 * (`x.jpg` beside `x.jpg.png`); names that meet step back together until none does. Relative paths differ, so it ends.
 */
export function captionNames(relativePaths: readonly string[], options: NameOptions = {}): string[] {
  const { shortest = nameLevel.stem, fold = (name: string) => name } = options;
  const levels: number[] = relativePaths.map(() => shortest);
  for (;;) {
    const names = relativePaths.map((relativePath, index) => nameAt(relativePath, levels[index] ?? shortest));
    const holders = new Map<string, number>();
    const meeting = new Set<number>();
    for (const [index, name] of names.entries()) {
      const key = fold(name);
      const other = holders.get(key);
      if (other === undefined) holders.set(key, index);
      else meeting.add(other).add(index);
    }
    let moved = false;
    for (const index of meeting) {
      const level = levels[index] ?? shortest;
      if (level < nameLevel.file) {
        levels[index] = level + 1;
        moved = true;
      }
    }
    if (!moved) {
      return names;
    }
  }
}

export const nameLevel = { stem: 0, path: 1, file: 2 } as const;

export interface NameOptions {
  /** Where to start: at the stem, or at the path without extension. */
  readonly shortest?: number;
  /** Names that this makes equal may not stand side by side, as on disks that ignore case. */
  readonly fold?: (name: string) => string;
}

function nameAt(relativePath: string, level: number): string {
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
