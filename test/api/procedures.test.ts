/** @file What single procedures do with what they are given, on a catalog without files and a queue that only listens. */
import path from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { isSaidIn } from '../../main/api/answerUse.ts';
import type { App } from '../../main/api/app.ts';
import { AppEvents } from '../../main/api/appEvents.ts';
import { router } from '../../main/api/router.ts';
import { testModel } from '../../main/api/testModel.ts';
import type { ImportRequest } from '../../main/library/models/installedModels.ts';
import { generationSettingsSchema } from '../../native-models/generation/generationSettings.ts';
import type { LibraryEvent } from '../../preload/contract/library.ts';
import { type TestCatalog, testCatalog } from '../support/testCatalog.ts';

let test: TestCatalog;
let photoId: number;
/** What the queue and the rest of the application were told, in order. */
let told: unknown[];
beforeEach(async () => {
  test = await testCatalog();
  photoId = test.addPhoto('a.jpg');
  told = [];
});
afterEach(async () => {
  vi.useRealTimers();
  await test[Symbol.asyncDispose]();
});

/** Of the installed models. */
let featureKeys: string[] = [];

function clientOf(desktop?: { settingsChanged(): void }) {
  const app = {
    catalog: test.catalog,
    queue: {
      pauseRun: (runId: number) => void told.push(['pause', runId]),
      resumeRun: (runId: number) => void told.push(['resume', runId]),
      setVisible: (ids: number[]) => void told.push(['look', ...ids]),
    },
    machine: { graphicsCard: async () => ({ device: 'cuda', freeBytes: 5, hasFloat16: true }) },
    models: {
      import: async ({ precision, card }: ImportRequest) => {
        told.push([precision, card?.device]);
        featureKeys = ['ef', 'gh'];
        return { id: 'new', folder: '/new', bundled: false };
      },
      list: async () => featureKeys.map((featuresKey) => ({ id: featuresKey, facts: { featuresKey } })),
      remove: async () => void featureKeys.pop(),
    },
    features: {
      limitChanged: async () => void told.push('limit'),
      clear: async () => void told.push('clear'),
      forgetModel: async (key: string) => void told.push(['forget', key]),
      state: async () => ({ sizeBytes: 5, hits: 3, misses: 1, problem: undefined }),
    },
    modelsChanged: () => void told.push('models'),
    settingsChanged: async () => void told.push('settings'),
    editing: () => undefined,
  } as unknown as App;
  return createRouterClient(router, { context: { app, desktop: desktop as never } });
}

it('the API leaves the access token for Hugging Face to the desktop application', async () => {
  const { hubToken, saveHubToken, removeHubToken } = clientOf().desktop;
  for (const asked of [hubToken(), saveHubToken({ token: 'hf_secret' }), removeHubToken()]) {
    await expect(asked).rejects.toMatchObject({ code: 'DESKTOP_ONLY' });
  }
});

it('the API keeps each setting as its own, changes only what is named, and tells the queue and the desktop', async () => {
  const client = clientOf({ settingsChanged: () => void told.push('desktop') });
  const before = await client.settings.get();
  const wanted = {
    captionModelId: 'writer',
    matchingModelId: 'scorer',
    graceDays: 7,
    featureCacheGB: 2.5,
    device: 'webgpu' as const,
    modelIdleMinutes: 9,
    photosAtOnce: 4,
    quietHours: { from: '22:00', to: '07:00' },
    indexInBackground: !before.indexInBackground,
    pauseOnBattery: !before.pauseOnBattery,
    keepAwake: !before.keepAwake,
    networkOff: !before.networkOff,
    ...({ theme: 'dark', density: 'compact', language: 'zh' } as const),
    tourSeen: !before.tourSeen,
    savedSearches: [{ name: 'sea', query: 'tag:sea' }],
  };
  expect(Object.keys(wanted).toSorted()).toEqual(Object.keys(before).toSorted());
  let expected = before;
  for (const [key, value] of Object.entries(wanted)) {
    expected = { ...expected, [key]: value };
    expect(await client.settings.set({ [key]: value })).toEqual(expected);
    const first = key === 'featureCacheGB' ? ['limit'] : [];
    expect(told.splice(0)).toEqual([...first, 'settings', 'desktop']);
  }
  expect(await client.settings.get()).toEqual(wanted);
});

it('the API pauses a run and lets it go on, and puts first what is on the screen', async () => {
  const client = clientOf();
  const runId = test.catalog.runs.begin({ kind: 'caption', description: { kind: 'named', name: 'Caption' } });
  await client.runs.pause({ runId, paused: true });
  await client.runs.pause({ runId, paused: false });
  await client.photos.lookingAt({ ids: [photoId, 7] });
  expect(told).toEqual([
    ['pause', runId],
    ['resume', runId],
    ['look', photoId, 7],
  ]);
});

it('the API tells that there is another model, and that there is one less', async () => {
  const client = clientOf();
  // in the place of another, whose features serve no more; a third one is the same as a fourth
  featureKeys = ['cd', 'ef', 'ef'];
  for await (const _ of await client.models.import({ source: '/somewhere' }));
  expect(told.splice(0)).toEqual([['auto', 'cuda'], ['forget', 'cd'], 'models']);
  for await (const _ of await client.models.import({ source: '/somewhere', precision: 'int8' }));
  expect(told.splice(0)).toEqual([['int8', undefined], 'models']);
  await client.models.remove({ id: 'new' });
  expect(told).toEqual([['forget', 'gh'], 'models']);
});

it('the API tells of the features that are kept, and lets them go', async () => {
  const client = clientOf();
  const state = { sizeBytes: 5, hits: 3, misses: 1, problem: null };
  expect(await client.settings.features()).toEqual(state);
  expect(await client.settings.clearFeatures()).toEqual(state);
  expect(told).toEqual(['clear']);
});

it('the API suggests the questions asked last first, and none that this photo was asked already', async () => {
  const client = clientOf();
  const { answers, conversations } = test.catalog;
  for (const question of ['one', 'two', 'three', 'four', 'five']) answers.write(photoId, question, 'yes');
  conversations.say(photoId, { author: 'human', text: 'How many people are there?' });
  conversations.say(photoId, { author: 'human', text: 'four' });
  expect(await client.chat.suggestions({ photoId })).toEqual([
    ...['five', 'three', 'two', 'what is in the picture?', 'what is the weather like?'],
  ]);
});

it('the API says of captions and answers which content they describe, and of captions what they were asked with and how they were scored', async () => {
  const client = clientOf();
  const { captions, scores, answers, runs } = test.catalog;
  const model = { id: 'writer', sha256: 'ab', precision: 'fp32' };
  const identity = { model, prompt: 'a photo of', settings: generationSettingsSchema.parse({}) };
  const runId = runs.begin({ kind: 'caption', description: { kind: 'named', name: 'Caption' }, identity });
  const old = captions.add(photoId, runId, {
    text: 'a cow',
    source: 'model',
    captionScore: { itm: 0.9, doubtful: false, candidates: [] },
  });
  answers.write(photoId, 'what is it?', 'a dog');
  // The model's stays beside the person's, and is not shown.
  const [question] = answers.questions();
  answers.add(photoId, question?.id ?? 0, runId, { text: 'a cow', source: 'model' });
  const details = async () => await client.photos.details({ id: photoId });
  expect(await details()).toMatchObject({
    captions: [{ stale: false, itm: 0.9, doubtful: false, prompt: 'a photo of' }],
    answers: [{ text: 'a dog', stale: false }],
  });
  test.editPhoto(photoId);
  expect(await details()).toMatchObject({ captions: [{ stale: true }], answers: [{ text: 'a dog', stale: true }] });
  const own = captions.add(photoId, runId, { text: 'a dog', source: 'model', prompt: 'a photo of a' });
  scores.add(photoId, runId, { captionId: old, text: 'a cow', itm: 0.2, doubtful: true });
  scores.add(photoId, runId, { captionId: own, text: 'a dog', itm: 0.3, doubtful: true });
  const scored = async () =>
    (await details()).captions.map(({ text, itm, doubtful, prompt }) => [text, itm, doubtful, prompt]);
  expect((await scored()).toSorted()).toEqual([
    ['a cow', 0.2, true, 'a photo of'],
    ['a dog', 0.3, true, 'a photo of a'],
  ]);
  // What a person approved nobody doubts any more.
  captions.write(photoId, 'a dog', { basedOnId: own });
  expect(await scored()).toContainEqual(['a dog', 0.3, null, 'a photo of a']);
});

it.each([
  ['A boat, and the blue sea.', 'Blue sea', true],
  ['A boat, and the blue sea.', 'water/sea', false],
  ['seaside', 'sea', false],
  ['the sea', 'seaside', false],
  ['一只黑猫在沙发上', '黑猫', true],
  ['anything', '…', false],
])('the API takes of the answer “%s” the tag %s for the model’s word: %s', (answer, tag, isSaid) => {
  expect(isSaidIn(answer, tag)).toBe(isSaid);
});

it('names changed photos once, says only “many” of more than 500, and is silent after its end', async () => {
  vi.useFakeTimers();
  const stop = new AbortController();
  const events = new AppEvents(() => []);
  const heard: LibraryEvent[] = [];
  const reading = (async () => {
    for await (const event of events.watch(stop.signal)) heard.push(event);
  })().catch(() => undefined);
  const change = async (...photoIds: number[]) => {
    events.catalogChanged({ photoIds: new Set(photoIds), runIds: new Set(), foldersChanged: false });
    await vi.advanceTimersByTimeAsync(1000);
    return heard.splice(0);
  };
  expect(await change(1, 2)).toEqual([{ type: 'photos', ids: [1, 2] }]);
  expect(await change(3)).toEqual([{ type: 'photos', ids: [3] }]);
  const many = Array.from({ length: 501 }, (_, id) => id);
  expect(await change(...many)).toEqual([{ type: 'photos', ids: [] }]);
  expect(await change(...many.slice(1))).toEqual([{ type: 'photos', ids: many.slice(1) }]);
  events.catalogChanged({ photoIds: new Set(), runIds: new Set(), foldersChanged: true });
  events[Symbol.dispose]();
  await vi.advanceTimersByTimeAsync(1000);
  expect(heard).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
  stop.abort();
  await reading;
});

it('tests no model whose files are not what was imported', async () => {
  const facts = {
    precision: 'fp32',
    doubtfulBelow: undefined,
    sizeBytes: 1,
    sourceName: '',
    revision: undefined,
    compilerVersion: '3',
    sourceSha256: 'ab',
    featuresKey: 'cd',
  };
  const model = {
    id: 'm',
    folder: '/m',
    bundled: false,
    facts: { ...facts, kind: 'generator' as const, architecture: 't' },
  };
  const damaged = new Error('model.json does not match');
  const models = { list: async () => [model] };
  const loaded: string[] = [];
  const unused = () => Promise.reject(new Error('it was asked all the same'));
  const startHost = () => ({
    verify: () => Promise.reject(damaged),
    load: async (folder: string) => {
      loaded.push(folder);
      return await unused();
    },
    answer: unused,
    candidates: unused,
    match: unused,
    explain: unused,
    embedTexts: unused,
    embedImages: unused,
    [Symbol.asyncDispose]: async () => undefined,
  });
  await expect(
    testModel({ models, startHost, device: 'auto', demoFolder: path.resolve('resources/demo-photos') }, 'm'),
  ).rejects.toBe(damaged);
  expect(loaded).toEqual([]);
});

it('marks photos as one run each, and tells of each what it shows and what of that was set here', async () => {
  const client = clientOf();
  const other = test.addPhoto('b.jpg');
  const selection = { photoIds: [photoId, other] };
  const { runId, photos } = await client.photos.mark({ selection, change: { kind: 'label', value: 'green' } });
  expect(photos).toBe(2);
  await client.photos.mark({ selection: { photoIds: [other] }, change: { kind: 'rating', value: 4 } });
  expect(await client.photos.mark({ selection, change: { kind: 'label', value: 'green' } })).toEqual({
    runId: null,
    photos: 0,
  });
  expect(await client.photos.details({ id: other })).toMatchObject({
    marks: { rating: 4, flag: null, label: 'green' },
    ownMarks: { rating: 4, flag: null, label: 'green' },
  });
  expect(await client.runs.list({})).toMatchObject([
    { id: runId, kind: 'bulk-edit', description: { kind: 'mark', change: { kind: 'label', value: 'green' } } },
  ]);
  await client.runs.revert({ runId: runId ?? 0 });
  expect((await client.photos.cards({ ids: [photoId, other] })).map(({ marks }) => marks)).toEqual([
    { rating: null, flag: null, label: null },
    { rating: 4, flag: null, label: null },
  ]);
  await expect(client.photos.mark({ selection, change: { kind: 'rating', value: 6 } as never })).rejects.toMatchObject({
    code: 'BAD_REQUEST',
  });
});

it('rejects and accepts models’ captions as a run each, and finds those that disagree', async () => {
  const client = clientOf();
  const { runs, captions } = test.catalog;
  const [one, other] = ['a boat', 'two dogs'].map((text) =>
    runs.within({ kind: 'caption', description: { kind: 'caption', preset: 'caption' } }, (runId) =>
      captions.add(photoId, runId, {
        text,
        source: 'model',
        captionScore: { itm: 0.95, doubtful: false, candidates: [] },
      }),
    ),
  );
  expect(await client.review.disagreements()).toEqual([{ photoId, captionIds: [other, one], distance: 1 }]);
  const { runId } = await client.review.reject({ captionIds: [other ?? 0] });
  expect(await client.photos.details({ id: photoId })).toMatchObject({ caption: { text: 'a boat' } });
  expect(await client.review.reject({ captionIds: [other ?? 0] })).toEqual({ runId: null });
  const sure = { kind: 'caption', minItm: 0.9 } as const;
  expect(await client.review.accept({ photoIds: [photoId], texts: sure })).toMatchObject({ texts: 1 });
  expect(await client.review.accept({ photoIds: [photoId], texts: sure })).toEqual({ runId: null, texts: 0 });
  expect((await client.runs.list({}))[0]).toMatchObject({ description: { kind: 'acceptCaptions', captions: 1 } });
  await client.runs.revert({ runId: runId ?? 0 });
  expect((await client.photos.details({ id: photoId })).captions.map(({ text }) => text)).toContain('two dogs');
  await expect(client.review.accept({ photoIds: [photoId], texts: { ...sure, minItm: 2 } })).rejects.toMatchObject({
    code: 'BAD_REQUEST',
  });
});
