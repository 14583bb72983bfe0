/**
 * @file Finds where a matching model's belief should end, from labelled pairs of photo and text. Pure.
 *
 * ITM answers a yes-or-no question, so one half is the natural threshold; but how sure a model is differs from model to
 * model. The threshold that is found parts the true texts from the false ones with the fewest mistakes; of all that do
 * equally well, it is the middle of the widest gap, so that it depends on no single pair.
 */
import type { Calibration } from '../../../native-models/compiler/manifest.ts';

export interface ScoredPair {
  readonly itm: number;
  /** Whether the text is true of the photo. */
  readonly holds: boolean;
}

/** @throws RangeError when there are not both true and false pairs */
export function calibrate(pairs: readonly ScoredPair[]): Calibration {
  const trues = pairs.filter(({ holds }) => holds).length;
  if (trues === 0 || trues === pairs.length) throw new RangeError('calibration needs both true and false texts');
  const sorted = pairs.toSorted((a, b) => a.itm - b.itm);
  // cut i: the i least probable are not believed
  let trueBelow = 0;
  let best = { mistakes: Number.POSITIVE_INFINITY, gap: 0, threshold: 0, trueBelow: 0, cut: 0 };
  for (let cut = 0; cut <= sorted.length; cut++) {
    const low = sorted[cut - 1]?.itm ?? 0;
    const high = sorted[cut]?.itm ?? 1;
    const mistakes = trueBelow + (sorted.length - cut - (trues - trueBelow));
    const gap = high - low;
    if (gap > 0 && (mistakes < best.mistakes || (mistakes === best.mistakes && gap > best.gap))) {
      best = { mistakes, gap, threshold: (low + high) / 2, trueBelow, cut };
    }
    if (sorted[cut]?.holds === true) trueBelow += 1;
  }
  const believed = sorted.length - best.cut;
  const believedTrue = trues - best.trueBelow;
  return {
    doubtfulBelow: best.threshold,
    pairs: pairs.length,
    precision: believed === 0 ? 0 : believedTrue / believed,
    recall: believedTrue / trues,
  };
}
