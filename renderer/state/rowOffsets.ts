/** @file Where the rows of a list begin and end. Their sizes are known, so nothing is ever measured. Pure; renderer only. */

export interface RowSizes {
  readonly count: number;
  /** Height of a row, or its width where the list lies on its side. */
  readonly sizePx: (index: number) => number;
  readonly gapPx: number;
  /** Empty room before the first and after the last. */
  readonly paddingPx: number;
}

export class RowOffsets {
  readonly count: number;
  readonly totalPx: number;
  readonly #starts: Float64Array;
  readonly #sizes: Float64Array;

  constructor({ count, sizePx, gapPx, paddingPx }: RowSizes) {
    this.count = count;
    this.#starts = new Float64Array(count);
    this.#sizes = new Float64Array(count);
    let px = paddingPx;
    for (let index = 0; index < count; index += 1) {
      const size = sizePx(index);
      this.#starts[index] = px;
      this.#sizes[index] = size;
      px += size + gapPx;
    }
    this.totalPx = count === 0 ? 2 * paddingPx : px - gapPx + paddingPx;
  }

  startPx(index: number): number {
    return this.#starts[index] ?? 0;
  }

  sizePx(index: number): number {
    return this.#sizes[index] ?? 0;
  }

  endPx(index: number): number {
    return this.startPx(index) + this.sizePx(index);
  }

  /** The last row that begins at an offset or before it; the first where none does. */
  indexAt(offsetPx: number): number {
    let low = 0;
    let high = this.count - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.startPx(middle) <= offsetPx) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
