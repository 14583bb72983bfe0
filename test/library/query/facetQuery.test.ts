/** @file One value of a facet more or less, in the text that a person reads. */
import { describe, expect, it } from 'vitest';
import { toggledValue } from '../../../main/library/query/facetQuery.ts';
import { parseQuery } from '../../../main/library/query/parseQuery.ts';
import { printQuery } from '../../../main/library/query/printQuery.ts';
import type { FacetName, FacetValue } from '../../../schemas/facet.ts';

const toggled = (query: string, facet: FacetName, value: FacetValue) =>
  printQuery(toggledValue(parseQuery(query), facet, value));

describe('Choosing a value of a facet', () => {
  it.each<[query: string, facet: FacetName, value: FacetValue, then: string]>([
    ['', 'tag', 'beach', 'tag:=beach'],
    ['dog', 'taken', '2024', 'dog taken:2024'],
    ['dog OR cat', 'taken', '2024-05', '(dog OR cat) taken:2024-05'],
    ['dog taken:2024', 'taken', '2023-01', 'dog (taken:2024 OR taken:2023-01)'],
    ['taken:2024 dog', 'taken', '2024', 'dog'],
    ['(taken:2024 OR taken:2023) dog', 'taken', '2023', 'taken:2024 dog'],
    ['taken:2024 OR taken:2023', 'taken', '2022', 'taken:2024 OR taken:2023 OR taken:2022'],
    ['taken:>2024', 'taken', '2025', 'taken:>2024 taken:2025'],
    ['taken:2024-05-01', 'taken', '2024', 'taken:2024-05-01 taken:2024'],
    ['-tag:=beach', 'tag', 'beach', '-tag:=beach tag:=beach'],
    ['tag:beach', 'tag', 'beach', 'tag:beach tag:=beach'],
    ['tag:=Beach', 'tag', 'beach', ''],
    ['', 'tag', 'none', 'tag:="none"'],
    ['', 'tag', null, 'tag:none'],
    ['tag:=a', 'tag', null, 'tag:=a OR tag:none'],
    ['', 'camera', 'Canon "EOS" R5*', 'camera:="Canon \\"EOS\\" R5*"'],
    ['', 'answer:Season', 'winter', 'answer:Season=winter'],
    [
      'answer:season=winter',
      'answer:Season',
      'late "summer"',
      'answer:season=winter OR answer:Season="late \\"summer\\""',
    ],
    ['dog answer:season=WINTER', 'answer:Season', 'winter', 'dog'],
    [
      'answer:season answer:season=w* answer:people>3',
      'answer:season',
      'winter',
      'answer:season answer:season=w* answer:people>3 answer:season=winter',
    ],
    ['', 'rating', '-1', 'rating:-1'],
    ['rating:4', 'rating', '5', 'rating:4 OR rating:5'],
    ['rating:>=4', 'rating', '5', 'rating:>=4 rating:5'],
    ['', 'source', 'human', 'source:human'],
    ['', 'state', 'doubtful', 'doubtful:yes'],
    ['doubtful:yes', 'state', 'captioned', 'doubtful:yes OR captioned:no'],
    ['captioned:no', 'state', 'captioned', ''],
    ['captioned:yes', 'state', 'captioned', 'captioned:yes captioned:no'],
  ])('of “%s”, %s %s, makes “%s”', (query, facet, value, then) => {
    expect(toggled(query, facet, value)).toBe(then);
  });

  it('refuses what is no value of the facet', () => {
    expect(() => toggled('', 'state', 'width')).toThrow();
    expect(() => toggled('', 'taken', 'soon')).toThrow();
    expect(() => toggled('', 'source', 'robot')).toThrow();
  });
});
