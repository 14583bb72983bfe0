/**
 * @file How a list that is longer than a browser lays out is scrolled: the element is as long as browsers allow, and its
 * scroll offsets stand for offsets in the list. As SlickGrid and AG Grid do it, with exact ends. Pure; renderer only.
 *
 *     element  0 ──exact──┬──────── stretched ────────┬──exact── 8,000,000
 *     list     0 ──exact──┴───── stretched more ──────┴──exact── as long as it is
 */

/**
 * Chromium cuts elements at 33.5 million px (2³¹ / 64), Firefox at 17.9 million. Scroll offsets and transforms are single
 * precision: beyond 2²³ = 8.4 million they are whole pixels, and a smooth scroll of 120 px that adds up ends at 126.
 */
export const maxElementPx = 8_000_000;
/** At either end, a pixel of the element is a pixel of the list, so that both ends are reached at once. */
const exactPx = 1_000_000;

export class ScrollScale {
  readonly listPx: number;
  readonly windowPx: number;
  /** Length of the element that holds the rows. */
  readonly elementPx: number;
  readonly isScaled: boolean;
  /**
   * More than this at once is the scroll bar being dragged, whose smallest step is half a pixel of its track: less is
   * the wheel, a key or a finger, which move the list by as many pixels as the element.
   */
  readonly maxStepPx: number;
  readonly #maxListPx: number;
  readonly #maxElementPx: number;
  readonly #slope: number;

  constructor(listPx: number, windowPx: number) {
    this.listPx = listPx;
    this.windowPx = windowPx;
    this.isScaled = listPx > maxElementPx;
    this.elementPx = this.isScaled ? maxElementPx : listPx;
    this.#maxListPx = Math.max(0, listPx - windowPx);
    this.#maxElementPx = Math.max(0, this.elementPx - windowPx);
    this.#slope = (this.#maxListPx - 2 * exactPx) / (this.#maxElementPx - 2 * exactPx);
    this.maxStepPx = this.#maxElementPx / Math.max(1, windowPx) / 4;
  }

  clamp(listPx: number): number {
    return Math.min(this.#maxListPx, Math.max(0, listPx));
  }

  /** The offset in the list that a scroll offset of the element stands for. */
  toList(elementPx: number): number {
    if (!this.isScaled || elementPx <= exactPx) return elementPx;
    const leftPx = this.#maxElementPx - elementPx;
    return leftPx <= exactPx ? this.#maxListPx - leftPx : exactPx + (elementPx - exactPx) * this.#slope;
  }

  /** The scroll offset of the element that stands for an offset in the list. */
  toElement(listPx: number): number {
    if (!this.isScaled || listPx <= exactPx) return listPx;
    const leftPx = this.#maxListPx - listPx;
    return leftPx <= exactPx ? this.#maxElementPx - leftPx : exactPx + (listPx - exactPx) / this.#slope;
  }

  /** Whether the wheel may meet an end of the element soon. */
  isNearEnd(elementPx: number): boolean {
    const nearPx = 2 * this.windowPx;
    return elementPx < nearPx || elementPx > this.#maxElementPx - nearPx;
  }
}
