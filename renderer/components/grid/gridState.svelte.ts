/** @file The grid's geometry and movement: which rows are drawn, how fast it scrolls, where it stands when photos come and go. Renderer only. */
import { untrack } from 'svelte';
import type { AppState } from '../../state/app.svelte.ts';
import {
  type GridLayout,
  type GridPlace,
  indexAfterKey,
  indexesIn,
  type ListArea,
  layoutGrid,
  placeAt,
  rowOf,
  rowSizePx,
  rowTopsPx,
  scrollFor,
} from '../../state/gridLayout.ts';
import { tileTextPx } from '../../state/tileFields.ts';
import { type TimelineStop, timelineStops } from '../../state/timeline.ts';
import { type VirtualRow, VirtualRows } from '../../state/virtualRows.svelte.ts';
import { type DrawnRow, RowElements } from './rowElements.ts';

const gapPx = { square: 8, justified: 6 };
const rowGapPx = { withCaption: 12, without: 6 };
export const gridPaddingPx = 12;
/** From this size on, captions and what else was chosen stand below the photos. */
const minWithCaptionPx = 150;
const sectionHeadingPx = 40;
/** Faster than this, in windows per second, no pictures are asked for. */
const flyingSpeed = 6;
const debounceMs = 90;

export class GridState {
  readonly #app: AppState;
  readonly virtual = new VirtualRows((offsetPx) => this.#scrolled(offsetPx));
  #widthPx = $state(0);
  #flying = $state(false);
  #offsetPx = $state(0);
  #lastScroll = { px: 0, atMs: 0 };
  #settleTimer: ReturnType<typeof setTimeout> | undefined;
  #shownGeneration = -1;
  /** Whose cards were asked for. */
  #wantedFor: readonly VirtualRow[] = [];
  /** Empty room on either side of the photos. Not state: only the pointer asks. */
  sidePx = 0;
  readonly #elements = new RowElements();
  #shownIds: Uint32Array = new Uint32Array();
  #place: GridPlace | null = null;

  readonly captionPx: number = $derived.by(() => {
    const { photoSizePx, tileFields } = this.#app.layout.all;
    return photoSizePx >= minWithCaptionPx ? tileTextPx(tileFields) : 0;
  });
  readonly mode = $derived.by(() => this.#app.layout.all.gridMode);
  readonly rowGapPx: number = $derived(this.captionPx > 0 ? rowGapPx.withCaption : rowGapPx.without);
  readonly layout: GridLayout = $derived.by(() =>
    layoutGrid({
      mode: this.mode,
      count: this.#app.photos.count,
      aspects: this.#app.photos.aspects,
      widthPx: this.#widthPx,
      sizePx: this.#app.layout.all.photoSizePx,
      gapPx: gapPx[this.mode],
      captionPx: this.captionPx,
      sectionStarts: this.#app.photos.sections?.starts,
      headingPx: sectionHeadingPx,
    }),
  );
  readonly #tops: Float64Array = $derived(rowTopsPx(this.layout, this.rowGapPx, gridPaddingPx));
  /** Length of the list. */
  readonly listPx: number = $derived.by(() => {
    const last = this.layout.rowCount - 1;
    return last < 0 ? 0 : (this.#tops[last] ?? 0) + rowSizePx(this.layout, last) + gridPaddingPx;
  });
  /** Of the timeline; none where the order is no date's. */
  readonly stops: readonly TimelineStop[] = $derived.by(() => {
    const { sections } = this.#app.photos;
    return sections === null ? [] : timelineStops(sections, (index) => this.#tops[rowOf(this.layout, index)] ?? 0);
  });
  readonly rows: readonly DrawnRow[] = $derived.by(() => this.#elements.draw(this.layout, this.virtual.rows));

  constructor(app: AppState) {
    this.#app = app;
  }

  get flying(): boolean {
    return this.#flying;
  }

  /** How far into the list. */
  get offsetPx(): number {
    return this.#offsetPx;
  }

  set widthPx(widthPx: number) {
    this.#widthPx = widthPx;
  }

  /** After the list or the geometry changed: stays where it is, or begins at the top of another list. */
  follow(): void {
    const { layout, rowGapPx: gap } = this;
    const { ids, generation, loading } = this.#app.photos;
    if (layout.options.widthPx === 0) return;
    untrack(() => {
      const isOther = generation !== this.#shownGeneration;
      const wasTop = this.virtual.offsetPx <= gridPaddingPx;
      this.virtual.update({
        count: layout.rowCount,
        sizePx: (row) => rowSizePx(layout, row),
        gapPx: gap,
        paddingPx: gridPaddingPx,
        overscan: 2,
      });
      if (loading && ids.length === 0) return;
      if (isOther) this.#begin(ids, loading, generation);
      else if (!wasTop && this.#place !== null) this.#return(this.#place);
      this.#shownIds = ids;
      this.#offsetPx = this.virtual.offsetPx;
      this.wantCards();
    });
  }

  #scrolled(scrollPx: number): void {
    this.#offsetPx = scrollPx;
    const nowMs = performance.now();
    const windows = Math.abs(scrollPx - this.#lastScroll.px) / Math.max(1, this.virtual.windowPx);
    const seconds = Math.max(0.004, (nowMs - this.#lastScroll.atMs) / 1000);
    this.#flying = windows / seconds > flyingSpeed && windows > 0.2;
    this.#lastScroll = { px: scrollPx, atMs: nowMs };
    this.#remember(scrollPx);
    clearTimeout(this.#settleTimer);
    this.#settleTimer = setTimeout(() => {
      this.#flying = false;
      this.wantCards();
      this.#lookingAt();
    }, debounceMs);
    if (!this.#flying && this.virtual.rows !== this.#wantedFor) this.wantCards();
  }

  /** @param area across the grid's window, whose sides are empty, and down the list */
  indexesIn({ leftPx, rightPx, topPx, bottomPx }: ListArea): number[] {
    const sidePx = this.sidePx;
    const area = { leftPx: leftPx - sidePx, rightPx: rightPx - sidePx, topPx, bottomPx };
    return indexesIn(this.layout, this.#tops, area);
  }

  reveal(index: number): void {
    this.virtual.reveal(rowOf(this.layout, index));
  }

  afterKey(index: number, key: string): number | undefined {
    const row = Math.max(1, rowSizePx(this.layout, rowOf(this.layout, index)) + this.rowGapPx);
    return indexAfterKey(this.layout, index, key, Math.max(1, Math.floor(this.virtual.windowPx / row)));
  }

  wantCards(): void {
    this.#wantedFor = this.virtual.rows;
    const { first, last } = this.#visible();
    if (last >= first) this.#app.photos.want(first, last, (last - first + 1) * 2);
  }

  #visible(): { first: number; last: number } {
    const rows = this.virtual.rows;
    const firstRow = rows[0]?.index ?? 0;
    const lastRow = rows.at(-1)?.index ?? -1;
    return { first: this.layout.rowStarts[firstRow] ?? 0, last: (this.layout.rowStarts[lastRow + 1] ?? 0) - 1 };
  }

  /** Their jobs go first. */
  #lookingAt(): void {
    if (this.#app.queue.left === 0) return;
    const { first, last } = this.#visible();
    const ids = [...this.#app.photos.ids.slice(first, Math.min(last + 1, first + 500))];
    // Only a wish: the queue does without.
    void this.#app.client.photos.lookingAt({ ids }).catch(() => undefined);
  }

  #begin(ids: Uint32Array, loading: boolean, generation: number): void {
    if (loading && ids === this.#shownIds) return;
    this.#shownGeneration = generation;
    const place = this.#app.gridPlace;
    const index = place === null ? -1 : this.#app.photos.indexOf(place.photoId);
    const { focusedId } = this.#app.selection;
    if (place === null || place.generation !== generation || index < 0) {
      this.virtual.scrollTo(0);
      this.#place = null;
      return;
    }
    this.#return(place);
    // The person walked on in the photo view.
    if (focusedId !== null && this.#app.photos.indexOf(focusedId) >= 0)
      this.reveal(this.#app.photos.indexOf(focusedId));
  }

  #return({ photoId, belowTopPx }: GridPlace): void {
    const index = this.#app.photos.indexOf(photoId);
    if (index >= 0) this.virtual.scrollTo(scrollFor(this.layout, this.#tops, index, belowTopPx));
  }

  #remember(scrollPx: number): void {
    this.#place = placeAt(this.layout, this.#tops, this.#app.photos.ids, scrollPx);
    if (this.#place !== null) this.#app.gridPlace = { ...this.#place, generation: this.#app.photos.generation };
  }
}
