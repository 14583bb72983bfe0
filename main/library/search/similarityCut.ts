/**
 * @file Where a ranking by similarity ends. Every photo is like a text to some degree, and what degree means that it shows
 * the thing differs from model to model and from text to text. So the cut lies half-way from what a typical photo of the
 * library scores, the median, to what the best one does. Of the demo photos that leaves for "car" the four with a car, for
 * "balloon" the seven with a balloon, for "boat" the four with boats and one more; a fixed distance from the best score
 * did as well for some words and let a third of the library in for others, and a share of the range from worst to best
 * let in twice as many. Pure.
 */

export interface Scored {
  readonly photoId: number;
  readonly score: number;
}

/** In a library of fewer no photo is typical. */
const fewest = 10;
/** As many photos as tell what is typical. */
const maxSampled = 500;

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
  const [best] = ranking;
  if (best === undefined || sample.length < fewest) return [...ranking];
  const scores = sample.map(({ score }) => score).sort((a, b) => b - a);
  const top = Math.max(best.score, scores[0] ?? best.score);
  const typical = scores[Math.floor(scores.length / 2)] ?? 0;
  const cut = typical + (top - typical) / 2;
  return ranking.filter(({ score }) => score >= cut);
}
