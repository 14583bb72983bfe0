/** @file How long a result takes, by the times of earlier ones. */
import { expect, it } from 'vitest';
import { measuredPace } from '../../../main/library/pilots/measuredPace.ts';

const every = (ms: number, count: number) => Array.from({ length: count }, (_, index) => index * ms);

it('the pace of results is the time between them', () => {
  expect(measuredPace(every(500, 12))).toBe(500);
  expect(measuredPace([0, 700])).toBe(700);
});

it('a pause in the middle of a run does not count, nor does one shortly before its end', () => {
  const times = every(500, 40);
  expect(measuredPace(times.map((time, index) => (index < 17 ? time : time + 1e8)))).toBe(500);
  expect(measuredPace(times.map((time, index) => (index < 37 ? time : time + 1e8)))).toBe(500);
});

it('results that come sixteen at a time have the pace of the whole', () => {
  const times = Array.from({ length: 160 }, (_, index) => Math.floor(index / 16) * 8000 + (index % 16));
  const pace = measuredPace(times) ?? 0;
  expect(pace).toBeGreaterThan(300);
  expect(pace).toBeLessThan(800);
});

it('nothing is told where nothing can be', () => {
  expect(measuredPace([])).toBeUndefined();
  expect(measuredPace([5])).toBeUndefined();
  expect(measuredPace([5, 5, 5, 5, 5])).toBeUndefined();
});
