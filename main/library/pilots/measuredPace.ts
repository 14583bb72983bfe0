/** @file How long a result takes, by the times at which earlier ones came. Pure. */

/** Parts that the time is cut into, at most: a pause, of a person or of a night, lies in one or two of them. */
const maxParts = 7;
/** Results come several together: a part holds a few. */
const minResults = 4;

/**
 * The median of some parts of the time, so that pauses do not count.
 * @param timesMs ascending
 * @returns milliseconds a result; undefined where nothing can be told
 */
export function measuredPace(timesMs: readonly number[]): number | undefined {
  const gaps = timesMs.length - 1;
  if (gaps < 1) return undefined;
  const parts = Math.max(1, Math.min(maxParts, Math.floor(gaps / minResults)));
  const boundary = (part: number) => Math.round((part * gaps) / parts);
  const paces = Array.from({ length: parts }, (_, part) => {
    const [from, to] = [boundary(part), boundary(part + 1)];
    return ((timesMs[to] ?? 0) - (timesMs[from] ?? 0)) / (to - from);
  }).sort((a, b) => a - b);
  // of two, the one without a pause
  const median = paces[Math.floor((parts - 1) / 2)] ?? 0;
  return median > 0 ? median : undefined;
}
