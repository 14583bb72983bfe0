/** @file A photo's tags as the panel shows them. */
import { describe, expect, it } from 'vitest';
import { tagGroups, tagSuggestions } from '../../../renderer/state/photo/tagTree.ts';

const row = (id: number, path: string, source: 'human' | 'model' | 'import', confidence: number | null = null) => ({
  id,
  path,
  source,
  confidence,
  modelId: null,
  approvedAtMs: null,
});

describe('the tags of a photo', () => {
  it('are flat ones first, then each group by what it stands below', () => {
    const groups = tagGroups(
      [
        row(1, 'places/France/Nice', 'human'),
        row(2, 'sea', 'human'),
        row(3, 'boat', 'human'),
        row(4, 'people/Ada', 'human'),
        row(5, '#1/x', 'human'),
      ],
      'en',
    );
    expect(groups.map(({ above, tags }) => [above, tags.map(({ name }) => name)])).toEqual([
      ['', ['boat', 'sea']],
      ['#1', ['x']],
      ['people', ['Ada']],
      ['places/France', ['Nice']],
    ]);
  });

  it('stand in one group also where what they stand below is spelled with other capitals', () => {
    const groups = tagGroups([row(1, 'places/Nice', 'human'), row(2, 'Places/Bonn', 'import')], 'en');
    expect(groups.map(({ tags }) => tags.map(({ path }) => path))).toEqual([['Places/Bonn', 'places/Nice']]);
  });

  it("show a tag once that several gave, as the person's, with how sure the model was", () => {
    const rows = [row(1, 'boat', 'model', 0.8), row(2, 'boat', 'human'), row(3, 'boat', 'import', 0.2)];
    const [group] = tagGroups(rows, 'en');
    expect(group?.tags).toEqual([
      { path: 'boat', name: 'boat', above: [], modelId: null, approvedAtMs: null, source: 'human', confidence: 0.8 },
    ]);
  });
});

describe('suggested tags', () => {
  const known = [
    { path: 'boat', photos: 1 },
    { path: 'sailboat', photos: 90 },
    { path: 'things/boat', photos: 5 },
    { path: 'Bonn', photos: 3 },
  ];

  it('begin as was typed, then hold it, and leave out what the photo has', () => {
    expect(tagSuggestions('bo', known, [], 8)).toEqual(['Bonn', 'boat', 'things/boat', 'sailboat']);
    expect(tagSuggestions('BO', known, ['Boat'], 2)).toEqual(['Bonn', 'things/boat']);
    expect(tagSuggestions('  ', known, [], 8)).toEqual([]);
  });

  it('are those alone that hold it, of equal ones those first that most photos have', () => {
    const tags = [...known, { path: 'boats', photos: 7 }, { path: 'sea', photos: 99 }];
    expect(tagSuggestions('boat', tags, [], 8)).toEqual(['boats', 'boat', 'things/boat', 'sailboat']);
    expect(tagSuggestions('xyz', tags, [], 8)).toEqual([]);
  });
});
