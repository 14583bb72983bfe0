/** @file T5's relative position buckets against values of the reference's own function. */
import { describe, expect, it } from 'vitest';
import { relativeBucket, relativeBuckets } from '../../../native-models/architectures/shared/t5.ts';

const dims = { relativeBuckets: 32, relativeMaxDistance: 128 };

describe('bidirectional buckets', () => {
  it.each([
    [0, 0],
    [-1, 1],
    [-7, 7],
    [-8, 8],
    [-11, 8],
    [-12, 9],
    [-16, 10],
    [-64, 14],
    [-90, 14],
    [-91, 15],
    [-500, 15],
    [1, 17],
    [8, 24],
    [16, 26],
    [500, 31],
  ])('a key at distance %i falls into bucket %i', (distance, bucket) => {
    expect(relativeBucket(distance, true, dims)).toBe(bucket);
  });
});

describe('the decoder’s buckets', () => {
  it.each([
    [0, 0],
    [-1, 1],
    [-15, 15],
    [-16, 16],
    [-18, 16],
    [-19, 17],
    [-32, 21],
    [-64, 26],
    [-127, 31],
    [-128, 31],
    [5, 0],
  ])('a key at distance %i falls into bucket %i', (distance, bucket) => {
    expect(relativeBucket(distance, false, dims)).toBe(bucket);
  });
});

it('relativeBuckets lays queries out as rows and keys as columns', () => {
  const buckets = relativeBuckets({ firstQuery: 2, queries: 2, keys: 4, bidirectional: false }, dims);
  expect([...buckets].map(Number)).toEqual([2, 1, 0, 0, 3, 2, 1, 0]);
});
