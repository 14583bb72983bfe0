/** @file Which rows a facet has: years and, of those that are open, their months. */
import { expect, it } from 'vitest';
import { facetRows } from '../../../renderer/components/filter/facetRows.ts';
import type { Facet } from '../../../schemas/facet.ts';

const dates = (values: readonly (string | null)[], chosen: readonly (string | null)[] = []): Facet => ({
  facet: 'taken',
  values: values.map((value) => ({ value, photos: 1, chosen: chosen.includes(value) })),
  more: 0,
});
const rowsOf = (facet: Facet, open: readonly string[] = []) =>
  facetRows(facet, new Set(open)).map(({ value, inner, open: isOpen }) => [value, inner, isOpen]);
const years = ['2024', '2024-05', '2024-01', '2019', '2019-12', null];

it('the rows of the dates are years, which can be opened', () => {
  expect(rowsOf(dates(years))).toEqual([
    ['2024', false, false],
    ['2019', false, false],
    [null, false, null],
  ]);
  expect(rowsOf(dates(years), ['2024'])).toEqual([
    ['2024', false, true],
    ['2024-05', true, null],
    ['2024-01', true, null],
    ['2019', false, false],
    [null, false, null],
  ]);
});

it('the rows of the dates show a month that is chosen, those of an only year, and no arrow for a year without months', () => {
  expect(rowsOf(dates(years, ['2019-12'])).map(([value]) => value)).toEqual(['2024', '2019', '2019-12', null]);
  expect(rowsOf(dates(['2024', '2024-05', null])).map(([value]) => value)).toEqual(['2024', '2024-05', null]);
  expect(rowsOf(dates(['2024', '2023', '2023-01']))).toEqual([
    ['2024', false, null],
    ['2023', false, false],
  ]);
});

it('the rows of any other facet are its values', () => {
  expect(rowsOf({ facet: 'tag', values: [{ value: '2024-05', photos: 1, chosen: false }], more: 0 })).toEqual([
    ['2024-05', false, null],
  ]);
});
