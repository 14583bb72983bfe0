/** @file What a person can do about the queue while it works: priorities, chat, pauses, cancelling, undoing. */
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { checkQueue } from '../../../main/library/catalog/jobs/jobCheck.ts';
import { backgroundPriority } from '../../../main/library/catalog/jobs/jobs.ts';
import { generationSettingsSchema } from '../../../native-models/generation/generationSettings.ts';
import { type Asked, DoubleModels, HandClock, modelCalled } from './queueDoubles.ts';
import { captioning, captionsOf, identityWith, queueLibrary } from './queueLibrary.ts';

/** Models that take the time until they are told to go on. */
function patientModels() {
  const go = Promise.withResolvers<void>();
  const models = new DoubleModels({
    answer: async ({ photo, prompt }: Asked) => {
      await go.promise;
      return `${prompt} ${photo}`;
    },
  });
  /** The model works on something, and so many others lie there, too. */
  const isBusy = async (waiting: number) => {
    while (models.begun.length === 0 || models.waitedAtModel.length < waiting) await setTimeout(2);
  };
  return { models, go: () => go.resolve(), isBusy };
}

const question = (image: string) => ({ image, prompt: 'who?', settings: generationSettingsSchema.parse({}) });

describe('the order of work', () => {
  it('puts what the person looks at first', async () => {
    await using library = await queueLibrary();
    const { models, go, isBusy } = patientModels();
    const ids = await library.addPhotos(6);
    const queue = await library.queue(models);
    const { runId = 0 } = await queue.add(captioning(ids));
    await isBusy(1);
    queue.setVisible(ids.slice(4).reverse());
    go();
    await queue.settled(runId);
    // Two were at the model already.
    expect(models.begun.map((name) => name.slice(0, 1))).toEqual(['1', '2', '6', '5', '3', '4']);
  });

  it('puts a more important run first, and runs of equal importance one after the other', async () => {
    await using library = await queueLibrary();
    const models = new DoubleModels();
    const ids = await library.addPhotos(2);
    const queue = await library.queue(models);
    queue.pause();
    const runs = [
      await queue.add({ ...captioning(ids), identity: identityWith('writer', 'first') }),
      await queue.add({ ...captioning(ids), identity: identityWith('other', 'second') }),
      await queue.add({ ...captioning(ids), identity: identityWith('third', 'third'), priority: 5 }),
    ];
    queue.resume();
    for (const { runId = 0 } of runs) await queue.settled(runId);
    const prompts = models.begun.map((name) => name.split(': ')[1]);
    expect(prompts).toEqual(['third', 'third', 'first', 'first', 'second', 'second']);
    expect(models.maxLoaded).toBeLessThanOrEqual(2);
  });

  it('does what nobody asked for last, also of photos that the person looks at', async () => {
    await using library = await queueLibrary();
    const models = new DoubleModels();
    const ids = await library.addPhotos(3);
    const queue = await library.queue(models, { embeddings: { save: async () => undefined } });
    queue.pause();
    queue.setVisible(ids.slice(2));
    const { model } = identityWith('writer');
    const identity = { ...identityWith('writer'), model: { ...model, id: 'scorer' } };
    const unasked = await queue.add({
      ...{ kind: 'embed', description: { kind: 'embed', automatic: true }, identity },
      ...{ photoIds: ids, priority: backgroundPriority },
    });
    const { runId = 0 } = await queue.add(captioning(ids.slice(0, 2)));
    queue.resume();
    for (const id of [runId, unasked.runId ?? 0]) await queue.settled(id);
    expect(models.begun.map((name) => name.replace(/: (?!embed).*/, ''))).toEqual([
      '1.jpg',
      '2.jpg',
      '3.jpg: embed',
      '1.jpg: embed',
      '2.jpg: embed',
    ]);
  });

  it('makes room for a more important run after the photo at hand', async () => {
    await using library = await queueLibrary();
    library.catalog.settings.set('loadedModels', 1);
    const { models, go, isBusy } = patientModels();
    const ids = await library.addPhotos(4);
    const queue = await library.queue(models);
    const usual = await queue.add({ ...captioning(ids), identity: identityWith('writer', 'usual') });
    await isBusy(1);
    const urgent = await queue.add({ ...captioning(ids), identity: identityWith('other', 'urgent'), priority: 1 });
    go();
    await queue.settled(urgent.runId ?? 0);
    await queue.settled(usual.runId ?? 0);
    const prompts = models.begun.map((name) => name.split(': ')[1]);
    expect(prompts).toEqual([...Array(2).fill('usual'), ...Array(4).fill('urgent'), ...Array(2).fill('usual')]);
    expect(models.maxLoaded).toBe(1);
  });
});

describe('the chat', () => {
  it('goes before everything, after what the model is working on', async () => {
    await using library = await queueLibrary();
    const { models, go, isBusy } = patientModels();
    const ids = await library.addPhotos(3);
    const queue = await library.queue(models);
    const { runId = 0 } = await queue.add(captioning(ids));
    await isBusy(1);
    const asked = queue.askNow(modelCalled('writer'), question('/chat.jpg'));
    go();
    expect((await asked).text).toBe('who? chat.jpg');
    await queue.settled(runId);
    expect(models.begun).toEqual(['1.jpg: a photo of', 'chat.jpg: who?', '2.jpg: a photo of', '3.jpg: a photo of']);
    expect(captionsOf(library.catalog, ids).map((texts) => texts.length)).toEqual([1, 1, 1]);
  });

  it('is answered while the queue rests, and by a model that makes another one go', async () => {
    await using library = await queueLibrary();
    library.catalog.settings.set('loadedModels', 1);
    const models = new DoubleModels();
    const queue = await library.queue(models);
    await queue.settled((await queue.add(captioning(await library.addPhotos(1)))).runId ?? 0);
    queue.pause();
    expect((await queue.askNow(modelCalled('chatter'), question('/chat.jpg'))).text).toBe('who? chat.jpg');
    expect(models.loaded).toEqual(['chatter']);
  });

  it('can be called off, and the queue goes on', async () => {
    await using library = await queueLibrary();
    const { models, go, isBusy } = patientModels();
    const queue = await library.queue(models);
    const controller = new AbortController();
    const asked = queue.askNow(modelCalled('writer'), question('/chat.jpg'), { signal: controller.signal });
    await isBusy(0);
    controller.abort(new Error('never mind'));
    await expect(asked).rejects.toThrow('never mind');
    go();
    const { runId = 0 } = await queue.add(captioning(await library.addPhotos(1)));
    expect(await queue.settled(runId)).toMatchObject({ activity: 'done' });
  });
});

describe('pausing', () => {
  it('holds the whole queue, also after a restart, until it is resumed', async () => {
    await using library = await queueLibrary();
    const ids = await library.addPhotos(2);
    const before = await library.queue();
    before.pause();
    const { runId = 0 } = await before.add(captioning(ids));
    expect(await before.settled(runId)).toMatchObject({ activity: 'resting', reason: { code: 'QUEUE_PAUSED' } });
    await before[Symbol.asyncDispose]();
    const models = new DoubleModels();
    const after = await library.queue(models);
    expect(after.status()).toMatchObject({ activity: 'resting' });
    expect(models.begun).toEqual([]);
    after.resume();
    expect(await after.settled(runId)).toMatchObject({ activity: 'done', done: 2 });
  });

  it('does not hold a command that works for one run, and that touches no other', async () => {
    await using library = await queueLibrary();
    const ids = await library.addPhotos(2);
    const background = await library.queue();
    background.pause();
    const other = await background.add(captioning(ids));
    await background[Symbol.asyncDispose]();
    const ours = new Set<number>();
    const command = await library.queue(new DoubleModels(), { isBackground: false, ownsRun: (id) => ours.has(id) });
    const { runId = 0 } = await command.add({ ...captioning(ids), identity: identityWith('writer', 'mine') });
    ours.add(runId);
    command.resumeRun(runId);
    expect(await command.settled(runId)).toMatchObject({ activity: 'done', done: 2 });
    expect(library.catalog.runs.get(other.runId ?? 0)).toMatchObject({ state: 'running', done: 0 });
  });

  it('holds one run, keeps what the model was asked, and lets others go on', async () => {
    await using library = await queueLibrary();
    const { models, go, isBusy } = patientModels();
    const ids = await library.addPhotos(5);
    const queue = await library.queue(models);
    const { runId = 0 } = await queue.add(captioning(ids));
    await isBusy(1);
    queue.pauseRun(runId);
    const other = await queue.add({ ...captioning(ids), identity: identityWith('writer', 'other') });
    go();
    expect(await queue.settled(other.runId ?? 0)).toMatchObject({ activity: 'done', done: 5 });
    expect(queue.progress(runId)).toMatchObject({ activity: 'paused', done: 2, waiting: 3 });
    queue.resumeRun(runId);
    expect(await queue.settled(runId)).toMatchObject({ activity: 'done', done: 5 });
  });

  it('rests in quiet hours and on battery, and goes on by itself', async () => {
    const clock = new HandClock(new Date(2024, 4, 3, 21, 59, 50).getTime());
    await using library = await queueLibrary(clock);
    const { catalog } = library;
    catalog.settings.set('quietHours', { from: '22:00', to: '22:10' });
    let onBattery = false;
    const queue = await library.queue(new DoubleModels(), { power: { onBattery: async () => onBattery } });
    await clock.pass(60_000);
    const { runId = 0 } = await queue.add(captioning(await library.addPhotos(1)));
    expect(queue.progress(runId)).toMatchObject({ activity: 'resting', reason: { code: 'QUIET_HOURS' } });
    await clock.pass(8 * 60_000);
    expect(queue.progress(runId)).toMatchObject({ activity: 'resting', done: 0 });
    onBattery = true;
    await clock.pass(120_000);
    expect(queue.progress(runId)).toMatchObject({ activity: 'resting', reason: { code: 'ON_BATTERY' } });
    onBattery = false;
    await clock.pass(60_000);
    expect(queue.progress(runId)).toMatchObject({ activity: 'done', done: 1 });
  });
});

describe('cancelling', () => {
  it('keeps what is done and takes back the rest', async () => {
    await using library = await queueLibrary();
    const never = Promise.withResolvers<string>();
    const models = new DoubleModels({ answer: ({ photo }) => (photo === '1.jpg' ? 'a boat' : never.promise) });
    const ids = await library.addPhotos(4);
    const queue = await library.queue(models);
    const { runId = 0 } = await queue.add(captioning(ids));
    while (queue.progress(runId).done === 0) await setTimeout(2);
    await queue.cancelRun(runId);
    expect(await queue.settled(runId)).toMatchObject({ activity: 'cancelled', done: 1, waiting: 0 });
    expect(library.catalog.jobs.counts(runId)).toEqual({ waiting: 0, failed: 0, quarantined: 0 });
    expect(captionsOf(library.catalog, ids)).toEqual([['a boat'], [], [], []]);
    expect(checkQueue(library.catalog.connection)).toEqual([]);
  });

  it('drops an answer that comes afterwards', async () => {
    await using library = await queueLibrary();
    const { models, go, isBusy } = patientModels();
    const ids = await library.addPhotos(2);
    const queue = await library.queue(models);
    const { runId = 0 } = await queue.add(captioning(ids));
    await isBusy(1);
    await queue.cancelRun(runId);
    go();
    const other = await queue.add({ ...captioning(ids), identity: identityWith('writer', 'other') });
    await queue.settled(other.runId ?? 0);
    expect(captionsOf(library.catalog, ids)).toEqual([['other 1.jpg'], ['other 2.jpg']]);
  });

  it('happens to a run that is undone while it works', async () => {
    await using library = await queueLibrary();
    const { models, go, isBusy } = patientModels();
    const ids = await library.addPhotos(3);
    const queue = await library.queue(models);
    const { runId = 0 } = await queue.add(captioning(ids));
    await isBusy(1);
    await library.catalog.undo.revert(runId);
    go();
    expect(await queue.settled(runId)).toMatchObject({ activity: 'cancelled' });
    const other = await queue.add({ ...captioning(ids), identity: identityWith('writer', 'other') });
    await queue.settled(other.runId ?? 0);
    expect(captionsOf(library.catalog, ids)).toEqual(ids.map((id) => [`other ${id}.jpg`]));
    expect(queue.retry(runId)).toBe(0);
  });
});

describe('a restart', () => {
  it('goes on with what was left, and gives no photo two captions', async () => {
    await using library = await queueLibrary();
    const { models, go, isBusy } = patientModels();
    const ids = await library.addPhotos(6);
    const before = await library.queue(models);
    const { runId = 0 } = await before.add(captioning(ids));
    await isBusy(1);
    await before[Symbol.asyncDispose]();
    go();
    const after = await library.queue();
    expect(await after.settled(runId)).toMatchObject({ activity: 'done', done: 6, total: 6 });
    expect(captionsOf(library.catalog, ids)).toEqual(ids.map((id) => [`a photo of ${id}.jpg`]));
  });

  it('finishes a run whose last job was done, and one that was cancelled in part', async () => {
    await using library = await queueLibrary();
    const { catalog } = library;
    const ids = await library.addPhotos(2);
    const before = await library.queue();
    before.pause();
    const done = await before.add(captioning(ids));
    const cancelled = await before.add({ ...captioning(ids), identity: identityWith('other') });
    await before[Symbol.asyncDispose]();
    catalog.connection.prepare('DELETE FROM job WHERE run_id = ?').run(done.runId);
    catalog.runs.setState(cancelled.runId ?? 0, 'cancelled');
    expect(checkQueue(catalog.connection).map(({ code }) => code)).toEqual([
      ...['RUN_WITHOUT_JOBS', 'RUN_COUNTS', 'JOBS_OF_CLOSED_RUN'],
    ]);
    await library.queue();
    expect(checkQueue(catalog.connection)).toEqual([]);
    expect(catalog.runs.get(done.runId ?? 0)).toMatchObject({ state: 'done', total: 0 });
    expect(catalog.jobs.counts(cancelled.runId ?? 0).waiting).toBe(0);
  });
});
