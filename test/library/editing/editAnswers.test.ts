/** @file Persons' answers in cells of a run's table: counted first, then one run, and the model's beside them. */
import { beforeEach, describe, expect, it } from 'vitest';
import { searchIds } from '../../../main/library/catalog/search/searchPhotos.ts';
import { editAnswers, previewAnswerEdits } from '../../../main/library/editing/editAnswers.ts';
import { parseQuery } from '../../../main/library/query/parseQuery.ts';
import { type TestCatalog, testCatalog } from '../../support/testCatalog.ts';

let test: TestCatalog;
let runId: number;
let questionId: number;
let photoIds: number[];

beforeEach(async () => {
  test = await testCatalog();
  const { answers, runs } = test.catalog;
  runId = runs.begin({ kind: 'ask', description: { kind: 'ask', question: 'Color?', more: 0 } });
  questionId = answers.questionId('Color?');
  photoIds = ['a.jpg', 'b.jpg', 'c.jpg'].map((name) => test.addPhoto(name));
  for (const photoId of photoIds) answers.add(photoId, questionId, runId, { text: 'red', source: 'model' });
  return () => test[Symbol.asyncDispose]();
});

const edits = (...texts: readonly string[]) => ({
  runId,
  edits: texts.map((text, index) => ({ photoId: photoIds[index] ?? 0, questionId, text })),
});
const shown = () =>
  photoIds.map((photoId) => {
    const answer = test.catalog.answers.of(photoId).find((one) => one.shown);
    return [answer?.text, answer?.source];
  });

describe('edits of answers', () => {
  it('are one run, which is undone whole; the model’s answers stay', async () => {
    const done = await editAnswers(test.catalog, edits(' blue ', 'green', 'grey'));
    expect(shown()).toEqual([
      ['blue', 'human'],
      ['green', 'human'],
      ['grey', 'human'],
    ]);
    expect(test.catalog.runs.get(done ?? 0)).toMatchObject({
      kind: 'bulk-edit',
      description: { kind: 'editAnswers', answers: 3 },
    });
    expect(test.catalog.answers.of(photoIds[0] ?? 0).map(({ source }) => source)).toEqual(['human', 'model']);
    await test.catalog.undo.revert(done ?? 0);
    expect(shown()).toEqual(photoIds.map(() => ['red', 'model']));
  });

  it('make nobody’s answer out of what a model said: what a cell shows already is passed over', async () => {
    expect(previewAnswerEdits(test.catalog, edits('red', 'Red'))).toMatchObject({
      changed: [{ text: 'Red' }],
      replaced: 0,
    });
    expect(await editAnswers(test.catalog, edits('red', ' red '))).toBeUndefined();
    expect(shown()[0]).toEqual(['red', 'model']);
  });

  it('take the place of the person’s earlier ones, and give a cell back to the model where they are empty', async () => {
    await editAnswers(test.catalog, edits('blue'));
    expect(previewAnswerEdits(test.catalog, edits('green', ''))).toMatchObject({
      changed: [{ text: 'green' }],
      replaced: 1,
    });
    const single = await editAnswers(test.catalog, edits(''));
    expect(test.catalog.runs.get(single ?? 0)).toMatchObject({ kind: 'edit', description: { kind: 'editAnswer' } });
    expect(shown()[0]).toEqual(['red', 'model']);
    await test.catalog.undo.revert(single ?? 0);
    expect(shown()[0]).toEqual(['blue', 'human']);
  });

  it('outlast what a model answers later', async () => {
    await editAnswers(test.catalog, edits('blue'));
    const later = test.catalog.runs.begin({ kind: 'ask', description: { kind: 'ask', question: 'Color?', more: 0 } });
    test.catalog.answers.add(photoIds[0] ?? 0, questionId, later, { text: 'green', source: 'model' });
    expect(shown()[0]).toEqual(['blue', 'human']);
  });

  it('are what photos are found by in place of the model’s, by the answer and as text', async () => {
    await editAnswers(test.catalog, edits('turquoise'));
    const found = (query: string) => [...searchIds(test.catalog.connection, { query: parseQuery(query), nowMs: 0 })];
    expect(found('answer:"color?"=turquoise')).toEqual([photoIds[0]]);
    expect(found('turquoise')).toEqual([photoIds[0]]);
    expect(found('answer:"color?"=red')).toEqual(photoIds.slice(1));
  });

  it('leave what another person answered and an import brought', async () => {
    const imported = test.catalog.runs.begin({ kind: 'import', description: { kind: 'named', name: 'Import' } });
    test.catalog.answers.add(photoIds[0] ?? 0, questionId, imported, { text: 'teal', source: 'human' });
    expect(await editAnswers(test.catalog, edits(''))).toBeUndefined();
    expect(shown()[0]).toEqual(['teal', 'human']);
  });
});
