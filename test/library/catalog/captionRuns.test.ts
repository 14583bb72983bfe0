/** @file What a command that captions is told is done, whose text is whose, and which runs it goes on with. */
import { expect, it } from 'vitest';
import type { RunIdentity } from '../../../main/library/catalog/texts/provenance.ts';
import { generationSettingsSchema } from '../../../native-models/generation/generationSettings.ts';
import { testCatalog } from '../../support/testCatalog.ts';

const identity: RunIdentity = {
  model: { id: 'demo', sha256: 'ab', precision: 'fp32' },
  prompt: '',
  settings: generationSettingsSchema.parse({}),
};

async function captioned() {
  const test = await testCatalog();
  const photoId = test.addPhoto('a.jpg');
  const caption = (text: string) => {
    const runId = test.catalog.runs.begin({
      kind: 'caption',
      description: { kind: 'named', name: 'Caption' },
      identity,
    });
    const captionId = test.catalog.captions.add(photoId, runId, { text, source: 'model' });
    test.catalog.runs.setState(runId, 'done');
    return { runId, captionId };
  };
  const done = () => test.catalog.captionRuns.equalCaption(photoId, identity)?.text;
  return { ...test, photoId, caption, done, [Symbol.asyncDispose]: () => test[Symbol.asyncDispose]() };
}

it('a photo is done by its newest caption on equal terms, not by one that was undone', async () => {
  await using test = await captioned();
  const { catalog, photoId } = test;
  expect(test.done()).toBeUndefined();
  const first = test.caption('a boat');
  const second = test.caption('a ship');
  expect(test.done()).toBe('a ship');
  expect(catalog.captionRuns.captionOfRun(photoId, first.runId)?.id).toBe(first.captionId);
  await catalog.undo.revert(second.runId);
  expect(test.done()).toBe('a boat');
  await catalog.undo.revert(first.runId);
  expect(test.done()).toBeUndefined();
  expect(catalog.captionRuns.captionOfRun(photoId, first.runId)).toBeUndefined();
});

it('a photo that was edited since, or captioned on other terms, is not done', async () => {
  await using test = await captioned();
  test.caption('a boat');
  expect(test.catalog.captionRuns.equalCaption(test.photoId, { ...identity, prompt: 'a photo of' })).toBeUndefined();
  test.editPhoto(test.photoId);
  expect(test.done()).toBeUndefined();
});

it('texts of models and of people are known as such, also those that were removed, in the form where they stand', async () => {
  await using test = await captioned();
  const { catalog, photoId } = test;
  const { runId } = test.caption('A boat');
  catalog.captions.write(photoId, 'Our boat');
  const importing = catalog.runs.begin({ kind: 'import', description: { kind: 'named', name: 'Import' } });
  catalog.captions.add(photoId, importing, { text: 'Their boat', source: 'import' });
  await catalog.undo.revert(runId);
  const lower = (text: string) => text.toLowerCase();
  const { captionRuns } = catalog;
  const texts = ['a boat', 'our boat', 'their boat', 'no boat'];
  expect(texts.filter((text) => captionRuns.isModelText(photoId, text, lower))).toEqual(['a boat']);
  expect(texts.filter((text) => captionRuns.isOwnText(photoId, text, lower))).toEqual(['a boat', 'our boat']);
  expect(captionRuns.isOwnText(test.addPhoto('b.jpg'), 'a boat', lower)).toBe(false);
});

it('a run is gone on with while it is open and on equal terms, the newest first', async () => {
  await using test = await captioned();
  const { runs } = test.catalog;
  const begin = (kind: 'caption' | 'embed', terms = identity) =>
    runs.begin({ kind, description: { kind: 'named', name: 'Run' }, identity: terms });
  const [first, paused, done, cancelled] = [begin('embed'), begin('embed'), begin('embed'), begin('embed')];
  begin('caption');
  begin('embed', { ...identity, prompt: 'other' });
  runs.setState(paused, 'paused');
  runs.setState(done, 'done');
  runs.setState(cancelled, 'cancelled');
  expect(runs.openWithIdentity('embed', identity).map(({ id }) => id)).toEqual([paused, first]);
});

it('runs are processed by their priority, then in the order in which they were begun', async () => {
  await using test = await captioned();
  const { runs } = test.catalog;
  const ids = [0, 5, 0, 9].map((priority) =>
    runs.begin({ kind: 'caption', description: { kind: 'named', name: 'Run' }, identity, priority }),
  );
  expect(runs.open().map(({ id }) => id)).toEqual([ids[3], ids[1], ids[0], ids[2]]);
});
