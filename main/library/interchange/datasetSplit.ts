/** @file Which split of a dataset a picture belongs to. Pure. */
import type { SplitName, SplitShares } from '../../../schemas/exports.ts';

/** In the order in which shares are counted. */
export const splitNames = ['train', 'validation', 'test'] as const satisfies readonly SplitName[];

/**
 * By the picture's bytes alone: equal ones share a split, so that none is both learnt from and tested with, and one stays in
 * its split however many others come. The shares are met the better the more pictures there are.
 *
 * @param sha256 of the picture's file, in hexadecimal
 */
export function splitOf(sha256: string, shares: SplitShares): SplitName {
  // 52 bits: as many as a number holds exactly.
  const place = (Number.parseInt(sha256.slice(0, 13), 16) / 2 ** 52) * 100;
  let end = 0;
  for (const name of splitNames) {
    end += shares[name];
    if (place < end) return name;
  }
  return splitNames.findLast((name) => shares[name] > 0) ?? 'train';
}
