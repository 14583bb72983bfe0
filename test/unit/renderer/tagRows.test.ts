/** @file All tags as a tree of rows. */
import { describe, expect, it } from 'vitest';
import { outermost, shownTags, tagRows, tagTree } from '../../../renderer/state/tags/tagRows.ts';

const tags = ['sea', 'places', 'places/France', 'places/France/Nice', 'kinds/of/boats'].map((path, index) => ({
  id: index + 1,
  path,
  photos: index,
  inVocabulary: false,
}));
const shown = (folded: readonly string[] = [], letters = '', of = tags) =>
  tagRows(tagTree(of, 'en'), { folded: new Set(folded), letters }).map(({ depth, name }) => `${depth} ${name}`);

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

  it('lists one below the one above it also where the two spell that with other capitals', () => {
    const mixed = ['places', 'Places/Nice', 'pLaces/nice/Old town', 'İzmir', 'i\u0307zmir/Harbour'];
    const of = mixed.map((path, index) => ({ id: index + 1, path, photos: 0, inVocabulary: true }));
    expect(shown([], '', of)).toEqual(['0 İzmir', '1 Harbour', '0 places', '1 Nice', '2 Old town']);
    expect(shown([], 'TOWN', of)).toEqual(['0 places', '1 Nice', '2 Old town']);
    expect(shown(['places'], '', of)).toEqual(['0 İzmir', '1 Harbour', '0 places']);
    const alive = of.map((tag) => ({ ...tag, inVocabulary: tag.path.endsWith('Nice') }));
    expect(shownTags(alive).map(({ path }) => path)).toEqual(['places', 'Places/Nice']);
    expect(outermost(['Places/Nice', 'places', 'İzmir'])).toEqual(['places', 'İzmir']);
  });
});

it('a tag below another chosen one comes along with that', () => {
  expect(outermost(['places/France', 'places', 'placesettings', 'sea'])).toEqual(['places', 'placesettings', 'sea']);
});
