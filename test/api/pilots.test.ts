/** @file Pilots: what work will cost, a sample that is tried first, other terms for it, and the rest without asking twice. */
import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { App } from '../../main/api/app.ts';
import { router } from '../../main/api/router.ts';
import type { ListedModel } from '../../main/library/models/installedModels.ts';
import type { LibraryQueue } from '../../main/library/queue/queue.ts';
import type { MachineFloor } from '../../native-models/devices/machineFloor.ts';
import { ImageError } from '../../native-models/preprocess/imageError.ts';
import type { Terms, TermsOf } from '../../preload/contract/work.ts';
import { type Asked, DoubleModels } from '../library/queue/queueDoubles.ts';
import { type QueueLibrary, queueLibrary } from '../library/queue/queueLibrary.ts';
import { present } from '../support/present.ts';
import { modelFacts } from './modelFacts.ts';

const photoCount = 30;
const sample = 12;

let library: QueueLibrary;
let queue: LibraryQueue;
let models: DoubleModels;
let answer: (asked: Asked) => string;
let client: ReturnType<typeof clientOf>;
let photoIds: number[];
let floor: MachineFloor | undefined;
let photoBytes: number | undefined;
let sourceName = 'test';
let indexBytes: number | undefined;
/** A matching model is installed. */
let matches = false;

const writer = (): ListedModel => ({
  id: 'writer',
  folder: '/models/writer',
  bundled: false,
  facts: { ...modelFacts, sourceName, kind: 'generator', architecture: 'test', promptStyle: 'blip2' },
});

const matcher = (): ListedModel => ({
  id: 'matcher',
  folder: '/models/matcher',
  bundled: false,
  facts: { ...modelFacts, sourceName: 'Salesforce/blip-itm-base-coco', kind: 'matcher', architecture: 'test' },
});

function clientOf() {
  const app = {
    catalog: library.catalog,
    queue,
    models: { list: async () => (matches ? [writer(), matcher()] : [writer()]) },
    machine: { floor: async () => floor },
    features: { photoBytes: async () => photoBytes },
    finding: {
      ids: async () => photoIds,
      appearances: async () => new Map(),
      indexBytes: async () => indexBytes,
    },
    editing: () => undefined,
  } as unknown as App;
  return createRouterClient(router, { context: { app } });
}

beforeEach(async () => {
  library = await queueLibrary();
  answer = ({ prompt, photo }) => `${prompt} ${photo}`;
  models = new DoubleModels({ answer: (asked) => answer(asked) });
  queue = await library.queue(models);
  photoIds = await library.addPhotos(photoCount);
  floor = undefined;
  photoBytes = undefined;
  sourceName = 'test';
  indexBytes = undefined;
  matches = false;
  client = clientOf();
});
afterEach(() => library[Symbol.asyncDispose]());

const caption = (more: Partial<Terms> = {}): Terms => ({ kind: 'caption', prompt: 'a photo of', ...more }) as Terms;
const everything = { query: '' };

async function start(terms: Terms): Promise<number> {
  const { pilotId, photos } = await client.pilots.start({ selection: everything, terms });
  expect(photos).toBeGreaterThan(0);
  await finished(present(pilotId));
  return present(pilotId);
}

/** Waits for all attempts. */
async function finished(pilotId: number): Promise<void> {
  const { attempts } = await client.pilots.get({ pilotId });
  for (const { run } of attempts) await queue.settled(run.id);
}

const estimate = async (pilotId: number, terms: Terms) =>
  (await client.pilots.estimate({ of: { pilotId }, terms })).jobs;
const timesAsked = () =>
  Map.groupBy(models.begun, (asked) => asked)
    .values()
    .map((times) => times.length);

describe('a pilot of captions', () => {
  it('once for each stack costs and tries the top photos, and what is copied joins the run with the rest', async () => {
    const stacks = photoIds.flatMap((id, index) => ({ photoId: id, stackId: (index >> 1) + 1, rank: index % 2 }));
    library.catalog.stacks.apply({ placed: stacks, left: [] });
    library.catalog.connection.database.exec('UPDATE photo SET perceptual_hash = zeroblob(8)');
    const terms = caption({ oncePerStack: true });
    expect(await client.pilots.estimate({ of: { selection: everything }, terms })).toMatchObject({ photos: 15 });
    const pilotId = await start(terms);
    const { sampleIds, attempts } = await client.pilots.get({ pilotId });
    expect(sampleIds.every((id) => photoIds.indexOf(id) % 2 === 0)).toBe(true);
    expect(await client.pilots.continue({ pilotId, terms })).toEqual({
      runId: attempts[0]?.run.id,
      photos: photoCount - sample,
    });
    await finished(pilotId);
    expect(models.begun).toHaveLength(photoCount / 2);
    const texts = photoIds.map((id) => library.catalog.captions.of(id).map(({ text }) => text));
    expect(texts).toEqual(photoIds.map((_, index) => texts[index - (index % 2)]));
    expect(texts.every(({ length }) => length === 1)).toBe(true);
  });

  it('asks about a sample, shows what came of it, and the rest is done in the same run without asking twice', async () => {
    const pilotId = await start(caption());
    expect(models.begun).toHaveLength(sample);
    const { attempts, photoCount: all, sampleIds } = await client.pilots.get({ pilotId });
    expect(all).toBe(photoCount);
    expect(attempts).toHaveLength(1);
    expect(attempts[0]).toMatchObject({ isContinued: false, terms: caption(), run: { done: sample } });
    expect(attempts[0]?.photos.map((photo) => photo.photoId)).toEqual(sampleIds);
    expect(attempts[0]?.photos.every(({ texts: [text], waiting }) => typeof text === 'string' && !waiting)).toBe(true);

    expect(await estimate(pilotId, caption())).toBe(photoCount - sample);
    const { runId, photos } = await client.pilots.continue({ pilotId, terms: caption() });
    expect({ runId, photos }).toEqual({ runId: attempts[0]?.run.id, photos: photoCount - sample });
    await finished(pilotId);
    expect([...timesAsked()]).toEqual(photoIds.map(() => 1));
    const [whole] = (await client.pilots.get({ pilotId })).attempts;
    expect(whole).toMatchObject({ isContinued: true, run: { state: 'done', done: photoCount, total: photoCount } });
    expect(await client.pilots.continue({ pilotId, terms: caption() })).toEqual({ runId: null, photos: 0 });
    // One step takes all of it back.
    await client.runs.revert({ runId: present(runId) });
    expect(photoIds.flatMap((id) => library.catalog.captions.of(id))).toEqual([]);
  });

  it('counts also where photos are to be done although they are captioned', async () => {
    const first = await start(caption());
    await client.pilots.continue({ pilotId: first, terms: caption() });
    await finished(first);
    models.begun.length = 0;
    const pilotId = await start(caption({ again: true }));
    expect(models.begun).toHaveLength(sample);
    expect(await estimate(pilotId, caption({ again: true }))).toBe(photoCount - sample);
    await client.pilots.continue({ pilotId, terms: caption({ again: true }) });
    await finished(pilotId);
    expect([...timesAsked()]).toEqual(photoIds.map(() => 1));
    // Nothing is left, although all of them could be captioned anew.
    expect(await estimate(pilotId, caption({ again: true }))).toBe(0);
    expect((await client.pilots.continue({ pilotId, terms: caption({ again: true }) })).photos).toBe(0);
  });

  it('does not count photos that failed in it as left: they are tried again in its run', async () => {
    const isDamaged = (photo: string) => photo.includes('1');
    answer = ({ photo }) => {
      if (isDamaged(photo)) throw new ImageError('IMAGE_CORRUPT', 'The file is damaged.');
      return 'a cow';
    };
    const pilotId = await start(caption());
    const [attempt] = (await client.pilots.get({ pilotId })).attempts;
    const { run, photos } = present(attempt);
    expect(run.failed).toBeGreaterThan(0);
    // Each says why.
    const reasons = photos.flatMap(({ problem }) => problem?.code ?? []);
    expect(reasons).toEqual(Array(run.failed).fill('IMAGE_CORRUPT'));
    expect(await estimate(pilotId, caption())).toBe(photoCount - sample);
    expect((await client.pilots.continue({ pilotId, terms: caption() })).photos).toBe(photoCount - sample);
    await finished(pilotId);
    const [whole] = (await client.pilots.get({ pilotId })).attempts;
    expect(present(whole).run.done + present(whole).run.failed).toBe(photoCount);
    expect(await estimate(pilotId, caption())).toBe(0);
  });

  it('tries other words on the same photos beside the first ones, which then do all photos anew', async () => {
    const pilotId = await start(caption());
    const other = caption({ prompt: 'a painting of' });
    expect(await estimate(pilotId, other)).toBe(photoCount);
    expect((await client.pilots.retry({ pilotId, terms: other })).photos).toBe(sample);
    await finished(pilotId);
    const { attempts, sampleIds } = await client.pilots.get({ pilotId });
    expect(attempts.map(({ photos }) => photos.map(({ photoId }) => photoId))).toEqual([sampleIds, sampleIds]);
    const texts = attempts.map(({ photos }) => photos[0]?.texts[0]);
    expect(texts[0]).toContain('a photo of');
    expect(texts[1]).toContain('a painting of');
    // The same again is there already.
    expect(await client.pilots.retry({ pilotId, terms: other })).toEqual({ runId: null, photos: 0 });

    const changed = caption({ prompt: 'a drawing of' });
    const { runId, photos } = await client.pilots.continue({ pilotId, terms: changed });
    expect(photos).toBe(photoCount);
    expect(attempts.map(({ run }) => run.id)).not.toContain(runId);
    await finished(pilotId);
    expect((await client.pilots.get({ pilotId })).attempts).toHaveLength(3);
  });

  it('is gone on with, and tried again, once where two pages do so at the same time', async () => {
    const pilotId = await start(caption());
    const other = caption({ prompt: 'a painting of' });
    const tried = await Promise.all([1, 2].map(() => client.pilots.retry({ pilotId, terms: other })));
    expect(tried.map(({ photos }) => photos)).toEqual([sample, 0]);
    const third = caption({ prompt: 'a drawing of' });
    const begun = await Promise.all([1, 2].map(() => client.pilots.continue({ pilotId, terms: third })));
    expect(begun.map(({ photos }) => photos)).toEqual([photoCount, 0]);
    await finished(pilotId);
    expect((await client.pilots.get({ pilotId })).attempts).toHaveLength(3);
  });

  it('is rid of the attempts that were not chosen in one step; they stay to be compared, and are no longer counted', async () => {
    const pilotId = await start(caption());
    const other = caption({ prompt: 'a painting of' });
    await client.pilots.retry({ pilotId, terms: other });
    await finished(pilotId);
    const [first, second] = (await client.pilots.get({ pilotId })).attempts;
    const { undoRunIds } = await client.pilots.discard({ pilotId, keepRunId: present(first).run.id });
    expect(undoRunIds).toHaveLength(1);
    const after = await client.pilots.get({ pilotId });
    expect(after.attempts[1]?.run.revertedByRunId).toBe(undoRunIds[0]);
    expect(after.attempts[1]?.photos).toEqual(second?.photos);
    expect(photoIds.flatMap((id) => library.catalog.captions.of(id).map(({ runId }) => runId))).toEqual(
      Array(sample).fill(first?.run.id),
    );
    expect(await estimate(pilotId, other)).toBe(photoCount);
    expect(await client.pilots.discard({ pilotId, keepRunId: null })).toMatchObject({
      undoRunIds: [expect.any(Number)],
    });
    // What was undone is done anew, in another run.
    expect((await client.pilots.continue({ pilotId, terms: caption() })).photos).toBe(photoCount);
  });

  it('tries what is not done yet, and is not begun where all is', async () => {
    const pilotId = await start(caption());
    const second = await start(caption());
    const samples = await Promise.all([pilotId, second].map((id) => client.pilots.get({ pilotId: id })));
    expect(new Set(samples.flatMap(({ sampleIds }) => sampleIds)).size).toBe(2 * sample);
    await client.pilots.continue({ pilotId: second, terms: caption() });
    await finished(second);
    expect(await client.pilots.start({ selection: everything, terms: caption() })).toEqual({
      pilotId: null,
      photos: 0,
    });
  });

  it('that was forgotten is said to be gone, while its run stays', async () => {
    const first = await start(caption());
    const { attempts } = await client.pilots.get({ pilotId: first });
    for (let index = 0; index < 30; index += 1) library.catalog.pilots.create({ photoIds, sampleIds: [] });
    await expect(client.pilots.get({ pilotId: first })).rejects.toMatchObject({ code: 'NO_SUCH_PILOT' });
    expect(await client.runs.get({ runId: present(attempts[0]).run.id })).toMatchObject({ done: sample });
  });
});

it('a pilot of questions shows each answer, and asks the rest only what is left', async () => {
  const terms: Terms = { kind: 'ask', questions: ['what color is it?', 'how many are there?'] };
  const pilotId = await start(terms);
  expect(models.begun).toHaveLength(2 * sample);
  const [attempt] = (await client.pilots.get({ pilotId })).attempts;
  expect(attempt?.questions).toEqual(['what color is it?', 'how many are there?']);
  expect(attempt?.photos[0]?.texts[0]).toContain('what color');
  expect(attempt?.photos[0]?.texts[1]).toContain('how many');
  expect(await estimate(pilotId, terms)).toBe(2 * (photoCount - sample));
  // One question more: the other two were answered.
  const more: Terms = { kind: 'ask', questions: ['is it sunny?', ...terms.questions] };
  expect(await estimate(pilotId, more)).toBe(photoCount + 2 * (photoCount - sample));
  await client.pilots.continue({ pilotId, terms });
  await finished(pilotId);
  expect([...timesAsked()].every((times) => times === 1)).toBe(true);
});

it('a pilot of questions with a follow-up shows its answers, and one without it is another attempt', async () => {
  answer = ({ prompt }) => (prompt.includes('text') ? 'yes' : 'EXIT');
  const questions = ['is there text?'];
  const followUps = [{ question: 'what does it say?', after: 0, answers: ['yes'] }];
  const terms: Terms = { kind: 'ask', questions, followUps };
  const pilotId = await start(terms);
  const [attempt] = (await client.pilots.get({ pilotId })).attempts;
  expect(attempt?.questions).toEqual(['is there text?', 'what does it say?']);
  expect(attempt?.photos.map(({ texts }) => texts)).toEqual(Array(sample).fill(['yes', 'EXIT']));
  expect(attempt?.isContinued).toBe(false);
  const estimated = async (asked: Terms) => await client.pilots.estimate({ of: { pilotId }, terms: asked });
  expect(await estimated(terms)).toMatchObject({ attemptRunId: attempt?.run.id, photos: photoCount - sample });
  expect(await estimated({ kind: 'ask', questions })).toMatchObject({ attemptRunId: null });
  const { runId } = await client.pilots.continue({ pilotId, terms });
  expect(runId).toBe(attempt?.run.id);
  await finished(pilotId);
  expect(models.begun).toHaveLength(2 * photoCount);
});

it('a pilot of questions with lists of their own goes on in its run; another list is another attempt', async () => {
  answer = ({ prompt }) => (prompt.includes('text') ? 'yes' : 'EXIT');
  const asking = (choices: string[]): TermsOf<'ask'> => ({
    kind: 'ask',
    questions: [{ question: 'is there text?', choices: ['yes', 'no'] }],
    followUps: [{ question: 'what does it say?', after: 0, answers: ['yes'], choices }],
  });
  const terms = asking(['EXIT', 'STOP']);
  const pilotId = await start(terms);
  const [attempt] = (await client.pilots.get({ pilotId })).attempts;
  const { run, terms: kept } = present(attempt);
  expect(kept).toMatchObject(terms);
  expect(run.settings).toMatchObject({ choices: ['yes', 'no'] });
  expect(run.ownSettings).toMatchObject([{ question: 'what does it say?', settings: { choices: ['EXIT', 'STOP'] } }]);
  const estimated = async (asked: Terms) => await client.pilots.estimate({ of: { pilotId }, terms: asked });
  expect(await estimated(asking(['EXIT', 'GO']))).toMatchObject({ attemptRunId: null });
  expect(await estimated(terms)).toMatchObject({ attemptRunId: run.id, photos: photoCount - sample });
  expect((await client.pilots.continue({ pilotId, terms })).runId).toBe(run.id);
  await finished(pilotId);
  expect(models.begun).toHaveLength(2 * photoCount);
  // A photo that comes later is asked the same by anyone who asks on these terms.
  const { kind: _, ...asked } = terms;
  const again = await client.runs.ask({ selection: { query: '' }, ...asked });
  expect(again).toEqual({ runId: null, photos: 0 });
});

it('a pilot of tagging shows the tags', async () => {
  answer = () => 'sea';
  library.catalog.vocabulary.set([{ path: 'sea' }]);
  const pilotId = await start({ kind: 'tag' });
  const [attempt] = (await client.pilots.get({ pilotId })).attempts;
  expect(attempt?.questions).toHaveLength(1);
  expect(attempt?.photos.map(({ texts }) => texts[0])).toEqual(Array(sample).fill('sea'));
  expect(await estimate(pilotId, { kind: 'tag' })).toBe(photoCount - sample);
});

describe('an estimate', () => {
  const of = { selection: everything };

  it('counts what is not done on these terms, and does not claim what it does not know', async () => {
    expect(await client.pilots.estimate({ of, terms: caption() })).toMatchObject({
      photos: photoCount,
      jobs: photoCount,
      time: null,
      featureBytes: null,
    });
    const asked = await client.pilots.estimate({ of, terms: { kind: 'ask', questions: ['a?', 'b?', 'A?'] } });
    expect(asked).toMatchObject({ photos: photoCount, jobs: 2 * photoCount });
  });

  it('takes the time from an earlier run with the model, as it was on the device that is to be used', async () => {
    const { catalog } = library;
    const identity = { model: { id: 'w', sha256: 'ab', precision: 'fp32' }, prompt: 'x', settings: {} } as never;
    const runId = catalog.runs.begin({ kind: 'caption', description: { kind: 'score' }, identity, device: 'cuda' });
    for (const [index, photoId] of photoIds.slice(0, 9).entries()) {
      catalog.captions.add(photoId, runId, { text: 'a', source: 'model', createdAtMs: 1000 + index * 2000 });
    }
    catalog.connection.database.exec(`UPDATE run SET done = 9 WHERE id = ${runId}`);
    const known = await client.pilots.estimate({ of, terms: caption() });
    expect(known.time).toEqual({ source: 'runs', ms: photoCount * 2000, device: 'cuda' });
    // Other kinds of work tell nothing about it.
    for (const terms of [caption({ writes: 'altText' }), { kind: 'ask', questions: ['a?'] } as Terms]) {
      expect((await client.pilots.estimate({ of, terms })).time).toBeNull();
    }
    catalog.settings.set('device', 'cpu');
    expect((await client.pilots.estimate({ of, terms: caption() })).time).toBeNull();
  });

  it('falls back on what the processor can do with a known model, where each photo is encoded once', async () => {
    sourceName = 'Salesforce/blip2-flan-t5-xl';
    expect((await client.pilots.estimate({ of, terms: caption() })).time).toBeNull();
    floor = { memoryBytesPerSecond: 2e10, operationsPerSecond: { float: 2e11, int8: 4e11, blocks: 2e11 } };
    const timeOf = async (terms: Terms) => present((await client.pilots.estimate({ of, terms })).time);
    const one = await timeOf({ kind: 'ask', questions: ['a?'] });
    expect(one).toMatchObject({ source: 'processor', device: null });
    const two = await timeOf({ kind: 'ask', questions: ['a?', 'b?'] });
    expect(two.ms).toBeGreaterThan(one.ms * 1.05);
    expect(two.ms).toBeLessThan(one.ms * 1.95);
  });

  it('of checking captions counts photos with one, and of indexing says what the vectors take', async () => {
    matches = true;
    const { catalog } = library;
    const run = catalog.runs.begin({ kind: 'edit', description: { kind: 'score' } });
    for (const photoId of photoIds.slice(0, 4)) catalog.captions.add(photoId, run, { text: 'a', source: 'human' });
    floor = { memoryBytesPerSecond: 2e10, operationsPerSecond: { float: 2e11, int8: 4e11, blocks: 2e11 } };
    const score = await client.pilots.estimate({ of, terms: { kind: 'score' } });
    expect(score).toMatchObject({ photos: 4, jobs: 4, resultBytes: 1600, time: { source: 'processor' } });
    photoBytes = 1e6;
    const embed = await client.pilots.estimate({ of, terms: { kind: 'embed' } });
    expect(embed).toMatchObject({ photos: photoCount, resultBytes: null, featureBytes: 0 });
    expect(present(embed.time).ms / photoCount).toBeLessThan(present(score.time).ms / 4);
    indexBytes = 800;
    expect((await client.pilots.estimate({ of, terms: { kind: 'embed' } })).resultBytes).toBe(800 * photoCount);
  });

  it('tells the room of features as far as they may be stored', async () => {
    const bytes = async () => (await client.pilots.estimate({ of, terms: caption() })).featureBytes;
    photoBytes = 1e6;
    expect(await bytes()).toBe(photoCount * 1e6);
    library.catalog.settings.set('featureCacheGB', 0.01);
    expect(await bytes()).toBe(1e7);
    library.catalog.settings.set('featureCacheGB', 0);
    expect(await bytes()).toBe(0);
  });
});
