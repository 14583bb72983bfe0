/** @file How well a number tells what belongs together from what does not: its ROC curve. Pure. */

export interface Separation {
  /** How often one that belongs has more than one that does not, ties counting half. */
  readonly areaUnderRoc: number;
  readonly limits: readonly {
    readonly wrong: number;
    /** What is above it counts as belonging. */
    readonly limit: number;
    readonly missed: number;
  }[];
}

/** @param wrongShares how much of what does not belong may lie above the limits */
export function separation(
  belonging: readonly number[],
  others: readonly number[],
  wrongShares: readonly number[],
): Separation {
  const sorted = others.toSorted((a, b) => a - b);
  const wins = belonging.reduce((sum, value) => sum + (below(sorted, value) + notAbove(sorted, value)) / 2, 0);
  return {
    areaUnderRoc: wins / belonging.length / others.length,
    limits: wrongShares.map((wrong) => {
      const limit = quantile(others, 1 - wrong);
      return { wrong, limit, missed: belonging.filter((value) => value <= limit).length / belonging.length };
    }),
  };
}

/** The smallest of which at most the rest of the values are above. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

function below(sorted: readonly number[], value: number): number {
  const index = sorted.findIndex((other) => other >= value);
  return index === -1 ? sorted.length : index;
}

function notAbove(sorted: readonly number[], value: number): number {
  const index = sorted.findIndex((other) => other > value);
  return index === -1 ? sorted.length : index;
}
