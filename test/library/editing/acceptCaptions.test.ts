/** @file Accepting models' captions from a score on: one run, nobody's own text, only what nobody has reviewed. */
import { beforeEach, expect, it } from 'vitest';
import type { NewCaption } from '../../../main/library/catalog/texts/captions.ts';
import { acceptCaptions } from '../../../main/library/editing/acceptCaptions.ts';
import { type TestCatalog, testCatalog } from '../../support/testCatalog.ts';

let test: TestCatalog;

beforeEach(async () => {
  test = await testCatalog();
  return () => test[Symbol.asyncDispose]();
});

function photo(name: string, itm: number, source: NewCaption['source'] = 'model'): number {
  const photoId = test.addPhoto(name);
  const run = { kind: 'caption', description: { kind: 'caption', preset: 'caption' } } as const;
  test.catalog.runs.within(run, (runId) =>
    test.catalog.captions.add(photoId, runId, {
      text: name,
      source,
      captionScore: { itm, doubtful: false, candidates: [] },
    }),
  );
  return photoId;
}

const captionOf = (photoId: number) => test.catalog.captions.of(photoId)[0];

it('approves what the photos show from the score on, as one run that is undone whole; the author stays', async () => {
  const [sure, just, unsure] = [photo('a', 0.99), photo('b', 0.9), photo('c', 0.89)];
  const { runId, captions } = await acceptCaptions(test.catalog, [sure, just, unsure], 0.9);
  expect(captions).toBe(2);
  expect(test.catalog.runs.get(runId ?? 0)).toMatchObject({
    kind: 'bulk-edit',
    description: { kind: 'acceptCaptions', captions: 2, minItm: 0.9 },
  });
  expect([sure, just, unsure].map((id) => [captionOf(id)?.source, captionOf(id)?.approval?.runId])).toEqual([
    ['model', runId],
    ['model', runId],
    ['model', undefined],
  ]);
  await test.catalog.undo.revert(runId ?? 0);
  expect(captionOf(sure)?.approval).toBeUndefined();
});

it('leaves alone what people wrote, what describes an earlier content, what is approved, and what was not chosen', async () => {
  const [own, stale, approved, other] = [
    photo('a', 0.99, 'human'),
    photo('b', 0.99),
    photo('c', 0.99),
    photo('d', 0.99),
  ];
  test.editPhoto(stale);
  test.catalog.captions.write(approved, 'c', { basedOnId: captionOf(approved)?.id });
  expect(await acceptCaptions(test.catalog, [own, stale, approved], 0.9)).toEqual({ runId: undefined, captions: 0 });
  expect(captionOf(other)?.approval).toBeUndefined();
});
