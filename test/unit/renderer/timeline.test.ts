/** @file The timeline: where months and years begin along it, and where keys lead. */
import { describe, expect, it } from 'vitest';
import { stopAfterKey, stopAt, timelineStops, timelineYears } from '../../../renderer/state/timeline.ts';

const sections = {
  codes: Uint32Array.of(20240504, 20240502, 20240400, 20231201, 20231130, 20190000, 0),
  starts: Uint32Array.of(0, 10, 20, 30, 40, 50, 60, 70),
};
const stops = timelineStops(sections, (index) => index * 10);

describe('the timeline', () => {
  it('has a stop for each month, for a year without months, and for what has no date', () => {
    expect(stops).toEqual([
      { code: 20240500, listPx: 0 },
      { code: 20240400, listPx: 200 },
      { code: 20231200, listPx: 300 },
      { code: 20231100, listPx: 400 },
      { code: 20190000, listPx: 500 },
      { code: 0, listPx: 600 },
    ]);
  });

  it('knows the month of every place in the list', () => {
    expect([-5, 0, 199, 200, 599, 600, 9999].map((px) => stopAt(stops, px))).toEqual([0, 0, 0, 1, 4, 5, 5]);
    expect(stopAt([], 5)).toBe(0);
  });

  it('names years where there is room, the first of those that lie too close', () => {
    const named = (trackPx: number) =>
      timelineYears(stops, { listPx: 700, trackPx, labelPx: 20 }).map(({ year }) => year);
    expect(named(700)).toEqual([2024, 2023, 2019, 0]);
    expect(named(100)).toEqual([2024, 2023, 2019]);
    expect(named(60)).toEqual([2024, 2023, 0]);
  });

  it('is walked by month and by year', () => {
    const led = (index: number, key: string) => stopAfterKey(stops, index, key);
    expect([led(0, 'ArrowDown'), led(5, 'ArrowDown'), led(0, 'ArrowUp'), led(3, 'ArrowUp')]).toEqual([1, 5, 0, 2]);
    expect([led(0, 'PageDown'), led(2, 'PageDown'), led(5, 'PageDown')]).toEqual([2, 4, 5]);
    expect([led(5, 'PageUp'), led(4, 'PageUp'), led(3, 'PageUp'), led(0, 'PageUp')]).toEqual([4, 2, 0, 0]);
    expect([led(3, 'Home'), led(3, 'End'), led(3, 'a')]).toEqual([0, 5, undefined]);
  });
});
