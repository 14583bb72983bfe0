/** @file Where the focus is in the table of answers, and which cells are selected: a block of rows and columns. Pure; renderer only. */

export interface CellPlace {
  readonly row: number;
  /** 0 is the photo; the questions follow. */
  readonly column: number;
}

/** The block between two corners, the second of which has the focus. */
export interface CellSelection {
  readonly anchor: CellPlace;
  readonly focus: CellPlace;
}

export interface CellBlock {
  readonly firstRow: number;
  readonly lastRow: number;
  readonly firstColumn: number;
  readonly lastColumn: number;
}

export interface GridSize {
  readonly rows: number;
  readonly columns: number;
  /** Rows on the screen. */
  readonly page: number;
}

export interface GridKey {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

export const firstCell: CellSelection = { anchor: { row: 0, column: 0 }, focus: { row: 0, column: 0 } };

export function blockOf({ anchor, focus }: CellSelection): CellBlock {
  return {
    firstRow: Math.min(anchor.row, focus.row),
    lastRow: Math.max(anchor.row, focus.row),
    firstColumn: Math.min(anchor.column, focus.column),
    lastColumn: Math.max(anchor.column, focus.column),
  };
}

export function isInBlock(block: CellBlock, { row, column }: CellPlace): boolean {
  return row >= block.firstRow && row <= block.lastRow && column >= block.firstColumn && column <= block.lastColumn;
}

/** More than the cell that has the focus. */
export function isSeveral({ anchor, focus }: CellSelection): boolean {
  return anchor.row !== focus.row || anchor.column !== focus.column;
}

export function moveTo(selection: CellSelection, focus: CellPlace, extend: boolean): CellSelection {
  return { anchor: extend ? selection.anchor : focus, focus };
}

/** What the selection is after a key, as the pattern of a grid has it; undefined for a key that does not move. */
export function afterKey(selection: CellSelection, key: GridKey, size: GridSize): CellSelection | undefined {
  const mod = key.ctrlKey || key.metaKey;
  const last = { row: size.rows - 1, column: size.columns - 1 };
  if (mod && key.key.toLowerCase() === 'a') return { anchor: { row: 0, column: 0 }, focus: last };
  // The whole row, and the whole column.
  if (key.key === ' ' && key.shiftKey) {
    return { anchor: { ...selection.anchor, column: 0 }, focus: { ...selection.focus, column: last.column } };
  }
  if (key.key === ' ' && mod) {
    return { anchor: { ...selection.anchor, row: 0 }, focus: { ...selection.focus, row: last.row } };
  }
  if (key.key === 'Escape') return isSeveral(selection) ? moveTo(selection, selection.focus, false) : undefined;
  const { row, column } = selection.focus;
  const steps: Readonly<Record<string, CellPlace>> = {
    ArrowUp: { row: mod ? 0 : row - 1, column },
    ArrowDown: { row: mod ? last.row : row + 1, column },
    ArrowLeft: { row, column: mod ? 0 : column - 1 },
    ArrowRight: { row, column: mod ? last.column : column + 1 },
    Home: { row: mod ? 0 : row, column: 0 },
    End: { row: mod ? last.row : row, column: last.column },
    PageUp: { row: row - size.page, column },
    PageDown: { row: row + size.page, column },
  };
  const next = steps[key.key];
  return next === undefined ? undefined : moveTo(selection, within(next, size), key.shiftKey);
}

export function within({ row, column }: CellPlace, { rows, columns }: GridSize): CellPlace {
  return {
    row: Math.max(0, Math.min(rows - 1, row)),
    column: Math.max(0, Math.min(columns - 1, column)),
  };
}
