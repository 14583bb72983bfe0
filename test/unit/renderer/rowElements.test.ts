/** @file With which elements the rows of the grid are drawn while it scrolls. */
import { describe, expect, it } from 'vitest';
import { RowElements } from '../../../renderer/components/grid/rowElements.ts';
import { type GridLayout, layoutGrid } from '../../../renderer/state/gridLayout.ts';

/** Rows of one, two, three, one … photos, a section each. */
function sections(rowCount: number): GridLayout {
  const counts = Array.from({ length: rowCount }, (_, row) => (row % 3) + 1);
  const starts = [0];
  for (const count of counts) starts.push((starts.at(-1) ?? 0) + count);
  return layoutGrid({
    mode: 'square',
    count: starts.at(-1) ?? 0,
    aspects: new Float32Array(),
    widthPx: 400,
    sizePx: 100,
    gapPx: 0,
    captionPx: 0,
    sectionStarts: Uint32Array.from(starts),
    headingPx: 20,
  });
}

function scrolling(layout = sections(30)) {
  const elements = new RowElements();
  return (first: number, last: number, other: GridLayout = layout) => {
    const rows = Array.from({ length: last - first + 1 }, (_, at) => first + at);
    return elements.draw(
      other,
      rows.map((index) => ({ index, startPx: index * 150 })),
    );
  };
}

const shown = (row: { readonly cells: readonly { readonly index: number }[] }) =>
  row.cells.map(({ index }) => index).filter((index) => index >= 0);

describe('the elements of the rows of the grid', () => {
  it('stay with the rows that stay, which are the same objects', () => {
    const draw = scrolling();
    const before = draw(0, 5);
    const after = draw(1, 6);
    for (const row of before.slice(1)) expect(after).toContain(row);
    expect(draw(1, 6)).toEqual(after);
  });

  it('pass from rows that leave to rows that come, none being made', () => {
    const draw = scrolling();
    const slots = draw(0, 5).map(({ slot }) => slot);
    const next = draw(1, 6).at(-1);
    expect(next?.slot).toBe(slots[0]);
    expect(next && shown(next)).toEqual([12]);
    // All are others: none need change places.
    expect(draw(20, 25).map(({ slot }) => slot)).toEqual([...slots.slice(1), slots[0]]);
  });

  it('are kept, empty and behind the others, while fewer are needed, and used first when more are', () => {
    const draw = scrolling();
    draw(0, 5);
    const fewer = draw(1, 4);
    expect(fewer.map(({ isSpare }) => isSpare)).toEqual([false, false, false, false, true, true]);
    expect(fewer.slice(4).flatMap(shown)).toEqual([]);
    const spare = fewer.slice(4).map(({ slot }) => slot);
    expect(
      draw(2, 6)
        .slice(3, 5)
        .map(({ slot }) => slot),
    ).toEqual(spare);
    expect(new Set(draw(7, 12).map(({ slot }) => slot)).size).toBe(6);
  });

  it('never lose a cell while rows pass, and show each photo once', () => {
    const draw = scrolling();
    const cells = new Map<number, number>();
    for (let first = 0; first < 24; first += 5) {
      const rows = draw(first, first + 5);
      for (const { slot, cells: now } of rows) {
        expect(now.length).toBeGreaterThanOrEqual(cells.get(slot) ?? 0);
        cells.set(slot, now.length);
      }
      const photos = rows.flatMap(shown);
      expect(new Set(photos).size).toBe(photos.length);
      expect(photos.length).toBe(12);
    }
  });

  it('stay with their rows in another layout, which has no more of them than it needs', () => {
    const draw = scrolling();
    draw(0, 8);
    const before = draw(3, 6);
    const after = draw(3, 6, sections(20));
    expect(after.map(({ slot }) => slot)).toEqual(before.filter(({ isSpare }) => !isSpare).map(({ slot }) => slot));
    expect(after.every(({ cells }) => cells.every(({ index }) => index >= 0))).toBe(true);
  });

  it('draw no row that the list does not have any more', () => {
    const draw = scrolling();
    draw(0, 8);
    expect(draw(0, 8, sections(4)).flatMap(shown)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });
});
