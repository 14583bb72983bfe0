/**
 * @file Where a ranking by similarity ends. Every photo is like a text to some degree, and what degree means that it shows
 * the thing differs from model to model and from text to text. So the cut lies where the scores fall off: at the largest
 * fall between the three photos before and the three after a place, well above what a typical photo of the library scores,
 * the median. Where nothing falls off, it lies half-way from the median to the best. Measured on scenes of the
 * demo world, whose truth is known (`npm run bench search-cut`): precision 0.86 and recall 0.88, where half-way alone has 0.43
 * and 0.89, the first twenty 0.59 and 0.74. Of scores that fall evenly, as those of other models
 * may, it leaves as many as half-way does. Pure.
 */

export interface Scored {
  readonly photoId: number;
  readonly score: number;
}

/** In a library of fewer no photo is typical. */
const fewest = 10;
/** As many photos as tell what is typical. */
const maxSampled = 500;
/** Photos before and after a fall: a single outlier is no fall. */
const neighbours = 3;
/** From typical, 0, to the best, 1: no fall lower than this is looked for. */
const lowestFall = 0.4;
/** On the same scale: a smaller fall is none. */
const smallestFall = 0.2;
const halfWay = 0.5;

/** Evenly from the whole list. */
export function sampleOf(photoIds: ArrayLike<number>): number[] {
  const count = Math.min(maxSampled, photoIds.length);
  return Array.from({ length: count }, (_, index) => photoIds[Math.floor((index * photoIds.length) / count)] ?? 0);
}

/**
 * Those of the ranking before the cut.
 * @param ranking the best first
 * @param sample scores of photos of the whole library, whatever else the query asks for
 */
export function beforeCut<Photo extends Scored>(ranking: readonly Photo[], sample: readonly Scored[]): Photo[] {
  if (ranking.length === 0 || sample.length < fewest) return [...ranking];
  const descending = (photos: Iterable<Scored>) => Array.from(photos, ({ score }) => score).sort((a, b) => b - a);
  const typical = descending(sample)[Math.floor(sample.length / 2)] ?? 0;
  // Each once: the fall is sought in the library as far as it is known, and not in what filters leave of it.
  const known = descending(new Map([...sample, ...ranking].map((photo) => [photo.photoId, photo])).values());
  const cut = fallIn(known, typical) ?? typical + ((known[0] ?? typical) - typical) * halfWay;
  return ranking.filter(({ score }) => score >= cut);
}

/** The score of the last photo before the largest fall; undefined where there is none. @param scores the largest first */
function fallIn(scores: readonly number[], typical: number): number | undefined {
  const span = (scores[0] ?? typical) - typical;
  let largest = smallestFall * span;
  let last: number | undefined;
  for (const [index, score] of scores.entries()) {
    if (score < typical + lowestFall * span || index + 1 === scores.length) break;
    const before = mean(scores.slice(Math.max(0, index + 1 - neighbours), index + 1));
    const fall = before - mean(scores.slice(index + 1, index + 1 + neighbours));
    if (fall <= largest) continue;
    largest = fall;
    last = score;
  }
  return last;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
