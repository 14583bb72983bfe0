/** @file The rows of a facet: its values, of the dates the years with the months of those that are open. Pure; renderer only. */
import type { Facet, FacetValue } from '../../../schemas/facet.ts';

export interface FacetRow {
  readonly value: FacetValue;
  readonly photos: number;
  readonly chosen: boolean;
  /** A month, below its year. */
  readonly inner: boolean;
  /** A year with months, which are shown or not; null for what has nothing below it. */
  readonly open: boolean | null;
}

/** @param openYears beside those of which a month is chosen, and an only one */
export function facetRows({ facet, values }: Facet, openYears: ReadonlySet<string>): FacetRow[] {
  if (facet !== 'taken') return values.map((value) => ({ ...value, inner: false, open: null }));
  const yearOf = (value: FacetValue) => value?.slice(0, 4) ?? '';
  const isMonth = (value: FacetValue) => value !== null && value.length > 4;
  const years = new Set(values.map(({ value }) => yearOf(value)).filter((year) => year !== ''));
  const withMonths = new Set(values.filter(({ value }) => isMonth(value)).map(({ value }) => yearOf(value)));
  const open = new Set(openYears);
  for (const { value, chosen } of values) if (chosen && isMonth(value)) open.add(yearOf(value));
  if (years.size === 1) for (const year of years) open.add(year);
  return values
    .filter(({ value }) => !isMonth(value) || open.has(yearOf(value)))
    .map((value) => {
      const inner = isMonth(value.value);
      const year = yearOf(value.value);
      return { ...value, inner, open: inner || !withMonths.has(year) ? null : open.has(year) };
    });
}
