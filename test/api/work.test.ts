/** @file What the page's wishes come to as work for the queue: on which terms a model is asked, and what is refused at once. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { App } from '../../main/api/app.ts';
import { askWork, captionWork, defaultPromptStyle, embedWork, scoreWork, tagWork } from '../../main/api/work.ts';
import type { ListedModel } from '../../main/library/models/installedModels.ts';
import type { PromptStyle } from '../../native-models/prompting/promptRequest.ts';
import { type TestCatalog, testCatalog } from '../support/testCatalog.ts';
import { modelFacts } from './modelFacts.ts';

const writer = (id: string, promptStyle: PromptStyle = 'blip2'): ListedModel => {
  const about = { ...modelFacts, kind: 'generator' as const, architecture: 'test', promptStyle };
  return { id, folder: `/models/${id}`, bundled: false, facts: about };
};
const scorer = (id: string): ListedModel => {
  const about = { ...modelFacts, kind: 'matcher' as const, architecture: 'blip-itm', doubtfulBelow: 0.25 };
  return { id, folder: `/models/${id}`, bundled: false, facts: about };
};

let test: TestCatalog;
let photoId: number;
beforeEach(async () => {
  test = await testCatalog();
  photoId = test.addPhoto('a.jpg');
});
afterEach(() => test[Symbol.asyncDispose]());

const appWith = (...models: ListedModel[]) =>
  ({ catalog: test.catalog, models: { list: async () => models } }) as unknown as App;

describe('presets', () => {
  it('are worded for the model that writes by default, and for InstructBLIP while several could', async () => {
    const app = appWith(writer('first'), writer('second'));
    expect(await defaultPromptStyle(app)).toBe('instruct');
    test.catalog.settings.set('captionModelId', 'second');
    expect(await defaultPromptStyle(app)).toBe('blip2');
    expect(await defaultPromptStyle(appWith())).toBe('instruct');
  });
});

describe('the model, where none is named,', () => {
  it('is the one that the settings name, for writing and for judging, and the one that is named goes before it', async () => {
    const app = appWith(writer('first'), writer('second'), scorer('strict'), scorer('mild'));
    const request = { photoIds: [photoId], candidates: 1 };
    await expect(captionWork(app, request)).rejects.toMatchObject({ code: 'MODEL_NOT_CHOSEN' });
    await expect(scoreWork(app, request)).rejects.toMatchObject({ code: 'MODEL_NOT_CHOSEN' });
    test.catalog.settings.set('captionModelId', 'second');
    test.catalog.settings.set('matchingModelId', 'mild');
    expect((await captionWork(app, request)).identity.model.id).toBe('second');
    expect((await captionWork(app, { ...request, modelId: 'first' })).identity.model.id).toBe('first');
    expect((await askWork(app, { ...request, questions: [{ question: 'what is it?' }] })).identity.model.id).toBe(
      'second',
    );
    expect((await scoreWork(app, request)).identity.model.id).toBe('mild');
    expect((await embedWork(app, request)).identity.model.id).toBe('mild');
    expect((await embedWork(app, { ...request, modelId: 'strict' })).identity.model.id).toBe('strict');
  });
});

describe('captions', () => {
  it('once for a stack are scored where a model can, and name the top photo of each other one', async () => {
    const [top, other] = [photoId, test.addPhoto('b.jpg')];
    test.catalog.stacks.apply({
      placed: [
        { photoId: other, stackId: top, rank: 1 },
        { photoId: top, stackId: top, rank: 0 },
      ],
      left: [],
    });
    const request = { photoIds: [other, top], candidates: 1, oncePerStack: true };
    const checked = await captionWork(appWith(writer('one'), scorer('itm')), request);
    expect(checked.identity.filter).toMatchObject({ model: { id: 'itm' }, candidates: 1, doubtfulBelow: 0.25 });
    expect(checked).toMatchObject({ photoIds: [top, other], tops: new Map([[other, top]]) });
    expect((await captionWork(appWith(writer('one')), request)).identity.filter).toBeUndefined();
    // The demo model knows nothing of what another one writes, unless the settings name it.
    const demo = { ...scorer('demo'), bundled: true };
    expect((await captionWork(appWith(writer('one'), demo), request)).identity.filter).toBeUndefined();
    test.catalog.settings.set('matchingModelId', 'demo');
    expect((await captionWork(appWith(writer('one'), demo), request)).identity.filter).toBeDefined();
  });

  it('are stopped where they repeat themselves, and a single one is neither sampled nor scored', async () => {
    const { identity } = await captionWork(appWith(writer('one'), scorer('itm')), {
      photoIds: [photoId],
      candidates: 1,
    });
    expect(identity).toMatchObject({ settings: { stopOnLoop: true, sample: false } });
    expect(identity.filter).toBeUndefined();
  });

  it('of several candidates are sampled from the likeliest 90 %, and scored by the scorer’s own measure', async () => {
    const app = appWith(writer('one'), scorer('itm'));
    const { identity } = await captionWork(app, { photoIds: [photoId], candidates: 5 });
    expect(identity).toMatchObject({
      settings: { stopOnLoop: true, sample: true, topP: 0.9 },
      filter: { model: { id: 'itm' }, candidates: 5, doubtfulBelow: 0.25 },
    });
  });

  it('are scored again only where a doubtful one is to be replaced and something can score', async () => {
    const runId = test.catalog.runs.begin({ kind: 'caption', description: { kind: 'named', name: 'Caption' } });
    const captionId = test.catalog.captions.add(photoId, runId, { text: 'a cow', source: 'model' });
    test.catalog.scores.add(photoId, runId, { captionId, text: 'a cow', itm: 0.1, doubtful: true });
    const request = { photoIds: [photoId], candidates: 1 };
    const filterOf = async (again: boolean, ...models: ListedModel[]) =>
      (await captionWork(appWith(...models), { ...request, again })).identity.filter?.model.id;
    expect(await filterOf(true, writer('one'), scorer('itm'))).toBe('itm');
    expect(await filterOf(false, writer('one'), scorer('itm'))).toBeUndefined();
    expect(await filterOf(true, writer('one'))).toBeUndefined();
  });

  it('go on from the words that were typed, before those of a preset, and refuse a variable that there is not', async () => {
    const app = appWith(writer('one'));
    const request = { photoIds: [photoId], candidates: 1, preset: 'caption' };
    expect((await captionWork(app, { ...request, prompt: 'a drawing of' })).identity.prompt).toBe('a drawing of');
    await expect(captionWork(app, { ...request, prompt: 'taken at {nowhere}' })).rejects.toMatchObject({
      message: expect.stringContaining('nowhere'),
    });
  });
});

describe('questions', () => {
  it('are stopped where an answer repeats itself, keep their choices, and are named in the run', async () => {
    const app = appWith(writer('one'));
    const choices = ['a', 'b'];
    const questions = ['what is it?', 'where?'].map((question) => ({ question, choices }));
    const work = await askWork(app, { photoIds: [photoId], questions });
    expect(work.ownSettings).toBeUndefined();
    expect(work).toMatchObject({
      kind: 'ask',
      description: { kind: 'ask', question: 'what is it?', more: 1 },
      questions: ['what is it?', 'where?'],
    });
    expect(work.identity).toMatchObject({ kind: 'question', settings: { stopOnLoop: true, choices: ['a', 'b'] } });
  });

  it('are each answered from their own list, follow-ups too; those with a field as it allows, unless they are free', async () => {
    const app = appWith(writer('one'));
    const { fields } = test.catalog;
    fields.save({ name: 'season', type: 'list', values: ['winter', 'summer'], questions: [] });
    fields.save({ name: 'words', type: 'text', values: [], questions: [] });
    const work = await askWork(app, {
      photoIds: [photoId],
      questions: [
        { question: 'is there text?', field: { name: 'text', type: 'yesNo' } },
        { question: 'which season?', field: { name: 'SEASON' } },
        { question: 'what is it?', choices: ['a', 'b'], field: { name: 'season' } },
        { question: 'when?', field: { name: 'season' }, isFree: true },
        { question: 'Is there text', choices: ['never', 'counts'] },
      ],
      followUps: [{ question: 'what does it say?', after: 0, answers: ['yes'], field: { name: 'words' } }],
      settings: { maxNewTokens: 9 },
    });
    expect(work.identity.settings).toMatchObject({ choices: ['yes', 'no'], maxNewTokens: 64 });
    expect(
      work.ownSettings?.map(({ question, settings }) => [question, settings.choices, settings.maxNewTokens]),
    ).toEqual([
      ['which season?', ['winter', 'summer'], 64],
      ['what is it?', ['a', 'b'], 64],
      ['when?', undefined, 9],
      ['what does it say?', undefined, 9],
    ]);
    expect(work.followUps).toEqual([{ question: 'what does it say?', after: 'is there text?', answers: ['yes'] }]);
  });

  it('are answered with the settings that they are asked with, but for answers that are chosen', async () => {
    const app = appWith(writer('one'));
    const request = { photoIds: [photoId], settings: { numBeams: 3, maxNewTokens: 9 } };
    const settingsOf = async (more = {}) =>
      (await askWork(app, { ...request, questions: [{ question: 'what is it?', ...more }] })).identity.settings;
    expect(await settingsOf()).toMatchObject({ numBeams: 3, maxNewTokens: 9, stopOnLoop: true });
    expect(await settingsOf({ choices: ['a', 'b'] })).toMatchObject({ numBeams: 1, maxNewTokens: 64 });
  });

  it('can be answered with one tag of the vocabulary or of a branch, by its synonyms too; an empty one is refused', async () => {
    const app = appWith(writer('one'));
    const from = (fromVocabulary: { below?: string }) => ({
      photoIds: [photoId],
      questions: [{ question: 'which animal is it?', fromVocabulary }],
    });
    const none = from({});
    await expect(askWork(app, none)).rejects.toMatchObject({ code: 'VOCABULARY_EMPTY' });
    test.catalog.vocabulary.set([{ path: 'animals/Dog', synonyms: ['hound'] }, { path: 'sea' }]);
    const { identity } = await askWork(app, from({ below: ' animals' }));
    expect(identity.settings.tags).toEqual({
      ...{ vocabulary: ['Dog'], min: 1, max: 1, required: [], excluded: [], skipUnknown: true },
      synonyms: ['hound', 'dog', 'dogs', 'hounds'].map((word) => ({ word, tag: 'Dog' })),
    });
    // The answers are kept; nothing is tagged by them alone.
    expect(identity.tagPaths).toBeUndefined();
    expect((await askWork(app, none)).identity.settings.tags?.vocabulary).toEqual(['Dog', 'sea']);
    await expect(askWork(app, from({ below: 'places' }))).rejects.toMatchObject({
      code: 'VOCABULARY_EMPTY',
      details: { below: 'places' },
    });
  });

  it('for tags can be about a branch of the vocabulary', async () => {
    const app = appWith(writer('one', 'instruct'));
    test.catalog.vocabulary.set([{ path: 'animals/Dog' }, { path: 'sea' }]);
    const request = { photoIds: [photoId], max: 3 };
    expect((await tagWork(app, request)).identity.tagPaths).toEqual(['animals/Dog', 'sea']);
    expect((await tagWork(app, { ...request, below: 'Animals' })).identity.tagPaths).toEqual(['animals/Dog']);
  });

  it('to a model that only writes captions are refused before any photo is', async () => {
    const app = appWith(writer('captioner', 'blip-caption'));
    await expect(askWork(app, { photoIds: [photoId], questions: [{ question: 'what is it?' }] })).rejects.toMatchObject(
      {
        code: 'PROMPT_NO_QUESTIONS',
      },
    );
  });
});
