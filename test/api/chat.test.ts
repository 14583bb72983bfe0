/** @file The chat through the API, over every transport: answers as they come, their versions, and what is made of them. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ChatEvent } from '../../preload/contract/chat.ts';
import { eventually } from '../support/eventually.ts';
import { type OpenedApi, openApi, readUntil } from './openApi.ts';
import type { TestApp } from './testApp.ts';
import { type Client, transports } from './transports.ts';

describe.each(transports)('the chat over $name', ({ connect }) => {
  describe('of one library', () => {
    let api: OpenedApi;
    let test: TestApp;
    let client: Client;
    beforeAll(async () => {
      api = await openApi(connect);
      ({ test, client } = api);
    });
    afterAll(() => api[Symbol.asyncDispose]());
    afterEach(() => {
      test.host.step = undefined;
    });

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

  describe('whose answers are used, of which each has a library of its own', () => {
    let api: OpenedApi;
    let test: TestApp;
    let client: Client;
    beforeEach(async () => {
      api = await openApi(connect);
      ({ test, client } = api);
    });
    afterEach(() => api[Symbol.asyncDispose]());

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

    it('makes of an answer a caption and tags that are the model’s, approved; what a person adds is theirs', async () => {
      const photoId = test.photoId('wide.jpg');
      test.host.step = async () => 'A boat, and the blue sea.';
      await readUntil(await client.chat.ask({ photoId, question: 'what is it?' }), () => false);
      const [question, answer] = await client.chat.messages({ photoId });
      const messageId = answer?.id ?? 0;
      const { runId } = await client.chat.quoteAnswer({ photoId, messageId });
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
      await expect(client.chat.quoteAnswer(asked)).rejects.toThrow('Only an answer of a model');
      const other = { photoId: test.photoId('upright.jpg'), messageId };
      await expect(client.chat.quoteAnswer(other)).rejects.toThrow('not in the conversation');
    });

    it('says of an answer that became a caption what there was to say of the answer: that it was cut off', async () => {
      const photoId = test.photoId('wide.jpg');
      const { conversations } = test.app.catalog;
      await readUntil(await client.chat.ask({ photoId, question: 'what is it?' }), () => false);
      const runId = conversations.messages(photoId).find(({ author }) => author === 'model')?.runId;
      const prompt = { code: 'PROMPT_CUT', message: 'cut' };
      const details = { finish: 'length', warnings: ['a sentence without a code', prompt] };
      const messageId = conversations.say(photoId, { author: 'model', text: 'A boat and', runId, details });
      await client.chat.quoteAnswer({ photoId, messageId });
      expect((await client.photos.details({ id: photoId })).captions[0]).toMatchObject({
        text: 'A boat and',
        source: 'model',
        warnings: [prompt, { code: 'ANSWER_CUT' }],
      });
    });
  });
});
