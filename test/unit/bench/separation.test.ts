/** @file The figures by which a bench says which of two numbers tells photos apart better. */
import { expect, it } from 'vitest';
import { quantile, separation } from '../../../bench/separation.ts';

it('tells how often one that belongs has more, ties counting half, and what a limit lets through', () => {
  const others = Array.from({ length: 100 }, (_, index) => index);
  expect(separation([200, 150], others, [0.01])).toEqual({
    areaUnderRoc: 1,
    limits: [{ wrong: 0.01, limit: 98, missed: 0 }],
  });
  expect(separation([49, 98, 99], others, [0.01, 0.05])).toEqual({
    areaUnderRoc: (49.5 + 98.5 + 99.5) / 300,
    limits: [
      { wrong: 0.01, limit: 98, missed: 2 / 3 },
      { wrong: 0.05, limit: 94, missed: 1 / 3 },
    ],
  });
  expect([0, 0.5, 0.95, 1].map((share) => quantile([3, 1, 2, 4], share))).toEqual([1, 2, 4, 4]);
});
