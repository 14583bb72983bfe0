/** @file What is said of several photos together is said of all of them. */
import { expect } from 'vitest';
import { photoSummary } from '../../../main/library/catalog/photos/photoSummary.ts';
import { it } from '../../support/fixtures.ts';

it('the summary of a selection counts every photo of a selection of very many, and its tags', async ({ test }) => {
  const { catalog } = test;
  const ids = Array.from({ length: 1200 }, (_, index) => test.addPhoto(`${index}.jpg`));
  const last = ids.slice(-2);
  catalog.runs.within({ kind: 'edit', description: { kind: 'named', name: 'Edit' } }, (runId) => {
    for (const id of last) catalog.captions.add(id, runId, { text: 'a boat', source: 'human' });
    for (const id of ids) catalog.tags.add(id, runId, { path: 'sea', source: 'human' });
    for (const id of last.slice(1)) catalog.tags.add(id, runId, { path: 'boat', source: 'human' });
  });
  expect(photoSummary(catalog.connection, ids)).toEqual({
    photos: 1200,
    captioned: 2,
    human: 2,
    doubtful: 0,
    stale: 0,
    failed: 0,
    tags: [
      { path: 'sea', photos: 1200 },
      { path: 'boat', photos: 1 },
    ],
  });
});

it('the summary of a selection counts a tag that two gave once, one that was removed not at all, and leaves out ids that are no more', async ({
  test,
}) => {
  const { catalog } = test;
  const id = test.addPhoto('a.jpg');
  catalog.runs.within({ kind: 'edit', description: { kind: 'named', name: 'Edit' } }, (runId) => {
    catalog.tags.add(id, runId, { path: 'sea', source: 'human' });
    catalog.tags.add(id, runId, { path: 'sea', source: 'model' });
    catalog.tags.add(id, runId, { path: 'gone', source: 'human' });
    for (const tag of catalog.tags.of(id)) if (tag.path === 'gone') catalog.tags.remove(tag.id, runId);
  });
  expect(photoSummary(catalog.connection, [id, 999])).toMatchObject({ photos: 1, tags: [{ path: 'sea', photos: 1 }] });
  expect(photoSummary(catalog.connection, [])).toMatchObject({ photos: 0, tags: [] });
});
