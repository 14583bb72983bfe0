/** @file The queue at work: what it asks, in which order, and what it stores. */
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { checkCatalog } from '../../../main/library/catalog/check.ts';
import { checkQueue } from '../../../main/library/catalog/jobs/jobCheck.ts';
import { realDisk } from '../../../main/library/photos/disk.ts';
import { embeddingKey } from '../../../main/library/queue/modelLeases.ts';
import { DoubleModels, modelCalled } from './queueDoubles.ts';
import { captioning, captionsOf, identityWith, type QueueLibrary, queueLibrary } from './queueLibrary.ts';

describe('working off a run', () => {
  it('captions every photo once, with its provenance, and is done', async () => {
    await using library = await queueLibrary();
    const { catalog } = library;
    const ids = await library.addPhotos(5);
    const queue = await library.queue();
    const { runId = 0, added } = await queue.add(captioning(ids));
    expect(added).toBe(5);
    expect(await queue.settled(runId)).toMatchObject({ activity: 'done', total: 5, done: 5, failed: 0, waiting: 0 });
    expect(captionsOf(catalog, ids)).toEqual(ids.map((id) => [`a photo of ${id}.jpg`]));
    expect(catalog.captions.of(1)).toMatchObject([{ source: 'model', runId, photoRevision: 1, prompt: undefined }]);
    expect(catalog.runs.get(runId)).toMatchObject({ state: 'done', device: 'double', done: 5 });
    expect(checkQueue(catalog.connection)).toEqual([]);
    expect(checkCatalog(catalog.connection).problems).toEqual([]);
  });

  it('says of a run what computed it last, where a device had to be left in the middle', async () => {
    await using library = await queueLibrary();
    let device = 'webgpu';
    const seen: (string | undefined)[] = [];
    const models = new DoubleModels({
      answer: ({ photo }) => {
        seen.push(library.catalog.runs.list({ limit: 1 })[0]?.device);
        if (photo === '2.jpg') device = 'cpu';
        return photo;
      },
    });
    const queue = await library.queue(models, {
      openModel: async (...of) => ({
        ...(await models.openModel(...of)),
        get device() {
          return device;
        },
      }),
    });
    const { runId = 0 } = await queue.add(captioning(await library.addPhotos(3)));
    await queue.settled(runId);
    expect(seen[0]).toBe('webgpu');
    expect(library.catalog.runs.get(runId).device).toBe('cpu');
    const [version, ...others] = library.catalog.modelVersions.of(runId);
    expect(version).toMatchObject({ revision: null, compiler: '1', precision: 'fp32' });
    expect(others).toEqual([]);
  });

  it('stores answers in the order in which they came, however long it takes to look at a file once more', async () => {
    await using library = await queueLibrary();
    const stateOf = realDisk.state;
    let looks = 0;
    const slowDisk = vi.spyOn(realDisk, 'state').mockImplementation(async (file) => {
      // The second look is the one after the answer.
      if (file.endsWith('1.jpg') && ++looks === 2) await setTimeout(50);
      return await stateOf(file);
    });
    onTestFinished(() => slowDisk.mockRestore());
    const ids = await library.addPhotos(3);
    const queue = await library.queue();
    await queue.settled((await queue.add(captioning(ids))).runId ?? 0);
    const stored = library.catalog.connection.prepare<[], number>('SELECT photo_id FROM caption ORDER BY id').pluck();
    expect(stored.all()).toEqual(ids);
  });

  it('does only what is new when it is given the same work again, and all of it when told so', async () => {
    await using library = await queueLibrary();
    const ids = await library.addPhotos(2);
    const queue = await library.queue();
    const first = await queue.add(captioning(ids));
    await queue.settled(first.runId ?? 0);
    const third = await library.addPhoto('3.jpg');
    const second = await queue.add(captioning([...ids, third]));
    expect(second.added).toBe(1);
    await queue.settled(second.runId ?? 0);
    expect(await queue.add(captioning([...ids, third]))).toEqual({ runId: undefined, added: 0 });
    const again = await queue.add({ ...captioning([...ids, third]), again: true });
    await queue.settled(again.runId ?? 0);
    expect(captionsOf(library.catalog, [...ids, third]).map((texts) => texts.length)).toEqual([2, 2, 2]);
  });

  it('captions a photo anew whose content has changed', async () => {
    await using library = await queueLibrary();
    const [id = 0] = await library.addPhotos(1);
    const queue = await library.queue();
    await queue.settled((await queue.add(captioning([id]))).runId ?? 0);
    await library.editPhoto(id, true);
    await queue.settled((await queue.add(captioning([id]))).runId ?? 0);
    expect(library.catalog.captions.of(id).map(({ photoRevision }) => photoRevision)).toEqual([2, 1]);
  });

  it('does not ask for what an equal run has given the photo meanwhile', async () => {
    await using library = await queueLibrary();
    const models = new DoubleModels();
    const ids = await library.addPhotos(3);
    const queue = await library.queue(models);
    queue.pause();
    const first = await queue.add(captioning(ids));
    const second = await queue.add(captioning(ids));
    queue.resume();
    await queue.settled(first.runId ?? 0);
    expect(await queue.settled(second.runId ?? 0)).toMatchObject({ activity: 'done', done: 3 });
    expect(models.begun).toHaveLength(3);
  });

  it('fills in what the catalog knows, and keeps the prompt of each photo', async () => {
    await using library = await queueLibrary();
    const { catalog } = library;
    const [id = 0] = await library.addPhotos(1);
    catalog.runs.within({ kind: 'edit', description: { kind: 'named', name: 'Tag' } }, (runId) => {
      catalog.tags.add(id, runId, { path: 'sea', source: 'human' });
    });
    const queue = await library.queue();
    const identity = identityWith('writer', '{file} in {folder} on {date}, {tags}');
    await queue.settled((await queue.add({ ...captioning([id]), identity })).runId ?? 0);
    expect(catalog.captions.of(id)[0]?.prompt).toBe('1 in photos on 3 May 2024, sea');
  });
});

describe('questions', () => {
  const asking = (photoIds: readonly number[]) => ({
    kind: 'ask' as const,
    description: { kind: 'named', name: 'Ask' } as const,
    photoIds,
    questions: ['is it indoors?', 'what colour is it?'],
    identity: identityWith('writer', '{question}', { kind: 'question' }),
  });

  it('of a photo go to the model together, the next one while it works on the one before', async () => {
    await using library = await queueLibrary();
    const models: DoubleModels = new DoubleModels({
      answer: async ({ prompt, photo }) => {
        // The last question about a photo is answered only when the first about the next lies at the model.
        while (
          photo === '1.jpg' &&
          prompt === 'a photo of' &&
          !models.waitedAtModel.includes('2.jpg: is it indoors?')
        ) {
          await setTimeout(2);
        }
        return `${prompt} ${photo}`;
      },
    });
    const ids = await library.addPhotos(2);
    const queue = await library.queue(models);
    queue.pause();
    const asked = await queue.add(asking(ids));
    const captioned = await queue.add(captioning(ids));
    queue.resume();
    await queue.settled(asked.runId ?? 0);
    await queue.settled(captioned.runId ?? 0);
    expect(models.begun).toEqual([
      ...['1.jpg: is it indoors?', '1.jpg: what colour is it?', '1.jpg: a photo of'],
      ...['2.jpg: is it indoors?', '2.jpg: what colour is it?', '2.jpg: a photo of'],
    ]);
    expect(models.opened).toEqual(['writer']);
    const answers = library.catalog.answers.of(1).map(({ question, text, runId }) => ({ question, text, runId }));
    expect(answers).toEqual([
      { question: 'is it indoors?', text: 'is it indoors? 1.jpg', runId: asked.runId },
      { question: 'what colour is it?', text: 'what colour is it? 1.jpg', runId: asked.runId },
    ]);
  });

  it('that were answered are not asked again', async () => {
    await using library = await queueLibrary();
    const ids = await library.addPhotos(2);
    const queue = await library.queue();
    await queue.settled((await queue.add(asking(ids))).runId ?? 0);
    const more = await queue.add({ ...asking(ids), questions: ['Is it indoors', 'who is it?'] });
    expect(more.added).toBe(2);
    await queue.settled(more.runId ?? 0);
    expect(library.catalog.answers.of(1)).toHaveLength(3);
  });

  describe('that follow from an answer', () => {
    const following = (photoIds: readonly number[]) => ({
      ...asking(photoIds),
      questions: ['is there text?'],
      followUps: [{ question: 'what does it say?', after: 'is there text?', answers: ['Yes'] }],
    });
    const models = () =>
      new DoubleModels({
        answer: ({ prompt, photo }) => {
          if (prompt !== 'is there text?') return `said by ${photo}`;
          return photo === '2.jpg' ? 'no' : 'yes.';
        },
      });
    const said = (library: QueueLibrary, id: number) => library.catalog.answers.of(id).map(({ text }) => text);

    it('are asked in the same run, right after it, and only of those photos', async () => {
      await using library = await queueLibrary();
      const ids = await library.addPhotos(3);
      const doubles = models();
      const queue = await library.queue(doubles);
      const { runId = 0, added } = await queue.add(following(ids));
      expect(added).toBe(3);
      await queue.settled(runId);
      expect(ids.map((id) => said(library, id))).toEqual([
        ['yes.', 'said by 1.jpg'],
        ['no'],
        ['yes.', 'said by 3.jpg'],
      ]);
      expect(library.catalog.runs.get(runId)).toMatchObject({ state: 'done', total: 5, done: 5, failed: 0 });
      await library.catalog.undo.revert(runId);
      expect(ids.flatMap((id) => said(library, id))).toEqual([]);
    });

    it('are asked of photos that were answered before, too, and not where a person says otherwise', async () => {
      await using library = await queueLibrary();
      const ids = await library.addPhotos(3);
      const queue = await library.queue(models());
      const { followUps: _, ...first } = following(ids);
      await queue.settled((await queue.add(first)).runId ?? 0);
      library.catalog.answers.write(ids[2] ?? 0, 'is there text?', 'no');
      const { runId = 0, added } = await queue.add(following(ids));
      expect(added).toBe(1);
      await queue.settled(runId);
      expect(ids.map((id) => said(library, id).some((text) => text.startsWith('said by')))).toEqual([
        true,
        false,
        false,
      ]);
      expect(await queue.add(following(ids))).toEqual({ runId: undefined, added: 0 });
    });
  });
});

describe('other kinds of runs', () => {
  it('keep the best of several captions, scored by another model', async () => {
    await using library = await queueLibrary();
    const models = new DoubleModels({ itm: (text) => (text.endsWith('1') ? 0.4 : 0.2) });
    const [id = 0] = await library.addPhotos(1);
    const queue = await library.queue(models);
    const filter = { model: modelCalled('scorer'), candidates: 3, doubtfulBelow: 0.5 };
    await queue.settled((await queue.add(captioning([id], { filter }))).runId ?? 0);
    const [caption] = library.catalog.captions.of(id);
    expect(caption).toMatchObject({ text: '1.jpg candidate 1', itm: 0.4, doubtful: true });
    expect(caption?.candidates).toHaveLength(3);
    expect(models.maxLoaded).toBe(2);
  });

  it('score the captions of a photo', async () => {
    await using library = await queueLibrary();
    const { catalog } = library;
    const [id = 0, bare = 0] = await library.addPhotos(2);
    const captionId = catalog.captions.write(id, 'a boat');
    const queue = await library.queue();
    const filter = { model: modelCalled('scorer'), candidates: 1, doubtfulBelow: 0.95 };
    const identity = identityWith('scorer', '', { filter });
    const { runId = 0, added } = await queue.add({
      kind: 'score',
      description: { kind: 'named', name: 'Score' },
      identity,
      photoIds: [id, bare],
    });
    expect(added).toBe(1);
    await queue.settled(runId);
    expect(catalog.scores.of(id)).toMatchObject([{ captionId, itm: 0.9, itc: 0.5, doubtful: true, runId }]);
  });

  it('embed photos, where there is a place for vectors', async () => {
    await using library = await queueLibrary();
    const [id = 0] = await library.addPhotos(1);
    const saved: unknown[] = [];
    const embeddings = {
      save: async (photo: { id: number; revision: number }, key: string) =>
        void saved.push([photo.id, photo.revision, key]),
    };
    const queue = await library.queue(new DoubleModels(), { embeddings });
    const work = {
      kind: 'embed' as const,
      description: { kind: 'named', name: 'Embed' } as const,
      identity: identityWith('matcher', ''),
      photoIds: [id],
    };
    expect(await queue.settled((await queue.add(work)).runId ?? 0)).toMatchObject({ activity: 'done', done: 1 });
    expect(saved).toEqual([[id, 1, embeddingKey(modelCalled('matcher'))]]);
  });
});
