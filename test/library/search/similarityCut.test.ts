/** @file Where a ranking by similarity ends. */
import { describe, expect, it } from 'vitest';
import { beforeCut, sampleOf } from '../../../main/library/search/similarityCut.ts';

const ranked = (...scores: readonly number[]) => scores.map((score, index) => ({ photoId: index + 1, score }));

describe('a ranking by similarity', () => {
  it('ends half-way from what is typical to the best', () => {
    const all = ranked(0.9, 0.8, 0.61, 0.59, ...Array.from({ length: 16 }, () => 0.3));
    expect(beforeCut(all, all).map(({ score }) => score)).toEqual([0.9, 0.8, 0.61]);
    const shifted = all.map(({ photoId, score }) => ({ photoId, score: score / 10 - 0.5 }));
    expect(beforeCut(shifted, shifted)).toHaveLength(3);
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
