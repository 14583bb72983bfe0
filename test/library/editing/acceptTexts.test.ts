/** @file Accepting what models wrote, captions from a score on: one run, nobody's own text, only what nobody has reviewed. */
import { beforeEach, expect, it } from 'vitest';
import { unreviewedTexts } from '../../../main/library/catalog/texts/captionReview.ts';
import type { NewCaption } from '../../../main/library/catalog/texts/captions.ts';
import { acceptTexts } from '../../../main/library/editing/acceptTexts.ts';
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

const captions = { kind: 'caption', minItm: 0.9 } as const;
const captionOf = (photoId: number) => test.catalog.captions.of(photoId)[0];

it('approves what the photos show from the score on, as one run that is undone whole; the author stays', async () => {
  const [sure, just, unsure] = [photo('a', 0.99), photo('b', 0.9), photo('c', 0.89)];
  const { runId, texts } = await acceptTexts(test.catalog, [sure, just, unsure], captions);
  expect(texts).toBe(2);
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
  expect(await acceptTexts(test.catalog, [own, stale, approved], captions)).toEqual({ runId: undefined, texts: 0 });
  expect(captionOf(other)?.approval).toBeUndefined();
});

it('approves alt texts that models wrote and nobody reviewed, each kind by itself, the newest first among what is due', async () => {
  const { catalog } = test;
  const names = ['older', 'newer', 'mine', 'approved', 'edited', 'described', 'missing'];
  const [older, newer, mine, approved, edited, described, missing] = names.map((name) => photo(name, 0.99)) as number[];
  const write = (photoId = 0, kind: 'altText' | 'longDescription' = 'altText') =>
    catalog.runs.within({ kind: 'caption', description: { kind: 'caption', preset: 'alt-text' } }, (runId) =>
      catalog.captions.add(photoId, runId, { kind, text: `about ${photoId}`, source: 'model' }),
    );
  for (const photoId of [older, mine, approved, edited, missing, newer]) write(photoId);
  write(described, 'longDescription');
  catalog.captions.write(mine ?? 0, 'my own', { kind: 'altText' });
  const [text] = catalog.captions.of(approved ?? 0, 'altText');
  catalog.captions.write(approved ?? 0, text?.text ?? '', { kind: 'altText', basedOnId: text?.id });
  test.editPhoto(edited ?? 0);
  catalog.connection.database.exec(`UPDATE photo SET missing_since_ms = 1 WHERE id = ${missing}`);
  const due = (kind: 'altText' | 'longDescription', isCurrent: boolean) =>
    unreviewedTexts(catalog.connection, { kind, isCurrent });
  expect(due('altText', false)).toEqual([newer, edited, older]);
  expect(due('altText', true)).toEqual([newer, older]);
  expect(due('longDescription', true)).toEqual([described]);

  const all = [older, newer, mine, approved, edited, described, missing] as number[];
  const { runId, texts } = await acceptTexts(catalog, all, { kind: 'altText' });
  expect(texts).toBe(2);
  expect(catalog.runs.get(runId ?? 0).description).toEqual({ kind: 'acceptTexts', texts: 2, textKind: 'altText' });
  const altText = (photoId = 0) => catalog.captions.of(photoId, 'altText')[0];
  expect(altText(older)).toMatchObject({ source: 'model', approval: { runId } });
  expect(altText(mine)).toMatchObject({ text: 'my own', source: 'human', approval: undefined });
  expect(due('altText', false)).toEqual([edited]);
  // A caption of the photo is another matter.
  expect(captionOf(older ?? 0)?.approval).toBeUndefined();
  await catalog.undo.revert(runId ?? 0);
  expect(due('altText', true)).toEqual([newer, older]);
  const rejected = catalog.captionReview.reject([altText(newer)?.id ?? 0]);
  expect(catalog.runs.get(rejected ?? 0).description).toEqual({ kind: 'rejectCaption', textKind: 'altText' });
  expect(due('altText', true)).toEqual([older]);
});
