/** @file How many stars a file says that its photo has. Pure; picture process. */
import type { FileRating } from '../../../../schemas/fileInfo.ts';
import { numberOf } from '../tagValues.ts';
import type { FoundTags } from './texts.ts';

export const ratingTags: readonly string[] = ['Rating#', 'RatingPercent#'];

/** The first place that holds one, in the order of digiKam, which reads them all. */
export function ratingOf({ tags, sidecar }: FoundTags): FileRating | null {
  for (const [properties, starsOf] of places) {
    for (const property of properties) {
      const stars = starsOf(numberOf(tags.get(property)));
      if (stars !== null) return { stars, property, sidecar };
    }
  }
  return null;
}

const places: readonly (readonly [properties: readonly string[], starsOf: (value: number | null) => number | null])[] =
  [
    [['XMP-xmp:Rating', 'XMP-acdsee:Rating', 'IFD0:Rating'], wholeStars],
    [['XMP-microsoft:RatingPercent', 'IFD0:RatingPercent'], starsOfPercent],
  ];

/**
 * XMP's rating is a real number: half stars are rounded. More than five are five, as programs show them that count to
 * five; what is no number of stars at all, such as a percentage, is left to the other places.
 */
function wholeStars(rating: number | null): number | null {
  if (rating === null || rating < -1 || rating > 10) return null;
  return Math.min(5, rating < 0 ? Math.floor(rating) : Math.round(rating));
}

/** Windows writes 1, 25, 50, 75, 99 for one to five stars, and reads what lies between by these ranges. */
function starsOfPercent(percent: number | null): number | null {
  if (percent === null || percent < 0 || percent > 100) return null;
  const upTo = [0, 12, 37, 62, 87, 100];
  return upTo.findIndex((most) => percent <= most);
}
