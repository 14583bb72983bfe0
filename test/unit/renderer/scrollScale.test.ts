/** @file Lists that are longer than browsers lay out: which offset in the list a scroll offset stands for. */
import { describe, expect, it } from 'vitest';
import { RowOffsets } from '../../../renderer/state/rowOffsets.ts';
import { maxElementPx, ScrollScale } from '../../../renderer/state/scrollScale.ts';

const windowPx = 900;

describe('the scroll scale of a list', () => {
  it('changes nothing where the browser lays out the whole list', () => {
    const scale = new ScrollScale(maxElementPx, windowPx);
    expect([scale.isScaled, scale.elementPx]).toEqual([false, maxElementPx]);
    for (const px of [0, 1.5, maxElementPx / 2, maxElementPx - windowPx])
      expect([scale.toList(px), scale.toElement(px)]).toEqual([px, px]);
  });

  for (const listPx of [maxElementPx + 1, 47_000_000, 2_000_000_000]) {
    const scale = new ScrollScale(listPx, windowPx);
    const lastPx = maxElementPx - windowPx;

    it(`of ${listPx} px reaches both ends with the element, pixel by pixel`, () => {
      expect([scale.isScaled, scale.elementPx]).toEqual([true, maxElementPx]);
      for (const px of [0, 1, 500, 999_999]) {
        expect(scale.toList(px)).toBe(px);
        expect(scale.toList(lastPx - px)).toBe(listPx - windowPx - px);
      }
    });

    it(`of ${listPx} px goes on forward everywhere, at the borders of its parts too`, () => {
      const steps = [
        0,
        999_999,
        1_000_000,
        1_000_001,
        maxElementPx / 2,
        lastPx - 1_000_001,
        lastPx - 1_000_000,
        lastPx,
      ];
      const offsets = steps.map((px) => scale.toList(px));
      expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
      const slope = (listPx - maxElementPx) / (maxElementPx - 2_000_000) + 2;
      expect(scale.toList(1_000_001) - scale.toList(1_000_000)).toBeLessThan(slope);
      expect(scale.toList(lastPx - 1_000_000) - scale.toList(lastPx - 1_000_001)).toBeLessThan(slope);
    });

    it(`of ${listPx} px finds the way back`, () => {
      for (let px = 0; px <= lastPx; px += 123_456.5) expect(scale.toElement(scale.toList(px))).toBeCloseTo(px, 3);
    });

    it(`of ${listPx} px never lets the element end before the list does`, () => {
      for (let px = 0; px <= lastPx; px += 123_456.5) {
        const shiftPx = scale.toList(px) - px;
        expect(shiftPx).toBeGreaterThanOrEqual(0);
        expect(shiftPx).toBeLessThanOrEqual(listPx - maxElementPx + 1e-6);
      }
    });
  }
});

describe('the offsets of rows', () => {
  const sizesPx = [30, 10, 50, 20];
  const offsets = new RowOffsets({ count: 4, sizePx: (index) => sizesPx[index] as number, gapPx: 5, paddingPx: 12 });

  it('follow from their sizes, the gaps between them and the room at both ends', () => {
    expect([0, 1, 2, 3].map((index) => [offsets.startPx(index), offsets.endPx(index)])).toEqual([
      [12, 42],
      [47, 57],
      [62, 112],
      [117, 137],
    ]);
    expect(offsets.totalPx).toBe(149);
  });

  it('tell which row is at a place; a gap belongs to the row before it', () => {
    expect([-5, 0, 12, 46.9, 47, 61, 62, 116, 117, 5000].map((px) => offsets.indexAt(px))).toEqual([
      ...[0, 0, 0, 0, 1, 1, 2, 2, 3, 3],
    ]);
  });

  it('of no rows are nothing but the room', () => {
    const none = new RowOffsets({ count: 0, sizePx: () => 1, gapPx: 5, paddingPx: 12 });
    expect([none.totalPx, none.indexAt(10)]).toEqual([24, 0]);
  });
});
