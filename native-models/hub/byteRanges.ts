/** @file Which bytes of a file are there. Pure. Ranges are from `from` up to, but without, `to`. */

export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/** The same bytes as few ranges in order; what does not lie in a file of so many bytes is left out. */
export function mergedRanges(ranges: readonly ByteRange[], sizeBytes: number): ByteRange[] {
  const merged: { from: number; to: number }[] = [];
  const inside = ranges.filter(({ from, to }) => 0 <= from && from < to && to <= sizeBytes);
  for (const { from, to } of inside.sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else merged.push({ from, to });
  }
  return merged;
}

/** What is between merged ranges, cut into pieces of `maxBytes`. */
export function missingRanges(merged: readonly ByteRange[], sizeBytes: number, maxBytes: number): ByteRange[] {
  const missing: ByteRange[] = [];
  let from = 0;
  for (const next of [...merged, { from: sizeBytes, to: sizeBytes }]) {
    for (; from < next.from; from = Math.min(next.from, from + maxBytes)) {
      missing.push({ from, to: Math.min(next.from, from + maxBytes) });
    }
    from = next.to;
  }
  return missing;
}

export function rangeBytes(ranges: readonly ByteRange[]): number {
  return ranges.reduce((sum, { from, to }) => sum + to - from, 0);
}

/** How far a file is there from its beginning on, whose ranges come in any order. */
export class ArrivedPrefix {
  #bytes = 0;
  /** Ends of ranges that lie further on, by where they begin. */
  readonly #ahead = new Map<number, number>();

  get bytes(): number {
    return this.#bytes;
  }

  /** A range that grows is told of again, with the same beginning. */
  add({ from, to }: ByteRange): void {
    this.#ahead.set(from, to);
    for (let isFurther = true; isFurther; ) {
      isFurther = false;
      for (const [begin, end] of this.#ahead) {
        if (begin > this.#bytes) continue;
        this.#ahead.delete(begin);
        isFurther ||= end > this.#bytes;
        this.#bytes = Math.max(this.#bytes, end);
      }
    }
  }
}
