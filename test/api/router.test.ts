/** @file The API's procedures and event streams, over every transport. */

import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { App } from '../../main/api/app.ts';
import type { DeviceNotice } from '../../native-models/devices/deviceNotice.ts';
import { ImageError } from '../../native-models/preprocess/imageError.ts';
import type { ChatEvent } from '../../preload/contract/chat.ts';
import type { LibraryEvent } from '../../preload/contract/library.ts';
import type { TagOperation } from '../../preload/contract/runs.ts';
import { runTitle } from '../../resources/messages/runTitle.ts';
import { texts } from '../../resources/messages/texts.ts';
import type { TextKind } from '../../schemas/text.ts';
import { eventually } from '../support/eventually.ts';
import { openTestApp, type TestApp } from './testApp.ts';
import { type Client, type Transport, transports } from './transports.ts';

const everything = { query: '', order: 'name', descending: false } as const;

function idsOf({ ids }: { readonly ids: string }): number[] {
  const bytes = Buffer.from(ids, 'base64');
  return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readUInt32LE(index * 4));
}

async function readUntil<Event>(events: AsyncIterable<Event>, isLast: (event: Event) => boolean): Promise<Event[]> {
  const seen: Event[] = [];
  for await (const event of events) {
    seen.push(event);
    if (isLast(event)) break;
  }
  return seen;
}

async function settled(client: Client, runId: number | null): Promise<void> {
  await eventually(async () => {
    const { state } = await client.runs.get({ runId: runId ?? 0 });
    if (state !== 'done') throw new Error(`run ${runId} is ${state}`);
  }, 20_000);
}

describe.each(transports)('the API over $name', ({ connect }) => {
  let test: TestApp;
  let transport: Transport;
  let client: Client;

  async function open(): Promise<void> {
    test = await openTestApp();
    transport = await connect(test.app);
    client = transport.client;
  }

  async function close(): Promise<void> {
    await transport[Symbol.asyncDispose]();
    await test[Symbol.asyncDispose]();
  }

  describe('of which nothing changes what the others see', () => {
    beforeAll(open);
    afterAll(close);

    it('shows the library at a glance, folders with what is below them', async () => {
      const overview = await client.library.overview();
      expect(overview).toMatchObject({
        isDemo: true,
        roots: [{ path: test.photoFolder, state: 'online', watched: true }],
        counts: { photos: 3, captioned: 0, failed: 1 },
      });
      expect(overview.folders.map(({ name, queryPath, photos }) => [name, queryPath, photos])).toEqual([
        ['photos', 'photos', 3],
        ['Coast', 'photos/Coast', 2],
      ]);
    });

    it('lists what a query finds with the shapes of the photos, and gives the cards asked for without any path', async () => {
      const list = await client.photos.list(everything);
      const ids = idsOf(list);
      expect(ids).toEqual([test.photoId('broken.jpg'), test.photoId('upright.jpg'), test.photoId('wide.jpg')]);
      const aspects = Buffer.from(list.aspects, 'base64');
      expect([0, 1, 2].map((index) => aspects.readUInt16LE(index * 2))).toEqual([0, 500, 2000]);
      const cards = await client.photos.cards({ ids: [...ids, 999] });
      expect(cards.map(({ fileName, folder, width, problem }) => [fileName, folder, width, problem?.code])).toEqual([
        ['broken.jpg', 'photos', null, 'IMAGE_NOT_AN_IMAGE'],
        ['upright.jpg', 'photos/Coast', 400, undefined],
        ['wide.jpg', 'photos/Coast', 800, undefined],
      ]);
      expect(JSON.stringify(cards)).not.toContain(test.folder);
    });

    it('points at what is wrong with a query', async () => {
      await expect(client.photos.list({ ...everything, query: 'beach tga:x' })).rejects.toMatchObject({
        code: 'QUERY_INVALID',
        data: {
          details: { offset: 6, problem: { code: 'otherField', params: { field: 'tga', meant: 'tag' } } },
          retry: 'never',
          blames: 'question',
        },
      });
    });

    it('counts what photos can be narrowed down by, and writes a choice into the query', async () => {
      const facets = await client.photos.facets({ query: '' });
      expect(facets.find(({ facet }) => facet === 'state')?.values).toContainEqual({
        value: 'failed',
        photos: 1,
        chosen: false,
      });
      const among = [test.photoId('wide.jpg')];
      const inCoast = (await client.photos.facets({ query: 'folder:Coast', among })).find(
        ({ facet }) => facet === 'folder',
      );
      expect(inCoast?.values.map(({ photos }) => photos)).toEqual([1]);
      const { query } = await client.photos.toggleFacet({ query: 'wide', facet: 'state', value: 'failed' });
      expect(query).toBe('wide failed:yes');
      expect(await client.photos.toggleFacet({ query, facet: 'state', value: 'failed' })).toEqual({ query: 'wide' });
      const wrong = client.photos.toggleFacet({ query: '', facet: 'state', value: 'wide' });
      await expect(wrong).rejects.toMatchObject({ code: 'QUERY_INVALID' });
      await expect(client.photos.facets({ query: 'tga:x' })).rejects.toMatchObject({ code: 'QUERY_INVALID' });
    });

    it('takes a last word that finds nothing for half typed, and says so', async () => {
      await client.photos.writeCaption({ photoId: test.photoId('wide.jpg'), text: 'two boats' });
      const found = async (query: string) => {
        const list = await client.photos.list({ ...everything, query });
        return [idsOf(list), list.completed];
      };
      expect(await found('boat')).toEqual([[test.photoId('wide.jpg')], null]);
      expect(await found('two boa')).toEqual([[test.photoId('wide.jpg')], 'two boa*']);
      expect(await found('"boa"')).toEqual([[], null]);
    });

    it('finds photos by what they show, once they were prepared for it', async () => {
      const request = { ...everything, query: 'something upright', semantic: true };
      expect(await client.photos.list(request)).toMatchObject({ semantic: false });
      const { runId } = await client.runs.embed({ selection: { query: 'folder:Coast' } });
      await settled(client, runId);
      const list = await client.photos.list(request);
      expect(list.semantic).toBe(true);
      expect(idsOf(list)[0]).toBe(test.photoId('upright.jpg'));
      const wide = test.photoId('wide.jpg');
      const upright = test.photoId('upright.jpg');
      expect(idsOf(await client.photos.list({ ...everything, similarTo: wide }))).toEqual([wide, upright]);
      const elsewhere = { ...everything, similarTo: wide, query: 'folder:Nowhere' };
      expect(idsOf(await client.photos.list(elsewhere))).toEqual([wide]);
      // What the model cannot read is not passed over in silence, in whichever order.
      expect(list.unreadable).toEqual([]);
      for (const order of ['relevance', 'name'] as const)
        expect(await client.photos.list({ ...request, query: 'upright 天', order })).toMatchObject({
          unreadable: ['天'],
        });
      // In another order, it is the same photos.
      const byName = await client.photos.list({ ...request, order: 'name', descending: false });
      expect(byName).toMatchObject({ semantic: true, order: 'name' });
      expect(idsOf(byName)).toEqual([upright, wide]);
      // Nothing in it could be seen on a photo: it is an ordinary query, and finds all.
      const filters = await client.photos.list({
        ...request,
        query: 'folder:Coast OR folder:Town',
        order: 'relevance',
      });
      expect(filters).toMatchObject({ semantic: false, order: 'taken' });
      expect(idsOf(filters).toSorted()).toEqual([wide, upright].toSorted());
    });

    it('imports, tests and removes models', async () => {
      expect((await client.models.list()).map(({ id, kind }) => [id, kind])).toEqual([
        ['writer', 'generator'],
        ['scorer', 'matcher'],
      ]);
      const events = await readUntil(await client.models.import({ source: '/somewhere' }), () => false);
      expect(events).toMatchObject([
        { type: 'progress', stage: 'compile', done: 1, total: 2 },
        { type: 'imported', model: { id: 'new' } },
      ]);
      expect(await client.models.test({ id: 'scorer' })).toMatchObject({ device: 'cpu', passed: true });
      // In the process of the models: this one answers other people meanwhile.
      expect(test.host.verified).toContain('/models/scorer');
      await client.models.remove({ id: 'new' });
    });

    it('tells what models can be computed on, and once why they are on another device', async () => {
      expect(await client.settings.devices()).toEqual([
        { device: 'cpu', problem: null, isSoftware: false, freeBytes: 8e9 },
      ]);
      const { runId } = await client.runs.embed({ selection: { query: 'folder:Coast' } });
      // whichever test was first
      if (runId !== null) await settled(client, runId);
      const told: DeviceNotice[] = [
        { code: 'noVulkan', params: { device: 'webgpu' } },
        { code: 'usedInstead', params: { device: 'cpu' } },
      ];
      for (const tell of [...test.host.onNotice, ...test.host.onNotice]) tell(told);
      const events = await client.library.watch();
      test.app.modelsChanged();
      const notices = (await readUntil(events, ({ type }) => type === 'models')).filter(
        ({ type }) => type === 'notice',
      );
      expect(notices).toEqual([{ type: 'notice', notices: told }]);
    });

    it('keeps settings and presets', async () => {
      expect(await client.settings.set({ theme: 'dark', quietHours: { from: '22:00', to: '07:00' } })).toMatchObject({
        theme: 'dark',
        quietHours: { from: '22:00', to: '07:00' },
        language: 'system',
      });
      expect(await client.settings.get()).toMatchObject({ theme: 'dark' });
      await client.presets.save({ name: 'mine', text: 'a picture of', kind: 'text', about: 'try', writes: 'altText' });
      const presets = await client.presets.list();
      expect(presets.find(({ own }) => own)).toMatchObject({ name: 'mine', text: 'a picture of', writes: 'altText' });
      expect(presets.filter(({ needsQuestion }) => needsQuestion).map(({ name }) => name)).toEqual(['short-answer']);
      expect(await client.settings.about()).toMatchObject({ version: '1.2.3', host: 'server', connections: [] });
    });

    it('passes on the code and the sentence of an expected error, and hides an unexpected one', async () => {
      await expect(client.photos.details({ id: 999 })).rejects.toMatchObject({ code: 'NO_SUCH_PHOTO' });
      const failing = { about: test.app.about, catalog: undefined } as unknown as App;
      await using other = await connect(failing);
      await expect(other.client.runs.list({})).rejects.toMatchObject({
        code: 'INTERNAL_SERVER_ERROR',
        message: expect.not.stringContaining('undefined'),
      });
    });

    it.each([
      ['a number where text belongs', { ...everything, query: 5 }],
      ['an order that there is not', { ...everything, order: 'random' }],
      ['nothing', undefined],
    ])('refuses %s', async (_what, input) => {
      await expect(client.photos.list(input as never)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    });

    it('ends the subscription in the library when the client leaves the stream', async () => {
      const stop = new AbortController();
      const events = await client.library.watch(undefined, { signal: stop.signal });
      const reading = readUntil(events, () => false);
      stop.abort();
      await expect(reading).rejects.toThrow();
    });

    it('goes on after a file appeared that is no photo', async () => {
      await writeFile(join(test.photoFolder, 'notes.txt'), 'text');
      await client.library.scan({});
      expect(idsOf(await client.photos.list(everything))).toHaveLength(3);
    });
  });

  describe('of a conversation', () => {
    beforeAll(open);
    afterEach(() => {
      test.host.step = undefined;
    });
    afterAll(close);

    it('answers token by token, remembers the conversation, and knows what the model was given', async () => {
      const photoId = test.photoId('wide.jpg');
      test.host.step = async (onText) => {
        onText('a ');
        onText('boat');
        return 'a boat';
      };
      const events = await readUntil(await client.chat.ask({ photoId, question: 'what is it?' }), () => false);
      expect(events[0]).toMatchObject({ type: 'asked', message: { author: 'human', text: 'what is it?' } });
      const text = events.flatMap((event) => (event.type === 'text' ? [event.delta] : [])).join('');
      expect(text).toBe('a boat');
      expect(events.at(-1)).toMatchObject({
        type: 'answered',
        message: {
          author: 'model',
          text: 'a boat',
          stopped: false,
          details: {
            modelId: 'writer',
            device: 'cpu',
            ms: { visionMs: 2 },
            modelVersion: {
              id: 'writer',
              sha256: expect.any(String),
              source: 'test',
              revision: null,
              precision: 'fp32',
              compiler: '3',
            },
          },
        },
      });
      await readUntil(await client.chat.ask({ photoId, question: 'and its colour?' }), () => false);
      expect(test.host.asked.at(-1)?.history).toEqual([{ question: 'what is it?', answer: 'a boat' }]);
      expect(await client.chat.messages({ photoId })).toHaveLength(4);
      const [first] = await client.chat.messages({ photoId });
      await readUntil(
        await client.chat.ask({ photoId, question: 'what is that?', replacesMessageId: first?.id ?? 0 }),
        () => false,
      );
      expect((await client.chat.messages({ photoId })).map(({ text: said }) => said)).toEqual([
        'what is that?',
        'a boat',
      ]);
      const branch = await client.chat.showBranch({ photoId, messageId: first?.id ?? 0 });
      expect(branch.map(({ text: said }) => said)).toEqual(['what is it?', 'a boat', 'and its colour?', 'a boat']);
      expect(await client.chat.messages({ photoId })).toEqual(branch);
      await client.chat.clear({ photoId });
      expect(await client.chat.messages({ photoId })).toEqual([]);
      expect(await client.chat.firstMessages({ photoId })).toMatchObject([
        { text: 'what is it?' },
        { text: 'what is that?' },
      ]);
      const other = { photoId: test.photoId('upright.jpg'), messageId: first?.id ?? 0 };
      await expect(client.chat.showBranch(other)).rejects.toThrow('not in the conversation');
    });

    it('asks a question that got no answer again without a second version of it', async () => {
      const photoId = test.photoId('upright.jpg');
      test.host.step = () => Promise.reject(new Error('no'));
      await readUntil(await client.chat.ask({ photoId, question: 'what is it?' }), () => false).catch(() => undefined);
      const [unanswered] = await client.chat.messages({ photoId });
      test.host.step = async () => 'a boat';
      const again = { photoId, question: 'what is it?', replacesMessageId: unanswered?.id ?? 0 };
      await readUntil(await client.chat.ask(again), () => false);
      expect(await client.chat.messages({ photoId })).toMatchObject([
        { id: unanswered?.id, versionIds: [unanswered?.id] },
        { text: 'a boat' },
      ]);
      await readUntil(await client.chat.ask(again), () => false);
      expect((await client.chat.messages({ photoId }))[0]?.versionIds).toHaveLength(2);
    });

    it('stops an answer when the stream is left, and keeps what was said so far', async () => {
      const photoId = test.photoId('wide.jpg');
      const stopped = Promise.withResolvers<void>();
      test.host.step = (onText, signal) => {
        onText('a very');
        return new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => {
            stopped.resolve();
            reject(signal.reason);
          });
        });
      };
      const stream = await client.chat.ask({ photoId, question: 'what is it?' });
      await readUntil<ChatEvent>(stream, ({ type }) => type === 'text');
      await stopped.promise;
      await eventually(async () =>
        expect(await client.chat.messages({ photoId })).toMatchObject([
          { text: 'what is it?' },
          { text: 'a very', stopped: true },
        ]),
      );
    });
  });

  describe('of which each has a library of its own', () => {
    beforeEach(open);
    afterEach(close);

    it('keeps a person’s caption before a model’s, with where each comes from, and takes an edit back', async () => {
      const photoId = test.photoId('wide.jpg');
      const { runId: captionRun } = await client.runs.caption({ selection: { photoIds: [photoId] } });
      await settled(client, captionRun);
      const { runId } = await client.photos.writeCaption({ photoId, text: 'our boat' });
      const details = await client.photos.details({ id: photoId });
      expect(details.caption?.text).toBe('our boat');
      expect(details.captions).toMatchObject([
        { text: 'our boat', source: 'human', shown: true, modelId: null },
        { text: 'a photo of: wide.jpg', source: 'model', shown: false, modelId: 'writer', prompt: 'a photo of' },
      ]);
      expect(await client.runs.revert({ runId })).toMatchObject({ reverted: 1, leftAlone: 0 });
      expect((await client.photos.details({ id: photoId })).caption?.text).toBe('a photo of: wide.jpg');
    });

    it('approves a model’s caption that is taken word for word, and takes that back alone', async () => {
      const photoId = test.photoId('wide.jpg');
      await settled(client, (await client.runs.caption({ selection: { photoIds: [photoId] } })).runId);
      const shown = async () => (await client.photos.details({ id: photoId })).caption;
      const written = await shown();
      const { captionId, runId } = await client.photos.writeCaption({
        photoId,
        text: written?.text ?? '',
        basedOnId: written?.id ?? 0,
      });
      expect(captionId).toBe(written?.id);
      expect(await shown()).toEqual({ ...written, approvedAtMs: expect.any(Number) });
      await client.runs.revert({ runId });
      expect(await shown()).toEqual(written);
    });

    it('lists what was done once, marked where it is undone, and names what undo and redo would do', async () => {
      const history = async () => {
        const { undo, redo } = await client.runs.history();
        const said = (step: typeof undo) =>
          step === null ? null : [runTitle(step.run.description, texts.en), step.photos];
        return { undo: said(undo), redo: said(redo) };
      };
      const listed = async () =>
        (await client.runs.list({ withEdits: true })).map(({ description, revertedByRunId }) => [
          runTitle(description, texts.en),
          revertedByRunId !== null,
        ]);
      expect(await history()).toEqual({ undo: null, redo: null });
      const add = (tag: string) =>
        client.tags.edit({ selection: { query: 'folder:Coast' }, operation: { type: 'add', paths: [tag] } });
      const first = await add('sea');
      await client.photos.writeCaption({ photoId: test.photoId('wide.jpg'), text: 'our boat' });
      expect(await history()).toEqual({ undo: ['Edit caption', 1], redo: null });
      await client.runs.revert({ runId: (await client.runs.history()).undo?.run.id ?? 0 });
      expect(await history()).toEqual({ undo: ['Add tag sea', 2], redo: ['Edit caption', 1] });
      const { runId: undo } = await client.runs.revert({ runId: first.runId ?? 0 });
      expect(await history()).toEqual({ undo: null, redo: ['Add tag sea', 2] });
      await client.runs.revert({ runId: undo });
      expect(await history()).toEqual({ undo: ['Add tag sea', 2], redo: ['Edit caption', 1] });
      expect(await listed()).toEqual([
        ['Edit caption', true],
        ['Add tag sea', false],
      ]);
      await add('boat');
      expect(await history()).toEqual({ undo: ['Add tag boat', 2], redo: null });
    });

    it('scores what takes the place of a doubtful caption, so that it does not leave the review unseen', async () => {
      const photoId = test.photoId('wide.jpg');
      const selection = { photoIds: [photoId] };
      await settled(client, (await client.runs.caption({ selection })).runId);
      await settled(client, (await client.runs.score({ selection })).runId);
      const shown = async () => (await client.photos.details({ id: photoId })).caption;
      const doubted = await shown();
      expect(doubted).toMatchObject({ itm: 0.25, doubtful: true });
      await settled(client, (await client.runs.caption({ selection, again: true })).runId);
      expect(await shown()).toMatchObject({ itm: 0.25, doubtful: true });
      expect((await shown())?.id).toBeGreaterThan(doubted?.id ?? 0);
      const { ids } = await client.photos.list({ ...everything, query: 'doubtful:yes' });
      expect(idsOf({ ids })).toEqual([photoId]);
    });

    it('has a model write alt text beside a person’s, which stays the one shown, and leaves the caption alone', async () => {
      const photoId = test.photoId('wide.jpg');
      const written = await client.photos.writeCaption({ photoId, kind: 'altText', text: 'Boats at dusk' });
      const selection = { photoIds: [photoId] };
      const { runId } = await client.runs.caption({ selection, writes: 'altText' });
      await settled(client, runId);
      const details = await client.photos.details({ id: photoId });
      expect(details).toMatchObject({ caption: null, captions: [], longDescriptions: [] });
      expect(details.altTexts).toMatchObject([
        { id: written.captionId, text: 'Boats at dusk', source: 'human', shown: true },
        { source: 'model', modelId: 'writer', runId, shown: false },
      ]);
      expect(await client.runs.caption({ selection, writes: 'altText' })).toEqual({ runId: null, photos: 0 });
      expect((await client.runs.caption({ selection })).photos).toBe(1);
    });

    it('passes over photos that have the caption, and photos that failed are named and tried again', async () => {
      const selection = { query: '' };
      const first = await client.runs.caption({ selection });
      expect(first.photos).toBe(3);
      await settled(client, first.runId);
      expect(await client.runs.caption({ selection: { query: 'folder:Coast' } })).toEqual({ runId: null, photos: 0 });
      expect(
        (
          await client.runs.caption({
            selection: { query: 'folder:Coast', except: [test.photoId('wide.jpg')] },
            again: true,
          })
        ).photos,
      ).toBe(1);
    });

    it('asks many photos many questions, shows a table, and makes tags of answers as previewed', async () => {
      const selection = { query: 'folder:Coast' };
      const { runId, photos } = await client.runs.ask({ selection, questions: ['what is it?', 'is it indoors?'] });
      expect(photos).toBe(4);
      await settled(client, runId);
      const table = await client.answers.table({ runId: runId ?? 0 });
      expect(table.questions.map(({ text }) => text)).toEqual(['what is it?', 'is it indoors?']);
      const rows = await client.answers.rows({
        runId: runId ?? 0,
        questionIds: table.questions.map(({ id }) => id),
        photoIds: [test.photoId('upright.jpg'), test.photoId('wide.jpg')],
      });
      expect(rows.map(({ answers }) => answers[1]?.text)).toEqual([
        'is it indoors?: upright.jpg',
        'is it indoors?: wide.jpg',
      ]);
      const rules = [{ questionId: table.questions[1]?.id ?? 0, answer: 'IS IT INDOORS?: wide.jpg', tag: 'inside' }];
      const preview = await client.answers.previewTagging({ runId: runId ?? 0, rules });
      expect(preview).toMatchObject({ photos: 1, added: [{ path: 'inside', photos: 1 }], removed: [] });
      const tagged = await client.answers.tag({ runId: runId ?? 0, rules });
      expect(await client.tags.list()).toMatchObject([{ path: 'inside', photos: 1 }]);
      // The model said it, and the person confirmed it.
      const { photoTags } = await client.photos.details({ id: test.photoId('wide.jpg') });
      expect(photoTags).toMatchObject([{ path: 'inside', source: 'model', modelId: 'writer' }]);
      expect(photoTags[0]?.approvedAtMs).toEqual(expect.any(Number));
      expect(await client.answers.previewTagging({ runId: runId ?? 0, rules })).toMatchObject({ photos: 0 });
      await client.runs.revert({ runId: tagged.runId ?? 0 });
      expect(await client.tags.list()).toMatchObject([{ path: 'inside', photos: 0 }]);
      // What a person corrected is not tagged by what the model had said.
      const photoId = test.photoId('wide.jpg');
      await client.photos.writeAnswer({ photoId, question: 'is it indoors?', text: 'no' });
      expect(await client.answers.previewTagging({ runId: runId ?? 0, rules })).toMatchObject({ photos: 0 });
    });

    it('copies answers to a spreadsheet, and pastes from one as one run after saying what would change', async () => {
      const asked = await client.runs.ask({ selection: { query: 'folder:Coast' }, questions: ['what is it?'] });
      await settled(client, asked.runId);
      const runId = asked.runId ?? 0;
      const { questions } = await client.answers.table({ runId });
      const questionIds = questions.map(({ id }) => id);
      const photoIds = [test.photoId('upright.jpg'), test.photoId('wide.jpg')];
      const copied = await client.answers.copy({ runId, questionIds, photoIds, withPhotos: true });
      expect(copied.text.split('\r\n')).toEqual([
        'file_name\twhat is it?',
        'upright.jpg\twhat is it?: upright.jpg',
        'wide.jpg\twhat is it?: wide.jpg',
      ]);
      const paste = { runId, text: 'a boat\na sea\nlost', photoIds, questionIds, selectedRows: 1, selectedColumns: 1 };
      expect(await client.answers.previewPaste(paste)).toEqual({
        answers: 2,
        photos: 2,
        replaced: 0,
        unchanged: 0,
        outside: 1,
      });
      const pasted = await client.answers.paste(paste);
      const cells = async () =>
        (await client.answers.rows({ runId, questionIds, photoIds })).map(({ answers }) => answers[0]);
      expect(await cells()).toMatchObject([
        { text: 'a boat', source: 'human', model: 'what is it?: upright.jpg' },
        { text: 'a sea', source: 'human', model: 'what is it?: wide.jpg' },
      ]);
      expect(await client.answers.paste(paste)).toEqual({ runId: null });
      const edits = [{ photoId: photoIds[0] ?? 0, questionId: questionIds[0] ?? 0, text: '' }];
      await client.answers.edit({ runId, edits });
      expect(await cells()).toMatchObject([{ source: 'model' }, { text: 'a sea' }]);
      await client.runs.revert({ runId: pasted.runId ?? 0 });
      expect(await cells()).toMatchObject([{ source: 'model' }, { source: 'model' }]);
      await expect(client.answers.paste({ ...paste, text: copied.text })).rejects.toMatchObject({
        code: 'SHEET_HAS_PHOTOS',
      });
    });

    it('says which tags of the vocabulary texts mean, and takes those of an answer for the model’s words', async () => {
      await client.tags.setVocabulary({ text: 'animals/Dog {puppy}\nWater/Sea' });
      const said = ['Puppies', 'SEA', 'water/sea', 'kite'];
      expect(await client.tags.meant({ said })).toEqual(['animals/Dog', 'Water/Sea', 'Water/Sea', null]);
      await client.tags.respell({ path: 'Water/SEA' });
      expect(await client.tags.meant({ said: ['sea'] })).toEqual(['Water/SEA']);
      const photoId = test.photoId('wide.jpg');
      test.host.step = async () => 'Two puppies on a beach.';
      await readUntil(await client.chat.ask({ photoId, question: 'what is it?' }), () => false);
      const [, answer] = await client.chat.messages({ photoId });
      await client.chat.tagByAnswer({ photoId, messageId: answer?.id ?? 0, tags: ['animals/Dog', 'Water/SEA'] });
      const { photoTags } = await client.photos.details({ id: photoId });
      expect(photoTags.map(({ path, source }) => [path, source])).toEqual([
        ['animals/Dog', 'model'],
        ['Water/SEA', 'human'],
      ]);
    });

    it('edits tags exactly as previewed', async () => {
      const selection = { query: 'folder:Coast' };
      await client.tags.edit({ selection, operation: { type: 'add', paths: ['sea', 'boat'] } });
      const operation: TagOperation = { type: 'merge', from: ['sea'], into: 'water/sea' };
      const preview = await client.tags.preview({ selection: { query: '' }, operation });
      expect(preview).toMatchObject({
        photos: 2,
        removed: [{ path: 'sea', photos: 2 }],
        added: [{ path: 'water/sea', photos: 2 }],
      });
      expect(preview.examples[0]).toMatchObject({ before: ['boat', 'sea'], after: ['boat', 'water/sea'] });
      await client.tags.edit({ selection: { query: '' }, operation });
      const details = await client.photos.details({ id: test.photoId('wide.jpg') });
      expect(details.photoTags.map(({ path, source }) => [path, source])).toEqual([
        ['boat', 'human'],
        ['water/sea', 'human'],
      ]);
    });

    it('makes of an answer a caption and tags that are the model’s, approved; what a person adds is theirs', async () => {
      const photoId = test.photoId('wide.jpg');
      test.host.step = async () => 'A boat, and the blue sea.';
      await readUntil(await client.chat.ask({ photoId, question: 'what is it?' }), () => false);
      const [question, answer] = await client.chat.messages({ photoId });
      const messageId = answer?.id ?? 0;
      const { runId } = await client.chat.useAsCaption({ photoId, messageId });
      const shown = async () => (await client.photos.details({ id: photoId })).caption;
      expect(await shown()).toMatchObject({ text: 'A boat, and the blue sea.', source: 'model', modelId: 'writer' });
      expect((await shown())?.approvedAtMs).toEqual(expect.any(Number));
      await client.runs.revert({ runId });
      expect(await shown()).not.toMatchObject({ text: 'A boat, and the blue sea.' });
      await client.chat.tagByAnswer({ photoId, messageId, tags: ['Blue sea', 'boats', 'boat'] });
      const { photoTags } = await client.photos.details({ id: photoId });
      expect(photoTags.map(({ path, source, approvedAtMs }) => [path, source, approvedAtMs !== null])).toEqual([
        ['Blue sea', 'model', true],
        ['boat', 'model', true],
        ['boats', 'human', false],
      ]);
      expect(await client.chat.tagByAnswer({ photoId, messageId, tags: ['boat'] })).toEqual({ runId: null });
      const asked = { photoId, messageId: question?.id ?? 0 };
      await expect(client.chat.useAsCaption(asked)).rejects.toThrow('Only an answer of a model');
      const other = { photoId: test.photoId('upright.jpg'), messageId };
      await expect(client.chat.useAsCaption(other)).rejects.toThrow('not in the conversation');
    });

    it('says of an answer that became a caption what there was to say of the answer: that it was cut off', async () => {
      const photoId = test.photoId('wide.jpg');
      const { conversations } = test.app.catalog;
      await readUntil(await client.chat.ask({ photoId, question: 'what is it?' }), () => false);
      const runId = conversations.messages(photoId).find(({ author }) => author === 'model')?.runId;
      const prompt = { code: 'PROMPT_CUT', message: 'cut' };
      const details = { finish: 'length', warnings: ['a sentence without a code', prompt] };
      const messageId = conversations.say(photoId, { author: 'model', text: 'A boat and', runId, details });
      await client.chat.useAsCaption({ photoId, messageId });
      expect((await client.photos.details({ id: photoId })).captions[0]).toMatchObject({
        text: 'A boat and',
        source: 'model',
        warnings: [prompt, { code: 'ANSWER_CUT' }],
      });
    });

    it('lets a model score captions, so that doubtful ones are found', async () => {
      await client.photos.writeCaption({ photoId: test.photoId('wide.jpg'), text: 'a cow' });
      const { runId } = await client.runs.score({ selection: { query: 'captioned:yes' } });
      await settled(client, runId);
      expect(idsOf(await client.photos.list({ ...everything, query: 'doubtful:yes' }))).toEqual([
        test.photoId('wide.jpg'),
      ]);
    });

    it('tells of what happens in a folder while it is open, and captions by the folder’s rule', async () => {
      const events = await client.library.watch();
      const { folders } = await client.library.overview();
      await client.library.addRule({ does: 'caption', folderId: folders[0]?.id ?? 0, preset: 'caption' });
      expect(await client.library.rules()).toMatchObject([{ preset: 'caption', modelId: 'writer', enabled: true }]);
      await sharp({ create: { width: 50, height: 50, channels: 3, background: 'red' } })
        .png()
        .toFile(join(test.photoFolder, 'new.png'));
      await client.library.scan({});
      await eventually(() => expect(test.app.catalog.captions.of(test.photoId('new.png'))).toHaveLength(1), 20_000);
      const seen = await readUntil<LibraryEvent>(events, ({ type }) => type === 'photos');
      expect(seen.map(({ type }) => type)).toContain('queue');
      await rename(join(test.photoFolder, 'Coast'), join(test.photoFolder, 'Shore'));
      const wide = test.photoId('wide.jpg');
      await client.library.scan({});
      await eventually(async () => {
        const [card] = await client.photos.cards({ ids: [wide] });
        expect(card).toMatchObject({ folder: 'photos/Shore', caption: { text: 'a photo of: wide.jpg' } });
      }, 20_000);
    });

    it('writes alt text of new photos by a folder’s rule, beside the rule for captions', async () => {
      const { folders } = await client.library.overview();
      const rule = { does: 'caption' as const, folderId: folders[0]?.id ?? 0 };
      await client.library.addRule({ ...rule, preset: 'caption' });
      const added = await client.library.addRule({ ...rule, preset: 'alt-text', writes: 'altText' });
      expect(added).toMatchObject({ preset: 'alt-text', writes: 'altText', enabled: true });
      expect((await client.library.rules()).map(({ writes }) => writes)).toEqual(['caption', 'altText']);
      const picture = sharp({ create: { width: 50, height: 50, channels: 3, background: 'red' } });
      await picture.png().toFile(join(test.photoFolder, 'new.png'));
      await client.library.scan({});
      const textsOf = (kind: TextKind) => test.app.catalog.captions.of(test.photoId('new.png'), kind);
      await eventually(() => {
        expect(textsOf('altText')).toMatchObject([{ source: 'model', kind: 'altText' }]);
        expect(textsOf('caption')).toMatchObject([{ source: 'model', kind: 'caption' }]);
      }, 20_000);
      const { identity, description } = test.app.catalog.runs.get(textsOf('altText')[0]?.runId ?? 0);
      expect(identity).toMatchObject({ textKind: 'altText', settings: { maxNewTokens: 96 } });
      expect(description).toEqual({ kind: 'caption', preset: 'alt-text', textKind: 'altText' });
    });

    it('tags new photos by a folder’s rule, out of a branch of the vocabulary that must have tags', async () => {
      const { folders } = await client.library.overview();
      const rule = { does: 'tag' as const, folderId: folders[0]?.id ?? 0, max: 2, below: ' places ' };
      await client.tags.setVocabulary({ text: 'sea' });
      await expect(client.library.addRule(rule)).rejects.toMatchObject({
        code: 'VOCABULARY_EMPTY',
        message: 'The vocabulary has no tags below "places" to choose from.',
      });
      expect(await client.library.rules()).toEqual([]);
      await client.tags.setVocabulary({ text: 'sea\nplaces/Nice' });
      const tagging = { max: 2, below: 'places', available: 1 };
      expect(await client.library.addRule(rule)).toMatchObject({ modelId: 'writer', tagging, enabled: true });
      const runs = async () => (await client.runs.list({})).map(({ description }) => description);
      await eventually(async () => expect(await runs()).toEqual([{ kind: 'tag', vocabulary: 1 }]));
      // A page of runs with all their tags would be hundreds of megabytes.
      const [run] = await client.runs.list({});
      expect(run?.settings).toMatchObject({ tags: { vocabulary: 1, synonyms: 2, max: 2 } });
      await client.tags.setVocabulary({ text: 'sea' });
      expect(await client.library.rules()).toMatchObject([{ tagging: { available: 0 } }]);
    });

    it('tells how a run ended, and that an edit of many photos is under way and over', async () => {
      const events = await client.library.watch();
      const selection = { query: '' };
      const { runId } = await client.runs.caption({ selection });
      const [ended] = (await readUntil<LibraryEvent>(events, ({ type }) => type === 'ended')).slice(-1);
      expect(ended).toEqual({ type: 'ended', run: { runId, kind: 'caption', done: 2, failed: 1 } });
      const edits = await client.library.watch();
      await client.tags.edit({ selection, operation: { type: 'add', paths: ['sea'] } });
      const [over] = (await readUntil<LibraryEvent>(edits, ({ type }) => type === 'edit')).slice(-1);
      expect(over).toEqual({ type: 'edit', edit: null });
    });

    it('sums up a selection, all of it', async () => {
      const photoId = test.photoId('wide.jpg');
      await client.photos.writeCaption({ photoId, text: 'the sea' });
      await client.tags.edit({ selection: { photoIds: [photoId] }, operation: { type: 'add', paths: ['sea'] } });
      expect(await client.photos.summary({ selection: { query: '' } })).toEqual({
        photos: 3,
        captioned: 1,
        human: 1,
        doubtful: 0,
        stale: 0,
        failed: 1,
        tags: [{ path: 'sea', photos: 1 }],
      });
    });

    it('adds and removes folders, and keeps what was written about a removed one', async () => {
      const photoId = test.photoId('wide.jpg');
      await client.photos.writeCaption({ photoId, text: 'kept' });
      const [root] = (await client.library.overview()).roots;
      await client.library.removeFolder({ rootId: root?.id ?? 0 });
      expect(idsOf(await client.photos.list(everything))).toEqual([]);
      // Nobody misses what they took out.
      expect((await client.library.overview()).counts).toMatchObject({ photos: 0, missing: 0, failed: 0 });
      expect(idsOf(await client.photos.list({ ...everything, query: 'missing:yes' }))).toEqual([]);
      await client.library.addFolder({ path: test.photoFolder });
      await eventually(async () => expect(idsOf(await client.photos.list(everything))).toHaveLength(3), 20_000);
      expect((await client.photos.details({ id: photoId })).caption?.text).toBe('kept');
      const missing = client.library.addFolder({ path: join(test.folder, 'nowhere') });
      await expect(missing).rejects.toMatchObject({ code: 'PATH_NOT_FOUND' });
      await expect(client.library.addFolder({ path: join(test.photoFolder, 'Coast') })).rejects.toMatchObject({
        code: 'FOLDER_IN_LIBRARY',
      });
    });

    it('names what failed and tries it again', async () => {
      test.host.step = async () => {
        throw new ImageError('IMAGE_CORRUPT', 'This file is damaged.');
      };
      const { runId } = await client.runs.caption({ selection: { photoIds: [test.photoId('wide.jpg')] } });
      await settled(client, runId);
      const [failure] = await client.library.failures({});
      expect(failure).toMatchObject({ code: 'IMAGE_CORRUPT', fileName: 'wide.jpg', quarantined: false });
      test.host.step = undefined;
      await client.library.retry({ jobId: failure?.jobId ?? 0 });
      await settled(client, runId);
      expect(await client.library.failures({})).toEqual([]);
      expect(await client.runs.get({ runId: runId ?? 0 })).toMatchObject({
        done: 1,
        failed: 0,
        modelId: 'writer',
        device: 'cpu',
      });
    });
  });
});
