/** @file Finds the word that was probably meant. Pure. */

/** The known word with the fewest typing errors from `word`, where that is few enough to be worth saying. */
export function nearestOf<Known extends string>(word: string, known: readonly Known[]): Known | undefined {
  const allowed = word.length <= 3 ? 1 : 2;
  let best: Known | undefined;
  let fewest = allowed + 1;
  for (const candidate of known) {
    const errors = typingErrors(word, candidate);
    if (errors < fewest) {
      best = candidate;
      fewest = errors;
    }
  }
  return best;
}

/** Optimal string alignment distance: letters missing, added, wrong, or two neighbours swapped. */
function typingErrors(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current[column] = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (beforeLast[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}
