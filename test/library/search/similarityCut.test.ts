/** @file Where a ranking by similarity ends. */
import { describe, expect, it } from 'vitest';
import { beforeCut, sampleOf } from '../../../main/library/search/similarityCut.ts';

const ranked = (...scores: readonly number[]) => scores.map((score, index) => ({ photoId: index + 1, score }));

describe('a ranking by similarity', () => {
  it('ends where the scores fall off, however few come before or many after', () => {
    const typical = Array.from({ length: 40 }, (_, index) => 0.3 - index / 1000);
    for (const count of [1, 2, 7, 30]) {
      const near = Array.from({ length: count }, (_, index) => 0.9 - index / 1000);
      const all = ranked(...near, 0.5, 0.45, ...typical);
      expect(beforeCut(all, all)).toHaveLength(count);
      // What degree means does not matter.
      const shifted = all.map(({ photoId, score }) => ({ photoId, score: score / 10 - 0.5 }));
      expect(beforeCut(shifted, shifted)).toHaveLength(count);
    }
  });

  it('ends half-way from what is typical to the best where nothing falls off', () => {
    const even = ranked(...Array.from({ length: 100 }, (_, index) => 1 - index / 100));
    expect(beforeCut(even, even)).toHaveLength(26);
  });

  it('is measured by the whole library, also where filters leave nothing that is like it', () => {
    const all = ranked(0.9, 0.8, ...Array.from({ length: 18 }, () => 0.3));
    expect(beforeCut([{ photoId: 7, score: 0.3 }], all)).toEqual([]);
    expect(beforeCut([{ photoId: 2, score: 0.8 }], all)).toEqual([{ photoId: 2, score: 0.8 }]);
  });

  it('has all photos where all are alike, and where there are too few to tell', () => {
    const equal = ranked(...Array.from({ length: 20 }, () => 0.5));
    expect(beforeCut(equal, equal)).toHaveLength(20);
    expect(beforeCut(ranked(0.9, 0.1), ranked(0.9, 0.1))).toHaveLength(2);
    expect(beforeCut([], equal)).toEqual([]);
  });

  it('is measured by photos from all over the library', () => {
    expect(sampleOf([])).toEqual([]);
    expect(sampleOf([3, 1, 2])).toEqual([3, 1, 2]);
    const sample = sampleOf(Float64Array.from({ length: 100_000 }, (_, index) => index));
    expect(sample).toHaveLength(500);
    expect([sample[0], sample[1], sample.at(-1)]).toEqual([0, 200, 99_800]);
  });
});
