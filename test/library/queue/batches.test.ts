/** @file Questions that a model works on together: how many it is given, and what happens to the others. */

import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { generationSettingsSchema } from '../../../native-models/generation/generationSettings.ts';
import { ImageError } from '../../../native-models/preprocess/imageError.ts';
import { eventually } from '../../support/eventually.ts';
import { type Asked, DoubleModels, modelCalled } from './queueDoubles.ts';
import { captioning, captionsOf, queueLibrary } from './queueLibrary.ts';

/** Models that answer about a photo when they are told to. */
function patientModels(batch: number, fails: (photo: string) => Error | undefined = () => undefined) {
  const told = new Map<string, PromiseWithResolvers<void>>();
  const turnOf = (photo: string) => {
    const turn = told.get(photo) ?? Promise.withResolvers<void>();
    told.set(photo, turn);
    return turn;
  };
  const models = new DoubleModels({
    batch,
    async answer({ photo, prompt, signal }: Asked) {
      await turnOf(photo).promise;
      signal.throwIfAborted();
      const failure = fails(photo);
      if (failure !== undefined) throw failure;
      return `${prompt} ${photo}`;
    },
  });
  return {
    models,
    answer: (...photos: number[]) => {
      for (const photo of photos) turnOf(`${photo}.jpg`).resolve();
    },
    atModel: (working: number, waiting: number) =>
      eventually(() => {
        expect([models.begun.length, models.waitedAtModel.length]).toEqual([working, waiting]);
      }),
  };
}

describe('a model that works on several questions together', () => {
  it('is given as many, and some more; the next as soon as one is answered, whichever', async () => {
    await using library = await queueLibrary();
    const { models, answer, atModel } = patientModels(3);
    const ids = await library.addPhotos(12);
    const queue = await library.queue(models);
    const { runId = 0 } = await queue.add(captioning(ids));
    await atModel(3, 3);
    await setTimeout(20);
    await atModel(3, 3);
    answer(2);
    await atModel(4, 4);
    expect(captionsOf(library.catalog, ids).map((texts) => texts.length)).toEqual([0, 1, ...new Array(10).fill(0)]);
    answer(...ids);
    expect(await queue.settled(runId)).toMatchObject({ activity: 'done', done: 12, failed: 0 });
    expect(captionsOf(library.catalog, ids).flat()).toEqual(ids.map((id) => `a photo of ${id}.jpg`));
  });

  it('is given no more than the settings say', async () => {
    await using library = await queueLibrary();
    library.catalog.settings.set('photosAtOnce', 2);
    const { models, answer, atModel } = patientModels(8);
    const ids = await library.addPhotos(9);
    const queue = await library.queue(models);
    const { runId = 0 } = await queue.add(captioning(ids));
    await atModel(2, 2);
    await setTimeout(20);
    await atModel(2, 2);
    answer(...ids);
    expect(await queue.settled(runId)).toMatchObject({ activity: 'done', done: 9 });
  });

  it('is loaded anew when the settings say another number', async () => {
    await using library = await queueLibrary();
    library.catalog.settings.set('photosAtOnce', 4);
    const { models, answer, atModel } = patientModels(8);
    const ids = await library.addPhotos(12);
    const queue = await library.queue(models);
    const { runId = 0 } = await queue.add(captioning(ids));
    await atModel(4, 4);
    library.catalog.settings.set('photosAtOnce', 1);
    await queue.settingsChanged();
    answer(...ids);
    expect(await queue.settled(runId)).toMatchObject({ activity: 'done', done: 12 });
    expect(models.openedBatches).toEqual([4, 1]);
    // what the model worked on is not asked again
    expect(models.begun).toHaveLength(12);
  });

  it('is given four more at most, which what the person looks at would have to wait for', async () => {
    await using library = await queueLibrary();
    const { models, answer, atModel } = patientModels(6);
    const ids = await library.addPhotos(12);
    const queue = await library.queue(models);
    const { runId = 0 } = await queue.add(captioning(ids));
    await atModel(6, 4);
    await setTimeout(20);
    await atModel(6, 4);
    answer(...ids);
    expect(await queue.settled(runId)).toMatchObject({ activity: 'done', done: 12 });
  });

  it('fails at one photo alone', async () => {
    await using library = await queueLibrary();
    const broken = new ImageError('IMAGE_CORRUPT', 'It is damaged.');
    const { models, answer, atModel } = patientModels(4, (photo) => (photo === '2.jpg' ? broken : undefined));
    const ids = await library.addPhotos(6);
    const queue = await library.queue(models);
    const { runId = 0 } = await queue.add(captioning(ids));
    await atModel(4, 2);
    answer(...ids);
    expect(await queue.settled(runId)).toMatchObject({ done: 5, failed: 1 });
    expect(captionsOf(library.catalog, ids).map((texts) => texts.length)).toEqual([1, 0, 1, 1, 1, 1]);
  });

  it('goes on with them while it chats, without those that it has not begun with', async () => {
    await using library = await queueLibrary();
    const { models, answer, atModel } = patientModels(2);
    const ids = await library.addPhotos(8);
    const queue = await library.queue(models);
    const { runId = 0 } = await queue.add(captioning(ids));
    await atModel(2, 2);
    const settings = generationSettingsSchema.parse({});
    const chat = queue.askNow(modelCalled('writer'), { image: '/99.jpg', prompt: 'who?', settings });
    answer(1, 99);
    expect((await chat).text).toBe('who? 99.jpg');
    expect(models.begun.slice(0, 3)).toEqual(['1.jpg: a photo of', '2.jpg: a photo of', '99.jpg: who?']);
    answer(...ids);
    expect(await queue.settled(runId)).toMatchObject({ activity: 'done', done: 8 });
    expect(models.begun.filter((name) => name.startsWith('2.jpg'))).toHaveLength(1);
    expect(captionsOf(library.catalog, ids).map((texts) => texts.length)).toEqual(new Array(8).fill(1));
  });

  it('keeps only the photo at hand when it has to make room for another model', async () => {
    await using library = await queueLibrary();
    library.catalog.settings.set('loadedModels', 1);
    const { models, answer, atModel } = patientModels(3);
    const ids = await library.addPhotos(4);
    const queue = await library.queue(models);
    const { runId = 0 } = await queue.add(captioning(ids));
    await atModel(3, 1);
    const settings = generationSettingsSchema.parse({});
    const chat = queue.askNow(modelCalled('chatter'), { image: '/99.jpg', prompt: 'who?', settings });
    answer(1, 99);
    expect((await chat).text).toBe('who? 99.jpg');
    expect(captionsOf(library.catalog, ids).map((texts) => texts.length)).toEqual([1, 0, 0, 0]);
    answer(...ids);
    expect(await queue.settled(runId)).toMatchObject({ activity: 'done', done: 4 });
  });
});
