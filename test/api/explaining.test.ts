/** @file Which model explains a text, and what it is asked. */
import { createRouterClient } from '@orpc/server';
import { expect, it } from 'vitest';
import { router } from '../../main/api/router.ts';
import { chooseModel } from '../../main/library/models/chooseModel.ts';
import { modelIdentity } from '../../main/library/openInstalledModel.ts';
import { generationSettingsSchema } from '../../native-models/generation/generationSettings.ts';
import { openTestApp } from './testApp.ts';

async function captioned(change: { sha256?: string } = {}) {
  const test = await openTestApp();
  const client = createRouterClient(router, { context: { app: test.app } });
  const photoId = test.photoId('wide.jpg');
  const model = { ...modelIdentity(chooseModel(await test.app.models.list(), undefined)), ...change };
  const identity = {
    model,
    prompt: 'what is it?',
    kind: 'question' as const,
    settings: generationSettingsSchema.parse({}),
  };
  const { runs, captions } = test.app.catalog;
  const captionId = runs.within(
    { kind: 'caption', description: { kind: 'caption', preset: 'caption' }, identity },
    (runId) =>
      captions.add(photoId, runId, { text: 'two boats', source: 'model', prompt: 'Question: what is it? Answer:' }),
  );
  return { test, client, photoId, captionId, modelId: model.id };
}

it('a caption is explained by the model that wrote it, asked as it was asked then', async () => {
  const { test, client, photoId, captionId, modelId } = await captioned();
  await using _ = test;
  const explanation = await client.explaining.words({ photoId, text: 'two boats', captionId });
  expect(explanation).toMatchObject({ text: 'two boats', grid: 2, modelId, isAuthor: true });
  const [asked] = test.host.explained;
  expect(asked).toMatchObject({ text: 'two boats', prompt: 'Question: what is it? Answer:' });
  expect(asked).not.toHaveProperty('kind');
});

it('a text of a person’s own, and that of a model which is gone, are explained by the model that writes captions', async () => {
  const { test, client, photoId, captionId, modelId } = await captioned({ sha256: 'another' });
  await using _ = test;
  for (const request of [{ text: 'two boats', captionId }, { text: 'three ships' }]) {
    const explanation = await client.explaining.words({ photoId, ...request });
    expect(explanation).toMatchObject({ text: request.text, modelId, isAuthor: false });
    expect(test.host.explained.at(-1)?.prompt).not.toContain('what is it?');
  }
});

it('a caption of another photo does not say how this one was asked about', async () => {
  const { test, client, captionId } = await captioned();
  await using _ = test;
  const photoId = test.photoId('upright.jpg');
  expect((await client.explaining.words({ photoId, text: 'two boats', captionId })).isAuthor).toBe(false);
});

it('an answer in the chat is explained by the model that gave it, asked as it was asked then', async () => {
  const { test, client, photoId, modelId } = await captioned();
  await using _ = test;
  const { runs, conversations } = test.app.catalog;
  const model = modelIdentity(chooseModel(await test.app.models.list(), undefined));
  const questionId = conversations.say(photoId, { author: 'human', text: 'where are they?' });
  const identity = {
    model,
    prompt: 'where are they?',
    kind: 'question' as const,
    settings: generationSettingsSchema.parse({}),
  };
  const messageId = runs.within(
    { kind: 'chat', description: { kind: 'chat', question: 'where are they?' }, identity },
    (runId) =>
      conversations.reply(questionId, {
        author: 'model',
        text: 'at sea',
        runId,
        prompt: 'Question: where are they? Answer:',
      }),
  );
  expect(await client.explaining.words({ photoId, text: 'at sea', messageId })).toMatchObject({
    modelId,
    isAuthor: true,
  });
  expect(test.host.explained.at(-1)).toMatchObject({ text: 'at sea', prompt: 'Question: where are they? Answer:' });
  // what the person said has no author among the models
  const own = { photoId, text: 'where are they?', messageId: questionId };
  expect((await client.explaining.words(own)).isAuthor).toBe(false);
});
