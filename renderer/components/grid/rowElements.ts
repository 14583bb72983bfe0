/**
 * @file Which elements the rows of the grid are drawn with. To make the elements of a row takes many times as long as to
 * show other photos in them, and to move them nearly as long: rows that leave lend theirs to those that come, and none is
 * given up while it may be needed again. Pure; renderer only.
 */
import { cellsOfRow, type GridCellBox, type GridLayout, headingPx } from '../../state/gridLayout.ts';

/** A row of the window, and where it begins. */
interface PlacedRow {
  readonly index: number;
  readonly startPx: number;
}

export interface DrawnRow {
  /** Its elements. */
  readonly slot: number;
  /** Nothing is drawn with them at the moment. */
  readonly isSpare: boolean;
  readonly topPx: number;
  /** Those of its photos, and then as many spare ones as its elements have besides. */
  readonly cells: readonly GridCellBox[];
  /** Which begins with it, its heading above the row; −1 where none does. */
  readonly section: number;
  readonly headingPx: number;
}

const spareCell: GridCellBox = { index: -1, leftPx: 0, widthPx: 0, heightPx: 0 };

export class RowElements {
  #layout: GridLayout | undefined;
  /** By the row's index. */
  #drawn: ReadonlyMap<number, DrawnRow> = new Map();
  /** In the order of their elements. */
  #spare: readonly DrawnRow[] = [];
  /** How many cells the elements of each slot have. */
  #columns = new Map<number, number>();
  #slots = 0;

  /**
   * Those of the window in their order, and after them the spare ones. Rows that stay where they are stay the same
   * objects, so that nothing of them is worked out again.
   */
  draw(layout: GridLayout, rows: readonly PlacedRow[]): DrawnRow[] {
    const isOther = layout !== this.#layout;
    this.#layout = layout;
    // It may never need as many.
    if (isOther) this.#columns.clear();
    const before = this.#drawn;
    const inList = rows.filter(({ index }) => index < layout.rowCount);
    const staying = new Set(inList.filter(({ index }) => before.has(index)).map(({ index }) => index));
    const leaving = [...before].filter(([index]) => !staying.has(index)).map(([, row]) => row.slot);
    const spare = this.#spare.map(({ slot }) => slot);
    // Where rows stay, the spare ones are behind them already. Where all are others, none need be moved.
    const free = staying.size > 0 ? [...spare, ...leaving] : [...leaving, ...spare];
    const drawn = inList.map(({ index, startPx }): [number, DrawnRow] => {
      const kept = before.get(index);
      const topPx = startPx + headingPx(layout, index);
      if (!isOther && kept?.topPx === topPx) return [index, kept];
      const slot = kept?.slot ?? free.shift() ?? this.#slots++;
      const cells = kept === undefined || isOther ? this.#cells(slot, cellsOfRow(layout, index)) : kept.cells;
      const section = layout.rowSections[index] ?? -1;
      return [index, { slot, isSpare: false, topPx, cells, section, headingPx: headingPx(layout, index) }];
    });
    this.#drawn = new Map(drawn);
    this.#spare = isOther ? [] : free.map((slot) => this.#spareRow(slot));
    return [...drawn.map(([, row]) => row), ...this.#spare];
  }

  #cells(slot: number, cells: readonly GridCellBox[]): readonly GridCellBox[] {
    const columns = Math.max(cells.length, this.#columns.get(slot) ?? 0);
    this.#columns.set(slot, columns);
    return [...cells, ...Array.from({ length: columns - cells.length }, () => spareCell)];
  }

  #spareRow(slot: number): DrawnRow {
    const known = this.#spare.find((row) => row.slot === slot);
    return known ?? { slot, isSpare: true, topPx: 0, cells: this.#cells(slot, []), section: -1, headingPx: 0 };
  }
}
