/** @file All tags as a tree of rows. */
import { describe, expect, it } from 'vitest';
import { outermost, tagRows, tagTree } from '../../../renderer/state/tags/tagRows.ts';

const tags = ['sea', 'places', 'places/France', 'places/France/Nice', 'kinds/of/boats'].map((path, index) => ({
  id: index + 1,
  path,
  photos: index,
  inVocabulary: false,
}));
const shown = (folded: readonly string[] = [], letters = '') =>
  tagRows(tagTree(tags, 'en'), { folded: new Set(folded), letters }).map(({ depth, name }) => `${depth} ${name}`);

describe('the tree of tags', () => {
  it('lists each below the one above it, by name; one whose upper tags are not there stands at the top', () => {
    expect(shown()).toEqual(['0 kinds/of/boats', '0 places', '1 France', '2 Nice', '0 sea']);
  });

  it('leaves out what is below a folded one', () => {
    expect(shown(['places/France'])).toEqual(['0 kinds/of/boats', '0 places', '1 France', '0 sea']);
  });

  it('shows those with the letters and what stands above them, folded or not', () => {
    expect(shown(['places'], 'NICE')).toEqual(['0 places', '1 France', '2 Nice']);
  });
});

it('a tag below another chosen one comes along with that', () => {
  expect(outermost(['places/France', 'places', 'placesettings', 'sea'])).toEqual(['places', 'placesettings', 'sea']);
});
