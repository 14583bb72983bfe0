/** @file Keys in the table of answers: where the focus goes, and what is selected. */
import { describe, expect, it } from 'vitest';
import {
  afterKey,
  blockOf,
  type CellSelection,
  firstCell,
  isInBlock,
  isSeveral,
} from '../../../renderer/state/runs/answerGrid.ts';

const size = { rows: 50, columns: 3, page: 10 };

function press(from: CellSelection, ...keys: readonly string[]): CellSelection | undefined {
  return keys.reduce<CellSelection | undefined>((selection, typed) => {
    const parts = typed.split('+');
    const key = parts.at(-1) ?? '';
    const event = { key, shiftKey: parts.includes('Shift'), ctrlKey: parts.includes('Ctrl'), metaKey: false };
    return afterKey(selection ?? from, event, size);
  }, from);
}
const focus = (selection: CellSelection | undefined) => [selection?.focus.row, selection?.focus.column];

describe('the focus in a grid of answers', () => {
  it('goes from cell to cell, and no further than the table', () => {
    expect(focus(press(firstCell, 'ArrowDown', 'ArrowRight'))).toEqual([1, 1]);
    expect(focus(press(firstCell, 'ArrowUp', 'ArrowLeft'))).toEqual([0, 0]);
    expect(focus(press(firstCell, 'PageDown'))).toEqual([10, 0]);
    expect(focus(press(firstCell, 'PageDown', 'PageUp', 'PageUp'))).toEqual([0, 0]);
    expect(focus(press(firstCell, 'End'))).toEqual([0, 2]);
    expect(focus(press(firstCell, 'Ctrl+End', 'ArrowDown'))).toEqual([49, 2]);
    expect(focus(press(firstCell, 'Ctrl+End', 'Ctrl+Home'))).toEqual([0, 0]);
    expect(focus(press(firstCell, 'Ctrl+ArrowDown'))).toEqual([49, 0]);
  });

  it('does not move for keys that are somebody else’s', () => {
    expect(press(firstCell, 'x')).toBeUndefined();
    expect(press(firstCell, 'Escape')).toBeUndefined();
  });
});

describe('the selection in a grid of answers', () => {
  it('is extended with shift from where it began, and collapses without', () => {
    const extended = press(firstCell, 'ArrowDown', 'ArrowRight', 'Shift+ArrowDown', 'Shift+ArrowRight');
    expect(extended === undefined ? undefined : blockOf(extended)).toEqual({
      firstRow: 1,
      lastRow: 2,
      firstColumn: 1,
      lastColumn: 2,
    });
    const back = press(extended ?? firstCell, 'Escape') ?? firstCell;
    expect(isSeveral(back)).toBe(false);
    expect(focus(back)).toEqual([2, 2]);
  });

  it('is a row, a column, or everything', () => {
    const at = { anchor: { row: 3, column: 1 }, focus: { row: 3, column: 1 } };
    const blocks = ['Shift+ ', 'Ctrl+ ', 'Ctrl+a'].map((key) => blockOf(press(at, key) ?? firstCell));
    expect(blocks).toEqual([
      { firstRow: 3, lastRow: 3, firstColumn: 0, lastColumn: 2 },
      { firstRow: 0, lastRow: 49, firstColumn: 1, lastColumn: 1 },
      { firstRow: 0, lastRow: 49, firstColumn: 0, lastColumn: 2 },
    ]);
    expect(isInBlock(blocks[0] ?? blockOf(firstCell), { row: 3, column: 2 })).toBe(true);
    expect(isInBlock(blocks[0] ?? blockOf(firstCell), { row: 4, column: 2 })).toBe(false);
  });
});
