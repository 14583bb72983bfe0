/** @file Where photos lie in the grid, and where keys lead. */
import { describe, expect, it } from 'vitest';
import {
  cellsOfRow,
  type GridOptions,
  indexAfterKey,
  indexesIn,
  layoutGrid,
  placeAt,
  rowOf,
  rowSizePx,
  rowTopsPx,
  scrollFor,
} from '../../../renderer/state/gridLayout.ts';
import { present } from '../../support/present.ts';

const gapPx = 6;

function options(change: Partial<GridOptions>): GridOptions {
  const count = change.count ?? 10;
  return {
    mode: 'justified',
    count,
    aspects: new Float32Array(count).fill(1.5),
    widthPx: 1000,
    sizePx: 200,
    gapPx,
    captionPx: 0,
    ...change,
  };
}

describe('rows from side to side', () => {
  const aspects = Float32Array.from({ length: 500 }, (_, index) => [1.5, 0.667, 1, 1.778, 0][index % 5] ?? 1);
  const layout = layoutGrid(options({ count: 500, aspects }));

  it('hold every photo once, in order', () => {
    const all = Array.from({ length: layout.rowCount }, (_, row) => cellsOfRow(layout, row)).flat();
    expect(all.map(({ index }) => index)).toEqual(Array.from({ length: 500 }, (_, index) => index));
  });

  it('fill the width to the pixel, but for the last', () => {
    for (let row = 0; row < layout.rowCount - 1; row += 1) {
      const last = cellsOfRow(layout, row).at(-1);
      expect(present(last?.leftPx) + present(last?.widthPx)).toBeCloseTo(1000, 1);
    }
  });

  it('are near to the height that was wished for', () => {
    for (let row = 0; row < layout.rowCount; row += 1) {
      expect(layout.rowHeightsPx[row]).toBeGreaterThan(120);
      expect(layout.rowHeightsPx[row]).toBeLessThan(320);
    }
  });

  it('do not blow up the last one, nor a panorama, nor a strip', () => {
    const few = layoutGrid(options({ count: 2, aspects: Float32Array.of(40, 0.01) }));
    expect(few.rowCount).toBe(1);
    expect(few.rowHeightsPx[0]).toBeCloseTo(230);
  });
});

describe('squares', () => {
  it('fill the width in equal columns', () => {
    const layout = layoutGrid(options({ mode: 'square', count: 11 }));
    const cells = cellsOfRow(layout, 0);
    expect(cells).toHaveLength(4);
    expect(cells.every(({ widthPx, heightPx }) => widthPx === heightPx)).toBe(true);
    expect(present(cells[3]?.leftPx) + present(cells[3]?.widthPx)).toBeCloseTo(1000);
    expect(cellsOfRow(layout, 2)).toHaveLength(3);
  });

  it('are one column in a window that is too narrow for two', () => {
    expect(layoutGrid(options({ mode: 'square', count: 3, widthPx: 90 })).rowCount).toBe(3);
  });
});

it('the grid has no rows without photos or without room', () => {
  expect(layoutGrid(options({ count: 0 })).rowCount).toBe(0);
  expect(layoutGrid(options({ widthPx: 0 })).rowCount).toBe(0);
});

describe('keys', () => {
  const layout = layoutGrid(options({ mode: 'square', count: 11 }));
  const leads = (index: number, key: string) => indexAfterKey(layout, index, key, 2);

  it('lead to the neighbours and stop at the ends', () => {
    expect([leads(0, 'ArrowLeft'), leads(3, 'ArrowRight'), leads(10, 'ArrowRight')]).toEqual([0, 4, 10]);
  });

  it('lead up and down in the same column, and to the last photo where the column ends', () => {
    expect([leads(5, 'ArrowUp'), leads(5, 'ArrowDown'), leads(7, 'ArrowDown')]).toEqual([1, 9, 10]);
    expect([leads(2, 'ArrowUp'), leads(9, 'ArrowDown')]).toEqual([0, 10]);
  });

  it('lead a window further, and to both ends', () => {
    expect([leads(1, 'PageDown'), leads(9, 'PageUp'), leads(5, 'PageUp')]).toEqual([9, 1, 0]);
    expect([leads(5, 'Home'), leads(5, 'End'), leads(5, 'a')]).toEqual([0, 10, undefined]);
  });
});

describe('the place that is kept', () => {
  const layout = layoutGrid(options({ mode: 'square', count: 40, captionPx: 42 }));
  const tops = rowTopsPx(layout, 12, 10);
  const ids = Uint32Array.from({ length: 40 }, (_, index) => 100 + index);

  it('is the first photo that is wholly visible', () => {
    const rowPx = rowSizePx(layout, 0) + 12;
    expect(placeAt(layout, tops, ids, 0)).toEqual({ photoId: 100, belowTopPx: 10 });
    expect(placeAt(layout, tops, ids, 10 + rowPx * 2 - 5)).toEqual({ photoId: 108, belowTopPx: 5 });
  });

  it('is found again after photos came before it', () => {
    const place = placeAt(layout, tops, ids, 700);
    const longer = layoutGrid(options({ mode: 'square', count: 44, captionPx: 42 }));
    const index = ids.indexOf(present(place?.photoId)) + 4;
    const scrollPx = scrollFor(longer, rowTopsPx(longer, 12, 10), index, present(place?.belowTopPx));
    expect(scrollPx - 700).toBeCloseTo(rowSizePx(layout, 0) + 12);
  });

  it('is in the row that holds the photo', () => {
    expect([rowOf(layout, 0), rowOf(layout, 3), rowOf(layout, 4), rowOf(layout, 39)]).toEqual([0, 0, 1, 9]);
  });
});

describe.each(['square', 'justified'] as const)('sections of a %s grid', (mode) => {
  const sectionStarts = Uint32Array.of(0, 1, 20, 21);
  const layout = layoutGrid(options({ mode, count: 21, sectionStarts, headingPx: 40 }));

  it('begin a row each, with a heading above it', () => {
    const begins = [...layout.rowSections].flatMap((section, row) => (section < 0 ? [] : [[section, row]]));
    expect(begins.map(([section = 0, row = 0]) => [section, layout.rowStarts[row]])).toEqual([
      [0, 0],
      [1, 1],
      [2, 20],
    ]);
    expect(rowSizePx(layout, 0) - (layout.rowHeightsPx[0] ?? 0)).toBe(40);
    expect(layout.rowSections[2]).toBe(-1);
    expect(rowSizePx(layout, 2)).toBe(layout.rowHeightsPx[2]);
  });

  it('hold every photo once, in order', () => {
    const all = Array.from({ length: layout.rowCount }, (_, row) => cellsOfRow(layout, row)).flat();
    expect(all.map(({ index }) => index)).toEqual(Array.from({ length: 21 }, (_, index) => index));
    expect(rowOf(layout, 20)).toBe(layout.rowCount - 1);
  });
});

describe('a rectangle upon the grid', () => {
  // Four columns of 244 px with 8 px between them; sections of 2, 6 and 2 photos below headings of 40 px.
  const layout = layoutGrid(
    options({ mode: 'square', gapPx: 8, sizePx: 230, sectionStarts: Uint32Array.of(0, 2, 8, 10), headingPx: 40 }),
  );
  const tops = rowTopsPx(layout, 8, 12);
  const within = (leftPx: number, topPx: number, rightPx: number, bottomPx: number) =>
    indexesIn(layout, tops, { leftPx, topPx, rightPx, bottomPx });

  it('holds the photos that it touches, and none for a heading or a gap', () => {
    expect(within(0, 0, 1000, 40)).toEqual([]);
    expect(within(245, 60, 250, 70)).toEqual([]);
    expect(within(0, 0, 10, 60)).toEqual([0]);
    expect(within(0, 0, 300, 60)).toEqual([0, 1]);
    const second = (tops[1] ?? 0) + 41;
    expect(within(240, second, 260, second + 300)).toEqual([2, 3, 6, 7]);
    expect(within(0, 0, 1000, 9999)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(within(0, 9000, 1000, 9999)).toEqual([]);
  });
});
