/** @file Selecting photos by a rectangle that is drawn with the mouse; the grid scrolls where it is drawn over an edge. Renderer only. */
import type { SelectionState } from '../../state/selection.svelte.ts';
import type { GridState } from './gridState.svelte.ts';

/** In the grid's window. */
export interface BandBox {
  readonly leftPx: number;
  readonly topPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** A press that moves less is none. */
const minMovePx = 4;
/** From here to the edge, and beyond it, the grid scrolls: the farther, the faster. */
const edgePx = 24;
const scrollShareAFrame = 0.4;
const maxScrollPx = 60;

export class RubberBand {
  readonly #grid: GridState;
  readonly #selection: SelectionState;
  readonly #idAt: (index: number) => number | undefined;
  #box = $state.raw<BandBox | null>(null);
  #element: HTMLElement | undefined;
  /** Where it begins: across the window, and down the list. */
  #from = { x: 0, listPx: 0 };
  #to = { x: 0, y: 0 };
  #base: ReadonlySet<number> = new Set();
  #frame: number | undefined;
  #covered = '';

  constructor(grid: GridState, selection: SelectionState, idAt: (index: number) => number | undefined) {
    this.#grid = grid;
    this.#selection = selection;
    this.#idAt = idAt;
  }

  /** Null where none is drawn. */
  get box(): BandBox | null {
    return this.#box;
  }

  get isDrawn(): boolean {
    return this.#element !== undefined;
  }

  /** @param adding to what is selected */
  begin(element: HTMLElement, event: PointerEvent, adding: boolean): void {
    this.#element = element;
    this.#to = this.#pointOf(event);
    this.#from = { x: this.#to.x, listPx: this.#to.y + this.#grid.virtual.offsetPx };
    this.#base = adding ? this.#selection.ids : new Set();
    this.#covered = '';
    element.setPointerCapture(event.pointerId);
  }

  move(event: PointerEvent): void {
    if (this.#element === undefined) return;
    this.#to = this.#pointOf(event);
    const fromY = this.#from.listPx - this.#grid.virtual.offsetPx;
    const isFar = Math.max(Math.abs(this.#to.x - this.#from.x), Math.abs(this.#to.y - fromY)) >= minMovePx;
    if (this.#box === null && !isFar) return;
    this.#draw();
    this.#frame ??= requestAnimationFrame(() => this.#scroll());
  }

  end(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
    this.#element = undefined;
    this.#box = null;
  }

  #pointOf({ clientX, clientY }: PointerEvent): { x: number; y: number } {
    const { left = 0, top = 0 } = this.#element?.getBoundingClientRect() ?? {};
    return { x: clientX - left, y: clientY - top };
  }

  #scroll(): void {
    this.#frame = undefined;
    if (this.#box === null) return;
    const { windowPx, offsetPx } = this.#grid.virtual;
    const { y } = this.#to;
    const beyondPx = y < edgePx ? y - edgePx : y > windowPx - edgePx ? y - windowPx + edgePx : 0;
    if (beyondPx === 0) return;
    const stepPx = Math.min(maxScrollPx, Math.max(-maxScrollPx, beyondPx * scrollShareAFrame));
    this.#grid.virtual.scrollTo(offsetPx + stepPx);
    this.#draw();
    this.#frame = requestAnimationFrame(() => this.#scroll());
  }

  #draw(): void {
    const { offsetPx, windowPx } = this.#grid.virtual;
    const fromY = this.#from.listPx - offsetPx;
    const [leftPx, rightPx] = [Math.min(this.#from.x, this.#to.x), Math.max(this.#from.x, this.#to.x)];
    const [topPx, bottomPx] = [Math.min(fromY, this.#to.y), Math.max(fromY, this.#to.y)];
    // No more of it than is seen: a list may be millions of pixels long.
    const [upperPx, lowerPx] = [Math.max(-2, topPx), Math.min(windowPx + 2, bottomPx)];
    this.#box = { leftPx, topPx: upperPx, widthPx: rightPx - leftPx, heightPx: Math.max(0, lowerPx - upperPx) };
    const indexes = this.#grid.indexesIn({
      leftPx,
      rightPx,
      topPx: topPx + offsetPx,
      bottomPx: bottomPx + offsetPx,
    });
    const covered = `${indexes[0]} ${indexes.at(-1)} ${indexes.length}`;
    if (covered === this.#covered) return;
    this.#covered = covered;
    const ids = indexes.map((index) => this.#idAt(index)).filter((id) => id !== undefined);
    this.#selection.put(new Set([...this.#base, ...ids]), ids.at(-1) ?? null);
  }
}
