/** @file What stands below the photos of the grid: whatever was stored gives a choice, and a choice its room. */
import { expect, it } from 'vitest';
import { parseTileFields, tileTextPx } from '../../../renderer/state/tileFields.ts';

it('the fields below photos are the stored ones that there are, in their order, or the caption', () => {
  expect(parseTileFields(['rating', 'fileName', 'gone', 7])).toEqual(['fileName', 'rating']);
  expect(parseTileFields([])).toEqual([]);
  expect(parseTileFields(undefined)).toEqual(['caption']);
  expect(parseTileFields('caption')).toEqual(['caption']);
});

it('the room below photos grows by a line with each field, the caption taking two', () => {
  expect(tileTextPx([])).toBe(0);
  expect(tileTextPx(['caption'])).toBe(42);
  expect(tileTextPx(['caption', 'fileName', 'taken'])).toBe(74);
  expect(tileTextPx(['fileName'])).toBe(26);
});
