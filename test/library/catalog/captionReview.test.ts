/** @file Rejecting what models wrote: kept, undone whole, and never a person's text. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { NewCaption } from '../../../main/library/catalog/texts/captions.ts';
import { shownCaption, type TestCatalog, testCatalog } from '../../support/testCatalog.ts';

let test: TestCatalog;
let photoId: number;

beforeEach(async () => {
  test = await testCatalog();
  photoId = test.addPhoto('a.jpg');
  return () => test[Symbol.asyncDispose]();
});

function add(text: string, source: NewCaption['source'] = 'model'): number {
  const run = { kind: 'caption', description: { kind: 'caption', preset: 'caption' } } as const;
  return test.catalog.runs.within(run, (runId) => test.catalog.captions.add(photoId, runId, { text, source }));
}

const shown = () => shownCaption(test.catalog, photoId);

describe('a rejected caption', () => {
  it('gives way to the next one, then to none, and comes back when the rejection is undone', async () => {
    const older = add('a boat');
    const newer = add('a ship');
    const runId = test.catalog.captionReview.reject([newer]);
    expect(shown()).toBe('a boat');
    test.catalog.captionReview.reject([older]);
    expect(shown()).toBeUndefined();
    expect(test.catalog.runs.get(runId ?? 0)).toMatchObject({ kind: 'edit', description: { kind: 'rejectCaption' } });
    await test.catalog.undo.revert(runId ?? 0);
    expect(shown()).toBe('a ship');
  });

  it('is never a person’s or an import’s, and rejecting nothing is no run', () => {
    const own = add('my boat', 'human');
    const brought = add('their boat', 'import');
    const model = add('a boat');
    test.catalog.captionReview.reject([own, brought, model]);
    expect(test.catalog.captions.of(photoId).map(({ text }) => text)).toEqual(['my boat', 'their boat']);
    expect(test.catalog.captionReview.reject([own, brought, model])).toBeUndefined();
  });
});
