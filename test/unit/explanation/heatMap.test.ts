/** @file Heat from likelihoods, and the boxes around what is hot. */
import { describe, expect, it } from 'vitest';
import { heatOf, regionsOf } from '../../../native-models/explanation/heatMap.ts';

describe('heat of a word', () => {
  it('is how much each cell alone adds, up to 1; what makes it less likely adds nothing', () => {
    const heat = heatOf({ withAll: -0.1, withNothing: -6, withCell: [-6, -2, -4, -8] });
    expect(heat).toEqual([0, 1, 0.5, 0]);
  });

  it('is none where the picture makes the word hardly likelier', () => {
    expect(heatOf({ withAll: -0.1, withNothing: -0.14, withCell: [-0.1, -0.13] })).toBeUndefined();
  });

  it('is none where no cell says anything by itself', () => {
    expect(heatOf({ withAll: -0.1, withNothing: -6, withCell: [-6, -7] })).toBeUndefined();
  });
});

describe('regions of a map', () => {
  it('stand around hot cells that touch, at their corners too, the hottest first', () => {
    // biome-ignore format: a map is read as one
    const heat = [
      0.6, 0,   0, 0,
      0,   0.5, 0, 0,
      0,   0,   0, 1,
      0,   0.4, 0, 1,
    ];
    expect(regionsOf(heat, 4)).toEqual([
      { left: 0.75, top: 0.5, width: 0.25, height: 0.5 },
      { left: 0, top: 0, width: 0.5, height: 0.5 },
    ]);
  });

  it('are not those that are far colder than the hottest, and cells at the two ends of neighbouring rows do not touch', () => {
    // biome-ignore format: a map is read as one
    const heat = [
      0, 0, 0.9,
      0.9, 0, 0,
      1, 1, 0,
    ];
    expect(regionsOf(heat, 3)).toEqual([
      { left: 0, top: 1 / 3, width: 2 / 3, height: 2 / 3 },
      { left: 2 / 3, top: 0, width: 1 / 3, height: 1 / 3 },
    ]);
    expect(regionsOf([1, 0, 0, 1, 0, 0.5, 1, 0, 0], 3)).toHaveLength(1);
  });
});
