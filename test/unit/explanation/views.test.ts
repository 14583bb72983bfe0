/** @file Features of parts of a picture. */
import { expect, it } from 'vitest';
import { besideEmpty, layViews, patchesAcross, viewsOf } from '../../../native-models/explanation/views.ts';
import { floatsOf, floatTensor } from '../../../native-models/runtime/graphSession.ts';

it('views are all of a picture, nothing, and each cell alone, in the features of an empty picture', () => {
  // 3 × 3 patches and the class token, of one value each
  const vision = floatTensor(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), [1, 10, 1]);
  const empty = floatTensor(new Float32Array(10).fill(-1), [1, 10, 1]);
  expect(patchesAcross(vision)).toBe(3);
  expect(viewsOf(2)).toEqual(['all', 'nothing', 0, 1, 2, 3]);
  const rows = layViews(besideEmpty(vision, empty), viewsOf(2), 2, 1);
  expect(rows.dims).toEqual([6, 10, 1]);
  const row = (view: number) => [...floatsOf(rows).subarray(view * 10, view * 10 + 10)];
  expect(row(0)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(row(1)).toEqual(new Array(10).fill(-1));
  // of three patches in a row, two are in the first of two cells
  expect(row(2)).toEqual([-1, 2, 3, -1, 5, 6, -1, -1, -1, -1]);
  expect(row(5)).toEqual([-1, -1, -1, -1, -1, -1, -1, -1, -1, 10]);
  // each patch is in one cell
  expect([2, 3, 4, 5].flatMap((view) => row(view).filter((value) => value > 0)).sort((a, b) => a - b)).toEqual([
    2, 3, 4, 5, 6, 7, 8, 9, 10,
  ]);
});

it('keys of patches are laid together as the patches are, in every head', () => {
  // 2 heads, 2 × 2 patches and the class token, of 2 values each
  const values = Array.from({ length: 20 }, (_, index) => index + 1);
  const both = floatTensor(Float32Array.from([...values, ...values.map((value) => -value)]), [2, 2, 5, 2]);
  const rows = layViews(both, ['all', 'nothing', 3], 2, 2);
  expect(rows.dims).toEqual([3, 2, 5, 2]);
  const row = (view: number) => [...floatsOf(rows).subarray(view * 20, view * 20 + 20)];
  expect(row(0)).toEqual(values);
  expect(row(1)).toEqual(values.map((value) => -value));
  expect(row(2).filter((value) => value > 0)).toEqual([9, 10, 19, 20]);
});
