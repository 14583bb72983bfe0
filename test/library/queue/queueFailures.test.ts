/** @file What the queue does when something goes wrong: with a photo, a model, a file, the disk. */

import { rename } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ModelError } from '../../../native-models/compiler/modelError.ts';
import { VignetteError } from '../../../native-models/errors.ts';
import { GenerationError } from '../../../native-models/generation/generationError.ts';
import { ImageError } from '../../../native-models/preprocess/imageError.ts';
import { type Asked, DoubleModels, HandClock } from './queueDoubles.ts';
import { captioning, captionsOf, identityWith, queueLibrary } from './queueLibrary.ts';

const gone = new VignetteError('MODEL_HOST_CLOSED', 'The model host was closed.', { retry: 'now' });

function failingOn(photo: string, error: Error, times = Number.POSITIVE_INFINITY) {
  let left = times;
  return new DoubleModels({
    answer: (asked: Asked) => {
      if (asked.photo === photo && left-- > 0) throw error;
      return `${asked.prompt} ${asked.photo}`;
    },
  });
}

describe('a photo that cannot be captioned', () => {
  it('fails at once where it would fail again, with its reason, and the others are done', async () => {
    await using library = await queueLibrary();
    const models = failingOn('2.jpg', new ImageError('IMAGE_CORRUPT', 'It went wrong: IMAGE_CORRUPT.'));
    const ids = await library.addPhotos(3);
    const queue = await library.queue(models);
    const { runId = 0 } = await queue.add(captioning(ids));
    expect(await queue.settled(runId)).toMatchObject({ activity: 'done', done: 2, failed: 1, total: 3 });
    expect(library.catalog.jobs.failures({ runId })).toMatchObject([
      { photoId: 2, state: 'failed', code: 'IMAGE_CORRUPT', message: 'It went wrong: IMAGE_CORRUPT.', attempts: 1 },
    ]);
  });

  it('is tried again when somebody asks for it, and its run is open until then', async () => {
    await using library = await queueLibrary();
    const models = failingOn('2.jpg', new ImageError('IMAGE_CORRUPT', 'It went wrong: IMAGE_CORRUPT.'), 1);
    const ids = await library.addPhotos(3);
    const queue = await library.queue(models);
    const { runId = 0 } = await queue.add(captioning(ids));
    await queue.settled(runId);
    expect(queue.retry(runId)).toBe(1);
    expect(await queue.settled(runId)).toMatchObject({ activity: 'done', done: 3, failed: 0, total: 3 });
  });

  it('is not tried again by a run that was undone when it was done', async () => {
    await using library = await queueLibrary();
    const models = failingOn('2.jpg', new ImageError('IMAGE_CORRUPT', 'It went wrong: IMAGE_CORRUPT.'), 1);
    const ids = await library.addPhotos(3);
    const queue = await library.queue(models);
    const { runId = 0 } = await queue.add(captioning(ids));
    await queue.settled(runId);
    await library.catalog.undo.revert(runId);
    expect(library.catalog.jobs.retry(runId)).toBe(0);
    expect(library.catalog.jobs.retry(runId, { photoIds: ids, codes: ['IMAGE_CORRUPT'] })).toBe(0);
    expect(library.catalog.runs.get(runId)).toMatchObject({ state: 'done', failed: 1 });
    expect(library.catalog.captions.of(ids[1] ?? 0)).toEqual([]);
  });

  it('is tried again later, longer and longer, where that may help, and at last has failed', async () => {
    const clock = new HandClock();
    await using library = await queueLibrary(clock);
    const models = failingOn('1.jpg', new ModelError('OUT_OF_MEMORY', 'It went wrong: OUT_OF_MEMORY.'));
    const ids = await library.addPhotos(2);
    const queue = await library.queue(models, { random: () => 0.5 });
    const { runId = 0 } = await queue.add(captioning(ids));
    const tries = () => models.begun.filter((name) => name.startsWith('1')).length;
    await clock.pass(4_000);
    expect(queue.progress(runId)).toMatchObject({ activity: 'waiting', done: 1, failed: 0 });
    expect(tries()).toBe(1);
    await clock.pass(1_000);
    expect(tries()).toBe(2);
    await clock.pass(9_000);
    expect(tries()).toBe(2);
    await clock.pass(62_000);
    expect(tries()).toBe(5);
    expect(queue.progress(runId)).toMatchObject({ activity: 'done', done: 1, failed: 1 });
    expect(library.catalog.jobs.failures()).toMatchObject([{ code: 'OUT_OF_MEMORY', attempts: 5 }]);
  });

  it('is put in quarantine with all its questions when it ends the model process twice; others go on', async () => {
    await using library = await queueLibrary();
    const models = failingOn('1.jpg', new VignetteError('MODEL_HOST_CRASHED', 'It went wrong: MODEL_HOST_CRASHED.'));
    const ids = await library.addPhotos(3);
    const queue = await library.queue(models);
    const { runId = 0 } = await queue.add({
      kind: 'ask',
      description: { kind: 'named', name: 'Ask' },
      photoIds: ids,
      questions: ['a?', 'b?', 'c?'],
      identity: identityWith('writer', '{question}', { kind: 'question' }),
    });
    expect(await queue.settled(runId)).toMatchObject({ activity: 'done', done: 6, failed: 3 });
    expect(library.catalog.jobs.counts(runId)).toEqual({ waiting: 0, failed: 0, quarantined: 3 });
    expect(models.begun.filter((name) => name.startsWith('1')).length).toBeLessThanOrEqual(2);
    expect(library.catalog.jobs.failures()[0]).toMatchObject({ state: 'set-aside', code: 'MODEL_HOST_CRASHED' });
  });
});

describe('a model that cannot be used', () => {
  it('makes its runs wait with the reason, fails no photo, and lets others go on', async () => {
    await using library = await queueLibrary();
    let isInstalled = false;
    const models = new DoubleModels({
      open: (identity) => {
        if (identity.id === 'writer' && !isInstalled) {
          throw new ModelError('MODEL_NOT_FOUND', 'There is no model named writer.');
        }
        return identity;
      },
    });
    const ids = await library.addPhotos(3);
    const queue = await library.queue(models);
    const missing = await queue.add(captioning(ids));
    const other = await queue.add({ ...captioning(ids), identity: identityWith('other') });
    const reason = { code: 'MODEL_NOT_FOUND', message: 'There is no model named writer.' };
    expect(await queue.settled(missing.runId ?? 0)).toMatchObject({
      activity: 'blocked',
      reason,
      failed: 0,
      waiting: 3,
    });
    expect(await queue.settled(other.runId ?? 0)).toMatchObject({ activity: 'done' });
    isInstalled = true;
    queue.modelsChanged();
    expect(await queue.settled(missing.runId ?? 0)).toMatchObject({ activity: 'done', done: 3 });
  });

  it('is not used where it is no longer the model that the run was begun with', async () => {
    await using library = await queueLibrary();
    const models = new DoubleModels({ open: (identity) => ({ ...identity, sha256: 'another' }) });
    const queue = await library.queue(models);
    const { runId = 0 } = await queue.add(captioning(await library.addPhotos(1)));
    expect(await queue.settled(runId)).toMatchObject({ activity: 'blocked', reason: { code: 'MODEL_CHANGED' } });
    expect(models.begun).toEqual([]);
    expect(models.loaded).toEqual([]);
  });

  it('stops its run when it fails ten times in a row and no photo is to blame', async () => {
    await using library = await queueLibrary();
    const models = new DoubleModels({
      answer: () => {
        throw new GenerationError('MODEL_NOT_FINITE', 'The model computed no number.');
      },
    });
    const queue = await library.queue(models);
    const { runId = 0 } = await queue.add(captioning(await library.addPhotos(20)));
    const progress = await queue.settled(runId);
    expect(progress).toMatchObject({ activity: 'blocked', reason: { code: 'MODEL_KEEPS_FAILING' } });
    expect(progress.failed).toBeLessThan(13);
    expect(progress.reason?.message).toContain('The model computed no number.');
  });

  it('does not stop its run for failures that are scattered over it, however many', async () => {
    await using library = await queueLibrary();
    let asked = 0;
    const models = new DoubleModels({
      answer: () => {
        asked += 1;
        if (asked % 3 !== 0) throw new GenerationError('MODEL_NOT_FINITE', 'The model computed no number.');
        return 'a photo';
      },
    });
    const queue = await library.queue(models);
    const { runId = 0 } = await queue.add(captioning(await library.addPhotos(36)));
    expect(await queue.settled(runId)).toMatchObject({ activity: 'done', done: 12, failed: 24 });
  });

  it('is not to blame for what is wrong with photos, however many in a row', async () => {
    await using library = await queueLibrary();
    const models = new DoubleModels({
      answer: ({ photo }) => {
        if (photo !== '25.jpg') throw new ImageError('IMAGE_CORRUPT', 'The file is damaged.');
        return 'a photo';
      },
    });
    const queue = await library.queue(models);
    const { runId = 0 } = await queue.add(captioning(await library.addPhotos(25)));
    expect(await queue.settled(runId)).toMatchObject({ activity: 'done', done: 1, failed: 24 });
  });

  it('may lose its host at every other photo', async () => {
    await using library = await queueLibrary();
    const gone = new Set<string>();
    const models = new DoubleModels({
      answer: ({ photo }) => {
        if (Number.parseInt(photo, 10) % 2 === 0 && !gone.has(photo)) {
          gone.add(photo);
          throw gone;
        }
        return 'a photo';
      },
    });
    const queue = await library.queue(models);
    const { runId = 0 } = await queue.add(captioning(await library.addPhotos(8)));
    expect(await queue.settled(runId)).toMatchObject({ activity: 'done', done: 8, failed: 0 });
  });

  it('is loaded anew when its host is gone, and the photo is asked about again', async () => {
    await using library = await queueLibrary();
    const models = failingOn('1.jpg', gone, 1);
    const ids = await library.addPhotos(2);
    const queue = await library.queue(models);
    const { runId = 0 } = await queue.add(captioning(ids));
    expect(await queue.settled(runId)).toMatchObject({ activity: 'done', done: 2, failed: 0 });
    expect(models.opened).toEqual(['writer', 'writer']);
  });

  it('makes its runs wait when its host goes again and again', async () => {
    await using library = await queueLibrary();
    const models = failingOn('1.jpg', gone);
    const queue = await library.queue(models);
    const { runId = 0 } = await queue.add(captioning(await library.addPhotos(1)));
    expect(await queue.settled(runId)).toMatchObject({ activity: 'blocked', reason: { code: 'MODEL_HOST_CLOSED' } });
    expect(models.opened).toHaveLength(3);
  });
});

describe('a file that changes while it waits', () => {
  it('gives its answer to nobody, and is asked about again when the catalog knows the new content', async () => {
    const clock = new HandClock();
    await using library = await queueLibrary(clock);
    const [id = 0] = await library.addPhotos(1);
    let edited = false;
    const suspects: number[] = [];
    const models = new DoubleModels({
      answer: async () => {
        if (edited) return 'the new picture';
        edited = true;
        await library.editPhoto(id, false);
        return 'the old picture';
      },
    });
    const queue = await library.queue(models, { onSuspect: (photo) => suspects.push(photo.id) });
    const { runId = 0 } = await queue.add(captioning([id]));
    await clock.pass(1_000);
    expect(captionsOf(library.catalog, [id])).toEqual([[]]);
    expect(suspects).toEqual([id]);
    await library.editPhoto(id, true);
    await clock.pass(30_000);
    expect(queue.progress(runId)).toMatchObject({ activity: 'done', done: 1 });
    expect(library.catalog.captions.of(id)).toMatchObject([{ text: 'the new picture', photoRevision: 2 }]);
  });

  it('is asked about again at once when the catalog learns of the new content meanwhile', async () => {
    await using library = await queueLibrary();
    const [id = 0] = await library.addPhotos(1);
    let asked = 0;
    const models = new DoubleModels({
      answer: async () => {
        asked += 1;
        if (asked > 1) return 'the new picture';
        await library.editPhoto(id, true);
        return 'the old picture';
      },
    });
    const queue = await library.queue(models, { random: () => 0 });
    const { runId = 0 } = await queue.add(captioning([id]));
    expect(await queue.settled(runId)).toMatchObject({ activity: 'done' });
    expect(library.catalog.captions.of(id)).toMatchObject([{ text: 'the new picture', photoRevision: 2 }]);
  });

  it('has failed when it is gone, and is tried again when it is back', async () => {
    await using library = await queueLibrary();
    const { catalog } = library;
    const ids = await library.addPhotos(2);
    const queue = await library.queue();
    queue.pause();
    const { runId = 0 } = await queue.add(captioning(ids));
    const missing = catalog.connection.prepare<[number | null]>('UPDATE photo SET missing_since_ms = ? WHERE id = 1');
    missing.run(5);
    queue.resume();
    expect(await queue.settled(runId)).toMatchObject({ activity: 'done', done: 1, failed: 1 });
    expect(catalog.jobs.failures()).toMatchObject([{ photoId: 1, code: 'PHOTO_MISSING' }]);
    missing.run(null);
    queue.photosReturned(ids);
    expect(await queue.settled(runId)).toMatchObject({ activity: 'done', done: 2, failed: 0 });
  });

  it('waits when its drive is away, and says so when nothing else is left', async () => {
    await using library = await queueLibrary();
    const { catalog, photosFolder } = library;
    const ids = await library.addPhotos(2);
    const queue = await library.queue();
    // Nobody has told the catalog yet.
    await rename(photosFolder, `${photosFolder}-away`);
    const { runId = 0 } = await queue.add(captioning(ids));
    expect(await queue.settled(runId)).toMatchObject({
      activity: 'blocked',
      reason: { code: 'PHOTO_AWAY' },
      failed: 0,
    });
    catalog.roots.setState(1, 'offline');
    queue.driveReturned();
    expect(await queue.settled(runId)).toMatchObject({ activity: 'blocked', waiting: 2 });
    await rename(`${photosFolder}-away`, photosFolder);
    catalog.roots.setState(1, 'online');
    queue.driveReturned();
    expect(await queue.settled(runId)).toMatchObject({ activity: 'done', done: 2 });
  });

  it('is left to the comparison of folders when it was renamed a moment ago', async () => {
    const clock = new HandClock();
    await using library = await queueLibrary(clock);
    const [id = 0] = await library.addPhotos(1);
    const queue = await library.queue();
    await rename(path.join(library.photosFolder, '1.jpg'), path.join(library.photosFolder, 'new.jpg'));
    const { runId = 0 } = await queue.add(captioning([id]));
    await clock.pass(1_000);
    expect(queue.progress(runId)).toMatchObject({ activity: 'waiting', failed: 0 });
    library.catalog.connection.prepare(`UPDATE photo SET name = 'new.jpg', name_key = 'new.jpg'`).run();
    await clock.pass(30_000);
    expect(captionsOf(library.catalog, [id])).toEqual([['a photo of new.jpg']]);
  });
});

describe('a disk that is full', () => {
  it('makes the queue rest with the reason; nothing is lost, and it goes on when it is told to', async () => {
    await using library = await queueLibrary();
    const { database } = library.catalog.connection;
    const ids = await library.addPhotos(3);
    const models = new DoubleModels({ answer: ({ photo }) => `${photo} ${'long '.repeat(20_000)}` });
    const queue = await library.queue(models);
    queue.pause();
    const { runId = 0 } = await queue.add(captioning(ids));
    queue.resume();
    database.pragma(`max_page_count = ${database.pragma('page_count', { simple: true })}`);
    expect(await queue.settled(runId)).toMatchObject({
      activity: 'resting',
      reason: { code: 'CATALOG_DISK_FULL' },
      done: 0,
      failed: 0,
      waiting: 3,
    });
    expect(queue.status()).toMatchObject({ activity: 'resting', reason: { code: 'CATALOG_DISK_FULL' } });
    database.pragma('max_page_count = 1000000');
    queue.resume();
    expect(await queue.settled(runId)).toMatchObject({ activity: 'done', done: 3 });
  });
});

describe('a catalog that cannot be written', () => {
  it('makes the queue rest, also when something was to be tried again meanwhile', async () => {
    const clock = new HandClock();
    await using library = await queueLibrary(clock);
    const { database } = library.catalog.connection;
    const queue = await library.queue(
      failingOn('1.jpg', new ModelError('OUT_OF_MEMORY', 'It went wrong: OUT_OF_MEMORY.'), 1),
      { random: () => 0.5 },
    );
    const { runId = 0 } = await queue.add(captioning(await library.addPhotos(1)));
    await clock.pass(1_000);
    database.pragma('query_only = ON');
    await clock.pass(10_000);
    expect(queue.progress(runId)).toMatchObject({ activity: 'resting', reason: { code: 'CATALOG_READ_ONLY' } });
    database.pragma('query_only = OFF');
    queue.resume();
    await clock.pass(1_000);
    expect(queue.progress(runId)).toMatchObject({ activity: 'done', done: 1 });
  });
});

describe('a prompt with a variable that there is not', () => {
  it('makes its run wait: no photo could be asked it', async () => {
    await using library = await queueLibrary();
    const queue = await library.queue();
    const work = { ...captioning(await library.addPhotos(2)), identity: identityWith('writer', 'by {author}') };
    const { runId = 0 } = await queue.add(work);
    expect(await queue.settled(runId)).toMatchObject({
      activity: 'blocked',
      reason: { code: 'PROMPT_UNKNOWN_VARIABLE' },
      failed: 0,
    });
  });
});
