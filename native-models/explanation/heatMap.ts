/** @file From how likely a word is with each part of the picture to a map of heat, and to the regions around what is hot. Pure. */
import type { Region } from './explanation.ts';

/** Log-probabilities of one word. */
export interface WordLikelihoods {
  readonly withAll: number;
  readonly withNothing: number;
  /** With each cell alone, row by row. */
  readonly withCell: readonly number[];
}

/** A word that the picture makes hardly likelier than this follows from the words before it: a map would show noise. */
const minGain = Math.log(1.05);

/** Of each cell, 0 … 1; undefined where the word does not come from the picture. */
export function heatOf({ withAll, withNothing, withCell }: WordLikelihoods): number[] | undefined {
  const gains = withCell.map((likelihood) => Math.max(0, likelihood - withNothing));
  const largest = Math.max(...gains);
  if (withAll - withNothing < minGain || largest === 0) return undefined;
  return gains.map((gain) => gain / largest);
}

/** Of the largest heat: cells above it are hot. */
const hotFrom = 0.5;
/** Of the heat of the hottest region: the others that count. */
const regionShare = 0.3;

/** Boxes around hot cells that touch each other, the hottest first. @param heat of `grid` rows of as many cells */
export function regionsOf(heat: readonly number[], grid: number): Region[] {
  const hot = new Set(heat.flatMap((value, cell) => (value >= hotFrom ? [cell] : [])));
  const regions: { readonly cells: readonly number[]; readonly heat: number }[] = [];
  for (const cell of hot) {
    const cells = takeTouching(cell, hot, grid);
    regions.push({ cells, heat: cells.reduce((sum, each) => sum + (heat[each] ?? 0), 0) });
  }
  const hottest = Math.max(...regions.map((region) => region.heat));
  return regions
    .filter((region) => region.heat >= regionShare * hottest)
    .sort((a, b) => b.heat - a.heat)
    .map(({ cells }) => boxAround(cells, grid));
}

/** The cells that hang together with this one, at their corners too; they are no longer among `hot`. */
function takeTouching(first: number, hot: Set<number>, grid: number): number[] {
  hot.delete(first);
  const taken = [first];
  for (const cell of taken) {
    for (const other of hot) {
      const across = Math.abs((other % grid) - (cell % grid));
      const down = Math.abs(Math.floor(other / grid) - Math.floor(cell / grid));
      if (across > 1 || down > 1) continue;
      hot.delete(other);
      taken.push(other);
    }
  }
  return taken;
}

function boxAround(cells: readonly number[], grid: number): Region {
  const columns = cells.map((cell) => cell % grid);
  const rows = cells.map((cell) => Math.floor(cell / grid));
  const [left, top] = [Math.min(...columns), Math.min(...rows)];
  return {
    left: left / grid,
    top: top / grid,
    width: (Math.max(...columns) + 1 - left) / grid,
    height: (Math.max(...rows) + 1 - top) / grid,
  };
}
