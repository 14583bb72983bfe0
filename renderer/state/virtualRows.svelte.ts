/**
 * @file Which rows of a long list are on the screen, and where they are drawn. A list that is longer than a browser lays
 * out is scrolled through a shorter element (scrollScale.ts): the wheel, keys and fingers move it pixel by pixel, the
 * scroll bar in proportion. Renderer only.
 */
import { tick } from 'svelte';
import type { Attachment } from 'svelte/attachments';
import { RowOffsets } from './rowOffsets.ts';
import { ScrollScale } from './scrollScale.ts';

export interface RowOptions {
  readonly count: number;
  /** Its height, or its width where the list lies on its side. */
  readonly sizePx: (index: number) => number;
  readonly gapPx?: number;
  readonly horizontal?: boolean;
  /** Rows that are drawn beyond each edge of the window. */
  readonly overscan?: number;
  /** Empty room before the first and after the last. */
  readonly paddingPx?: number;
}

export interface VirtualRow {
  readonly index: number;
  /** Where it is drawn, from the beginning of the element that holds the rows. */
  readonly startPx: number;
  readonly sizePx: number;
}

export class VirtualRows {
  #rows = $state.raw<readonly VirtualRow[]>([]);
  #elementPx = $state(0);
  #windowPx = $state(0);
  readonly #onScroll: ((offsetPx: number) => void) | undefined;
  // Plain copies of what is read while effects run, which must not come to depend on it.
  #length = 0;
  #horizontal = false;
  #overscan = 0;
  #paddingPx = 0;
  #offsets = new RowOffsets({ count: 0, sizePx: () => 0, gapPx: 0, paddingPx: 0 });
  #scale = new ScrollScale(0, 0);
  #element: HTMLElement | null = null;
  /** The element's scroll offset, and what has to be added to it for the offset in the list. */
  #scrolledPx = 0;
  #shiftPx = 0;
  /** An offset in the list that the element does not stand at yet, for its rows are not laid out. */
  #pendingPx: number | null = null;
  /** The row that was gone to, until the person scrolls: it stays in sight when the window gets smaller. */
  #revealed: number | null = null;
  #drawn = { first: 0, last: -1, shiftPx: 0 };

  /** @param onScroll called for every scroll event, after the rows */
  constructor(onScroll?: (offsetPx: number) => void) {
    this.#onScroll = onScroll;
  }

  get rows(): readonly VirtualRow[] {
    return this.#rows;
  }
  /** Length of the element that holds the rows. */
  get elementPx(): number {
    return this.#elementPx;
  }
  /** Length of what is visible. */
  get windowPx(): number {
    return this.#windowPx;
  }
  /** How far into the list. */
  get offsetPx(): number {
    return this.#pendingPx ?? this.#scrolledPx + this.#shiftPx;
  }

  /** Follows the element that scrolls. */
  readonly attach: Attachment<HTMLElement> = (element) => {
    const before = this.offsetPx;
    this.#element = element;
    const scrolled = () => this.#scrolled();
    // Before its end, a smooth scroll would lose what is left of it.
    const ended = () => this.#anchor();
    element.addEventListener('scroll', scrolled, { passive: true });
    element.addEventListener('scrollend', ended);
    const observer = new ResizeObserver(() => this.#resized());
    observer.observe(element);
    this.#resized();
    if (before > 0) this.scrollTo(before);
    return () => {
      element.removeEventListener('scroll', scrolled);
      element.removeEventListener('scrollend', ended);
      observer.disconnect();
      this.#element = null;
    };
  };

  /** Another count or other sizes. */
  update({ count, sizePx, gapPx = 0, horizontal = false, overscan = 3, paddingPx = 0 }: RowOptions): void {
    this.#horizontal = horizontal;
    this.#overscan = overscan;
    this.#paddingPx = paddingPx;
    this.#offsets = new RowOffsets({ count, sizePx, gapPx, paddingPx });
    this.#rescale();
    this.#draw(true);
  }

  /** Scrolls as little as shows the row. */
  reveal(index: number): void {
    const { startPx, endPx } = this.#edges(index);
    // It stands as far from the edge as the first and the last do, with the ring around it.
    if (endPx > this.offsetPx + this.#length) this.scrollTo(endPx - this.#length);
    else if (startPx < this.offsetPx) this.scrollTo(startPx);
    this.#revealed = index;
  }

  centre(index: number): void {
    const { startPx, endPx } = this.#edges(index);
    this.scrollTo((startPx + endPx - this.#length) / 2);
  }

  scrollTo(offsetPx: number): void {
    this.#revealed = null;
    this.#pendingPx = this.#scale.clamp(offsetPx);
    this.#write();
    // What was just given to update() is laid out only then.
    if (this.#pendingPx !== null && this.#element !== null)
      void tick().then(() => {
        this.#write();
        this.#pendingPx = null;
        this.#draw();
      });
    this.#draw();
  }

  #edges(index: number): { startPx: number; endPx: number } {
    return {
      startPx: this.#offsets.startPx(index) - this.#paddingPx,
      endPx: this.#offsets.endPx(index) + this.#paddingPx,
    };
  }

  #scrolled(): void {
    const scrolledPx = this.#read();
    const steppedPx = Math.abs(scrolledPx - this.#scrolledPx);
    this.#scrolledPx = scrolledPx;
    this.#pendingPx = null;
    if (steppedPx >= 1) this.#revealed = null;
    if (this.#scale.isScaled) {
      if (steppedPx > this.#scale.maxStepPx) this.#shiftPx = this.#scale.toList(scrolledPx) - scrolledPx;
      // Meanwhile the wheel must not end at the element's end where the list goes on.
      if (this.#scale.isNearEnd(scrolledPx)) this.#anchor();
    }
    this.#draw();
    this.#onScroll?.(this.offsetPx);
  }

  /** Puts the element where it stands for what is shown; nothing moves on the screen but the scroll bar. */
  #anchor(): void {
    if (!this.#scale.isScaled || this.#element === null) return;
    const offsetPx = this.offsetPx;
    if (Math.abs(this.#scale.toElement(offsetPx) - this.#scrolledPx) < 1) return;
    this.#pendingPx = this.#scale.clamp(offsetPx);
    this.#write();
    this.#pendingPx = null;
    this.#draw();
  }

  #resized(): void {
    if (this.#element === null) return;
    this.#length = this.#horizontal ? this.#element.clientWidth : this.#element.clientHeight;
    this.#windowPx = this.#length;
    const revealed = this.#revealed;
    this.#rescale();
    if (revealed !== null) this.reveal(revealed);
    this.#draw();
  }

  /** Stays where it is in the list, which may have got another length. */
  #rescale(): void {
    const { listPx, windowPx } = this.#scale;
    if (listPx === this.#offsets.totalPx && windowPx === this.#length) return;
    const { offsetPx } = this;
    this.#scale = new ScrollScale(this.#offsets.totalPx, this.#length);
    this.#elementPx = this.#scale.elementPx;
    if (this.#scale.isScaled || this.#shiftPx !== 0) this.scrollTo(offsetPx);
  }

  #read(): number {
    if (this.#element === null) return 0;
    return this.#horizontal ? this.#element.scrollLeft : this.#element.scrollTop;
  }

  #write(): void {
    if (this.#pendingPx === null || this.#element === null) return;
    const wantedPx = this.#scale.toElement(this.#pendingPx);
    if (this.#horizontal) this.#element.scrollLeft = wantedPx;
    else this.#element.scrollTop = wantedPx;
    this.#scrolledPx = this.#read();
    const isThere = Math.abs(this.#scrolledPx - wantedPx) < 1;
    // Browsers round scroll offsets to pixels of the screen.
    if (!this.#scale.isScaled) this.#shiftPx = 0;
    else this.#shiftPx = (isThere ? this.#pendingPx : this.#scale.toList(this.#scrolledPx)) - this.#scrolledPx;
    if (isThere) this.#pendingPx = null;
  }

  #draw(isOther = false): void {
    const { count } = this.#offsets;
    const { offsetPx } = this;
    const isShown = count > 0 && this.#length > 0;
    const first = Math.max(0, this.#offsets.indexAt(offsetPx) - this.#overscan);
    const last = isShown ? Math.min(count - 1, this.#offsets.indexAt(offsetPx + this.#length) + this.#overscan) : -1;
    const shiftPx = this.#scale.isScaled ? offsetPx - this.#drawnFrom(offsetPx) : 0;
    const drawn = this.#drawn;
    if (!isOther && first === drawn.first && last === drawn.last && shiftPx === drawn.shiftPx) return;
    this.#drawn = { first, last, shiftPx };
    const rows: VirtualRow[] = [];
    for (let index = first; index <= last; index += 1)
      rows.push({ index, startPx: this.#offsets.startPx(index) - shiftPx, sizePx: this.#offsets.sizePx(index) });
    this.#rows = rows;
  }

  /** Where the element stands, or will as soon as its rows are laid out. */
  #drawnFrom(offsetPx: number): number {
    return this.#pendingPx === null ? this.#scrolledPx : this.#scale.toElement(offsetPx);
  }
}
