/** @file What a model is told of a conversation before it answers the next question. */
import { createRouterClient } from '@orpc/server';
import { expect, it } from 'vitest';
import { router } from '../../main/api/router.ts';
import { openTestApp, type TestApp } from './testApp.ts';

/** Asks, waits for the answer (`<question>!`, or none) and tells what the model was told. */
function asker(test: TestApp) {
  const client = createRouterClient(router, { context: { app: test.app } });
  const photoId = test.photoId('wide.jpg');
  const ask = async (question: string, replacesMessageId?: number) => {
    const asked = test.host.asked.length;
    const events = await client.chat.ask({ photoId, question, replacesMessageId });
    for await (const _ of events);
    return test.host.asked[asked]?.history;
  };
  const idOf = async (text: string) =>
    (await client.chat.messages({ photoId })).find((message) => message.text === text)?.id ?? 0;
  return { ask, idOf };
}

const turn = (question: string) => ({ question, answer: `${question}!` });

it('the history of a conversation is every question that was answered before this one, in order, and none of what a later version left behind', async () => {
  await using test = await openTestApp();
  const { ask, idOf } = asker(test);
  const { host } = test;
  host.step = async () => `${host.asked.at(-1)?.prompt}!`;
  expect(await ask('one')).toEqual([]);
  expect(await ask('two')).toEqual([turn('one')]);
  host.step = () => Promise.reject(new Error('no'));
  await ask('unanswered').catch(() => undefined);
  host.step = async () => `${host.asked.at(-1)?.prompt}!`;
  expect(await ask('three')).toEqual([turn('one'), turn('two')]);
  expect(await ask('four')).toEqual([turn('one'), turn('two'), turn('three')]);
  // In the place of an earlier one: told of what stands before that place only.
  expect(await ask('two anew', await idOf('two'))).toEqual([turn('one')]);
  expect(await ask('five')).toEqual([turn('one'), turn('two anew')]);
  // The same question again is not told of the answer that it had.
  expect(await ask('five', await idOf('five'))).toEqual([turn('one'), turn('two anew')]);
});

it('the history of a conversation is nothing with the bundled models, which would say the last answer again', async () => {
  await using test = await openTestApp({ bundled: true });
  const { ask } = asker(test);
  expect(await ask('one')).toEqual([]);
  expect(await ask('two')).toEqual([]);
});

it('a question goes to the model with the settings that were asked for, and ends where an answer repeats itself', async () => {
  await using test = await openTestApp();
  const client = createRouterClient(router, { context: { app: test.app } });
  const settings = { maxNewTokens: 7, sample: true, seed: 3 };
  const stream = await client.chat.ask({ photoId: test.photoId('wide.jpg'), question: 'one', settings });
  for await (const _ of stream);
  expect(test.host.asked.at(-1)).toMatchObject({ prompt: 'one', settings: { ...settings, stopOnLoop: true } });
});

it('a question says in which run it was asked of many photos, and is offered to be asked of others', async () => {
  await using test = await openTestApp();
  const client = createRouterClient(router, { context: { app: test.app } });
  const photoId = test.photoId('wide.jpg');
  test.host.step = async () => 'yes';
  for (const question of ['is it day?', 'where?', 'Is it day'])
    for await (const _ of await client.chat.ask({ photoId, question }));
  expect(await client.chat.recentQuestions()).toEqual(['Is it day', 'where?']);
  const bulkRuns = async () =>
    (await client.chat.messages({ photoId })).filter(({ author }) => author === 'human').map(({ bulkRun }) => bulkRun);
  expect(await bulkRuns()).toEqual([null, null, null]);
  const selection = { query: '' };
  const { runId, photos } = await client.runs.ask({ selection, questions: ['is it day?'] });
  expect(await bulkRuns()).toEqual([{ runId, photos }, null, { runId, photos }]);
  // However many runs there were since.
  const kind = 'ask';
  for (const question of Array.from({ length: 300 }, (_, index) => `number ${index}?`))
    test.app.catalog.runs.within({ kind, description: { kind, question, more: 0 } }, () => {});
  expect(await bulkRuns()).toEqual([{ runId, photos }, null, { runId, photos }]);
  // An answer that was tried on one photo and kept was not asked of many.
  const { id: trialId } = await client.trials.write({ photoId, question: 'where?' });
  await client.trials.keep({ trialId });
  expect(await bulkRuns()).toEqual([{ runId, photos }, null, { runId, photos }]);
  // Of a run that asked more than this, it is not said of how many.
  const several = await client.runs.ask({ selection, questions: ['where?', 'why?'] });
  expect((await bulkRuns())[1]).toEqual({ runId: several.runId, photos: null });
  for (const id of [runId, several.runId]) {
    await client.runs.cancel({ runId: id ?? 0 });
    await client.runs.revert({ runId: id ?? 0 });
  }
  expect(await bulkRuns()).toEqual([null, null, null]);
});
