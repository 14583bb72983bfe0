/** @file Runs through the API, over every transport: captions, alt text, scores, questions and their answers, failures, and the history of them. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImageError } from '../../native-models/preprocess/imageError.ts';
import type { LibraryEvent } from '../../preload/contract/library.ts';
import { runTitle } from '../../resources/messages/runTitle.ts';
import { texts } from '../../resources/messages/texts.ts';
import { everything, idsOf, type OpenedApi, openApi, readUntil, settled } from './openApi.ts';
import type { TestApp } from './testApp.ts';
import { type Client, transports } from './transports.ts';

describe.each(transports)('runs over $name', ({ connect }) => {
  let api: OpenedApi;
  let test: TestApp;
  let client: Client;
  beforeEach(async () => {
    api = await openApi(connect);
    ({ test, client } = api);
  });
  afterEach(() => api[Symbol.asyncDispose]());

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

  it('says which fields lost a question to another one, so that undoing gives it back', async () => {
    const field = (name: string, questions: string[]) => ({ name, type: 'text' as const, values: [], questions });
    const first = await client.fields.save(field('first', ['what is it?', 'who?']));
    await client.fields.save(field('second', ['where?']));
    const { id, others } = await client.fields.save(field('third', ['What is it', 'why?']));
    expect(first.others).toEqual([]);
    expect(others).toEqual([{ id: first.id, ...field('first', ['what is it?', 'who?']) }]);
    await client.fields.remove({ id });
    for (const other of others) await client.fields.save(other);
    expect((await client.fields.list()).map(({ questions }) => questions)).toEqual([
      ['what is it?', 'who?'],
      ['where?'],
    ]);
  });

  it('asks nothing where the answers cannot be kept as the field that was meant', async () => {
    const values = Array.from({ length: 1000 }, (_, number) => `${number}`);
    await client.fields.save({ name: 'full', type: 'list', values, questions: [] });
    const questions = [{ question: 'where?', choices: ['indoors', 'outdoors'], field: { name: 'full' } }];
    const asked = client.runs.ask({ selection: { query: 'folder:Coast' }, questions });
    await expect(asked).rejects.toMatchObject({ code: 'FIELD_INVALID' });
    expect(await client.runs.list({})).toEqual([]);
  });

  it('copies answers to a spreadsheet, and pastes from one as one run that says what changed', async () => {
    const questionsAsked = [{ question: 'what is it?', field: { name: 'subject' } }];
    const asked = await client.runs.ask({ selection: { query: 'folder:Coast' }, questions: questionsAsked });
    expect(await client.fields.list()).toEqual([
      { id: expect.any(Number), name: 'subject', type: 'text', values: [], questions: ['what is it?'] },
    ]);
    await settled(client, asked.runId);
    const runId = asked.runId ?? 0;
    const { questions } = await client.answers.table({ runId });
    const questionIds = questions.map(({ id }) => id);
    const photoIds = [test.photoId('upright.jpg'), test.photoId('wide.jpg')];
    const copied = await client.answers.copy({ runId, questionIds, photoIds, withPhotos: true });
    expect(copied.text.split('\r\n')).toEqual([
      'file_name\tsubject',
      'upright.jpg\twhat is it?: upright.jpg',
      'wide.jpg\twhat is it?: wide.jpg',
    ]);
    const at = { runId, photoIds, questionIds, firstRow: 0, firstColumn: 0, selectedRows: 1, selectedColumns: 1 };
    const paste = { ...at, text: 'a boat\na sea\nlost' };
    const pasted = await client.answers.paste(paste);
    expect(pasted).toMatchObject({ answers: 2, photos: 2, replaced: 0, unchanged: 0, outside: 1 });
    const cells = async () =>
      (await client.answers.rows({ runId, questionIds, photoIds })).map(({ answers }) => answers[0]);
    expect(await cells()).toMatchObject([
      { text: 'a boat', source: 'human', model: 'what is it?: upright.jpg' },
      { text: 'a sea', source: 'human', model: 'what is it?: wide.jpg' },
    ]);
    expect(await client.answers.paste(paste)).toMatchObject({ runId: null, answers: 0, unchanged: 2, outside: 1 });
    const edits = [{ photoId: photoIds[0] ?? 0, questionId: questionIds[0] ?? 0, text: '' }];
    await client.answers.edit({ runId, edits });
    expect(await cells()).toMatchObject([{ source: 'model' }, { text: 'a sea' }]);
    await client.runs.revert({ runId: pasted.runId ?? 0 });
    expect(await cells()).toMatchObject([{ source: 'model' }, { source: 'model' }]);
    // With the names of their photos they go back to these, in whatever order, and where a field has its column.
    const named = await client.answers.paste({
      ...paste,
      text: 'file_name\tsubject\nwide.jpg\ta field\nelsewhere.jpg\ta barn',
      firstRow: 1,
    });
    expect(named).toMatchObject({ answers: 1, photos: 1, outside: 1 });
    expect(await cells()).toMatchObject([{ source: 'model' }, { text: 'a field', source: 'human' }]);
    await client.runs.revert({ runId: named.runId ?? 0 });
  });

  it('lets a model score captions, so that doubtful ones are found', async () => {
    await client.photos.writeCaption({ photoId: test.photoId('wide.jpg'), text: 'a cow' });
    const { runId } = await client.runs.score({ selection: { query: 'captioned:yes' } });
    await settled(client, runId);
    expect(idsOf(await client.photos.list({ ...everything, query: 'doubtful:yes' }))).toEqual([
      test.photoId('wide.jpg'),
    ]);
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
