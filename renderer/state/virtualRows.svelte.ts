/** @file Which rows of a long list are on the screen, over a kept virtual list. Sizes are known, so nothing is ever measured. Renderer only. */
import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type VirtualItem,
  Virtualizer,
} from '@tanstack/virtual-core';
import type { Attachment } from 'svelte/attachments';

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

export class VirtualRows {
  #rows = $state.raw<readonly VirtualItem[]>([]);
  #totalPx = $state(0);
  #windowPx = $state(0);
  #element: HTMLElement | null = null;
  readonly #virtualizer: Virtualizer<HTMLElement, HTMLElement>;

  constructor() {
    this.#virtualizer = new Virtualizer(this.#optionsFor({ count: 0, sizePx: () => 0 }));
  }

  get rows(): readonly VirtualItem[] {
    return this.#rows;
  }
  get totalPx(): number {
    return this.#totalPx;
  }
  /** Length of what is visible. */
  get windowPx(): number {
    return this.#windowPx;
  }
  get scrollPx(): number {
    return this.#virtualizer.scrollOffset ?? 0;
  }

  /** Follows the element that scrolls. */
  readonly attach: Attachment<HTMLElement> = (element) => {
    this.#element = element;
    const unmount = this.#virtualizer._didMount();
    this.#virtualizer._willUpdate();
    return () => {
      unmount();
      this.#element = null;
    };
  };

  /** Another count or other sizes. */
  update(options: RowOptions): void {
    this.#virtualizer.setOptions(this.#optionsFor(options));
    this.#virtualizer._willUpdate();
    this.#virtualizer.measure();
    this.#read();
  }

  /** Scrolls as little as shows the row. */
  reveal(index: number): void {
    this.#virtualizer.scrollToIndex(index, { align: 'auto', behavior: 'instant' });
  }

  centre(index: number): void {
    this.#virtualizer.scrollToIndex(index, { align: 'center', behavior: 'instant' });
  }

  scrollTo(offsetPx: number): void {
    this.#virtualizer.scrollToOffset(offsetPx, { behavior: 'instant' });
  }

  #read(): void {
    this.#rows = this.#virtualizer.getVirtualItems();
    this.#totalPx = this.#virtualizer.getTotalSize();
    const rect = this.#virtualizer.scrollRect;
    this.#windowPx = (this.#virtualizer.options.horizontal ? rect?.width : rect?.height) ?? 0;
  }

  #optionsFor({ count, sizePx, gapPx = 0, horizontal = false, overscan = 3, paddingPx = 0 }: RowOptions) {
    return {
      count,
      gap: gapPx,
      horizontal,
      overscan,
      paddingStart: paddingPx,
      paddingEnd: paddingPx,
      // A row that is gone to stands as far from the edge as the first and the last do, with the ring around it.
      scrollPaddingStart: paddingPx,
      scrollPaddingEnd: paddingPx,
      estimateSize: sizePx,
      getScrollElement: () => this.#element,
      scrollToFn: elementScroll,
      observeElementRect,
      observeElementOffset,
      onChange: () => this.#read(),
    };
  }
}
