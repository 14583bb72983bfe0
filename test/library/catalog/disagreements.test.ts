/** @file Photos whose captions by two models say different things. */
import { beforeEach, describe, expect, it } from 'vitest';
import { captionDisagreements } from '../../../main/library/catalog/texts/disagreements.ts';
import { type TestCatalog, testCatalog } from '../../support/testCatalog.ts';

let test: TestCatalog;
let runs: number[];

beforeEach(async () => {
  test = await testCatalog();
  runs = ['one', 'two'].map(() =>
    test.catalog.runs.begin({ kind: 'caption', description: { kind: 'caption', preset: 'caption' } }),
  );
  return () => test[Symbol.asyncDispose]();
});

/** A photo with a caption by each model, in this order. */
function photo(name: string, ...texts: readonly string[]): { photoId: number; captionIds: number[] } {
  const photoId = test.addPhoto(name);
  const captionIds = texts.map((text, index) =>
    test.catalog.captions.add(photoId, runs[index % 2] ?? 0, { text, source: 'model' }),
  );
  return { photoId, captionIds };
}

const found = () => captionDisagreements(test.catalog.connection);

describe('disagreements of models', () => {
  it('are listed by how few words their captions share, the newer caption first', () => {
    photo('same.jpg', 'two boats on the sea', 'a boat and two more boats on the sea');
    const some = photo('some.jpg', 'a boat on the sea', 'a car on the road');
    const all = photo('all.jpg', 'a red boat', 'two dogs');
    expect(found()).toEqual([
      { photoId: all.photoId, captionIds: all.captionIds.toReversed(), distance: 1 },
      { photoId: some.photoId, captionIds: some.captionIds.toReversed(), distance: 1 - 3 / 7 },
    ]);
  });

  it('are none between captions on the same terms: the newest counts', () => {
    const { photoId } = photo('a.jpg', 'a red boat', 'one boat, red', 'two dogs', 'a red boat');
    expect(found()).toMatchObject([{ photoId, distance: 1 }]);
    const single = test.addPhoto('b.jpg');
    for (const text of ['a red boat', 'two dogs'])
      test.catalog.captions.add(single, runs[0] ?? 0, { text, source: 'model' });
    expect(found()).toHaveLength(1);
  });

  it('end with a person’s decision: what they write, approve or reject', () => {
    const [written, approved, rejected] = ['a.jpg', 'b.jpg', 'c.jpg'].map((name) => photo(name, 'a boat', 'two dogs'));
    expect(found()).toHaveLength(3);
    test.catalog.captions.write(written?.photoId ?? 0, 'my dogs');
    test.catalog.captions.write(approved?.photoId ?? 0, 'a boat', { basedOnId: approved?.captionIds[0] });
    test.catalog.captionReview.reject(rejected?.captionIds.slice(0, 1) ?? []);
    expect(found()).toEqual([]);
  });

  it('are none with what was written about an earlier content of the photo', () => {
    const { photoId } = photo('a.jpg', 'a boat', 'two dogs');
    test.editPhoto(photoId);
    expect(found()).toEqual([]);
  });
});
