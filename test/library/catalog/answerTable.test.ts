/** @file The answers of a run as a table: which rows are found, in which order, what the cells show, and what columns hold. */
import { beforeEach, describe, expect, it } from 'vitest';
import { answerRows, answerTable } from '../../../main/library/catalog/texts/answerTable.ts';
import { answerValues, photoAnswers } from '../../../main/library/catalog/texts/answerValues.ts';
import type { AnswerFilter, AnswerOrder, AnswerValueFilter } from '../../../schemas/answerFilter.ts';
import { everyAnswer } from '../../../schemas/everyAnswer.ts';
import { type TestCatalog, testCatalog } from '../../support/testCatalog.ts';

let test: TestCatalog;
let runId: number;
let colour: number;
let count: number;
/** By name. */
let photos: Record<string, number>;

const byPhoto: AnswerOrder = { column: 'photo', by: 'value', descending: false };
const probabilities = (red: number) => [
  { text: 'blue', probability: 1 - red },
  { text: 'Red', probability: red },
];

beforeEach(async () => {
  test = await testCatalog();
  const { answers, runs } = test.catalog;
  runId = runs.begin({ kind: 'ask', description: { kind: 'ask', question: 'Color?', more: 1 } });
  colour = answers.questionId('Color?');
  count = answers.questionId('How many?');
  photos = Object.fromEntries(
    ['IMG_10.jpg', 'IMG_9.jpg', 'boat.jpg', 'sea.jpg'].map((name) => [name, test.addPhoto(name)]),
  );
  const add = (name: string, question: number, text: string, red?: number) =>
    answers.add(photos[name] ?? 0, question, runId, {
      text,
      source: 'model',
      choices: red === undefined ? undefined : probabilities(red),
    });
  add('IMG_10.jpg', colour, 'Red', 0.9);
  add('boat.jpg', colour, 'red.', 0.55);
  add('sea.jpg', colour, 'blue', 0.2);
  add('IMG_10.jpg', count, '2');
  add('IMG_9.jpg', count, '10');
  add('sea.jpg', count, '1');
  return () => test[Symbol.asyncDispose]();
});

function names(filter: Partial<AnswerFilter> = {}, order: AnswerOrder = byPhoto): string[] {
  const args = { runId, filter: { ...everyAnswer, ...filter }, order, language: 'en' } as const;
  const bytes = Buffer.from(answerTable(test.catalog.connection, args).ids, 'base64');
  const ids = Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readUInt32LE(index * 4));
  return ids.map((id) => Object.entries(photos).find(([, photoId]) => photoId === id)?.[0] ?? '');
}

const values = (filter: Partial<AnswerValueFilter>): Partial<AnswerFilter> => ({
  values: [{ questionId: colour, answers: [], none: false, unsure: false, unfit: false, ...filter }],
});

describe('rows of a table of answers', () => {
  it('are found by file name or answer, whatever the capitals, or in one column only', () => {
    expect(names({ letters: ' RED ' })).toEqual(['boat.jpg', 'IMG_10.jpg']);
    expect(names({ letters: 'BOAT' })).toEqual(['boat.jpg']);
    expect(names({ letters: '1', column: count })).toEqual(['IMG_9.jpg', 'sea.jpg']);
    expect(names({ letters: '1', column: 'photo' })).toEqual(['IMG_10.jpg']);
    expect(names({ letters: ' ', column: count })).toHaveLength(4);
  });

  it('are found by several values, by having no answer, and by a model that was not sure', () => {
    expect(names(values({ answers: ['RED'] }))).toEqual(['boat.jpg', 'IMG_10.jpg']);
    expect(names(values({ answers: ['red', 'Blue.'] }))).toEqual(['boat.jpg', 'IMG_10.jpg', 'sea.jpg']);
    expect(names(values({ none: true }))).toEqual(['IMG_9.jpg']);
    expect(names(values({ unsure: true }))).toEqual(['boat.jpg']);
    expect(names(values({ answers: ['blue'], none: true, unsure: true }))).toEqual([
      'boat.jpg',
      'IMG_9.jpg',
      'sea.jpg',
    ]);
    expect(names({ ...values({ answers: ['red', 'blue'] }), letters: '2', column: count })).toEqual(['IMG_10.jpg']);
  });

  it('are sorted with numbers by their value, photos without an answer last both ways', () => {
    expect(names()).toEqual(['boat.jpg', 'IMG_9.jpg', 'IMG_10.jpg', 'sea.jpg']);
    expect(names({}, { ...byPhoto, descending: true })[0]).toBe('sea.jpg');
    expect(names({}, { column: count, by: 'value', descending: false })).toEqual([
      'sea.jpg',
      'IMG_10.jpg',
      'IMG_9.jpg',
      'boat.jpg',
    ]);
    expect(names({}, { column: count, by: 'value', descending: true })).toEqual([
      'IMG_9.jpg',
      'IMG_10.jpg',
      'sea.jpg',
      'boat.jpg',
    ]);
  });

  it('are sorted by the probability of the choice', () => {
    const confidence = (descending: boolean) => names({}, { column: colour, by: 'confidence', descending });
    expect(confidence(false)).toEqual(['boat.jpg', 'sea.jpg', 'IMG_10.jpg', 'IMG_9.jpg']);
    expect(confidence(true)).toEqual(['IMG_10.jpg', 'sea.jpg', 'boat.jpg', 'IMG_9.jpg']);
  });

  it('are those of photos that failed, too, which have no answer', () => {
    const failed = test.addPhoto('failed.jpg');
    photos['failed.jpg'] = failed;
    test.catalog.connection.database.exec(
      `INSERT INTO job (run_id, photo_id, question_id, state, created_at_ms) VALUES (${runId}, ${failed}, ${colour}, 'failed', 0)`,
    );
    expect(names(values({ none: true }))).toEqual(['failed.jpg', 'IMG_9.jpg']);
  });
});

describe('cells of a table of answers', () => {
  const cells = (name: string) =>
    answerRows(test.catalog.connection, { runId, questionIds: [colour, count], photoIds: [photos[name] ?? 0] })[0]
      ?.answers;

  it('show the person’s answer and keep the model’s beside it, also in filters, orders and counts', () => {
    test.catalog.answers.write(photos['boat.jpg'] ?? 0, 'color', 'green');
    test.catalog.answers.write(photos['boat.jpg'] ?? 0, 'how many?', '7');
    expect(cells('boat.jpg')).toEqual([
      { text: 'green', source: 'human', model: 'red.', confidence: null, unsure: false, value: null, fits: true },
      { text: '7', source: 'human', model: null, confidence: null, unsure: false, value: null, fits: true },
    ]);
    expect(names(values({ answers: ['red'] }))).toEqual(['IMG_10.jpg']);
    expect(names(values({ unsure: true }))).toEqual([]);
    expect(names({}, { column: count, by: 'value', descending: false })).toEqual([
      'sea.jpg',
      'IMG_10.jpg',
      'boat.jpg',
      'IMG_9.jpg',
    ]);
    const args = { runId, questionId: colour, filter: everyAnswer, limit: 10 };
    expect(answerValues(test.catalog.connection, args)).toMatchObject({
      values: [
        { answer: 'blue', photos: 1 },
        { answer: 'green', photos: 1 },
        { answer: 'Red', photos: 1 },
      ],
      unsure: 0,
    });
  });

  it('show what this run answered, not what a later one did', () => {
    const later = test.catalog.runs.begin({ kind: 'ask', description: { kind: 'ask', question: 'Color?', more: 0 } });
    test.catalog.answers.add(photos['sea.jpg'] ?? 0, colour, later, { text: 'teal', source: 'model' });
    expect(cells('sea.jpg')?.[0]).toMatchObject({ text: 'blue', confidence: 0.8, unsure: false });
  });

  it('are empty where there is no answer', () => {
    expect(cells('IMG_9.jpg')).toEqual([null, expect.objectContaining({ text: '10' })]);
  });
});

describe('values of a column', () => {
  it('count answers that the library takes for the same as one, the most first, within the filter', () => {
    const of = (filter: Partial<AnswerFilter>, limit = 10) =>
      answerValues(test.catalog.connection, {
        runId,
        questionId: colour,
        filter: { ...everyAnswer, ...filter },
        limit,
      });
    expect(of({})).toEqual({
      values: [
        { answer: 'Red', photos: 2, fits: true },
        { answer: 'blue', photos: 1, fits: true },
      ],
      total: 2,
      none: 1,
      unsure: 1,
      unfit: 0,
    });
    expect(of({ letters: 'boat' })).toMatchObject({
      values: [{ answer: 'red.', photos: 1 }],
      total: 1,
      none: 0,
      unsure: 1,
    });
    expect(of({}, 1)).toMatchObject({ values: [{ answer: 'Red' }], total: 2 });
  });

  it('say of each photo whose answer it is', () => {
    test.catalog.answers.write(photos['boat.jpg'] ?? 0, 'color', 'red');
    const args = { runId, questionId: colour, filter: { ...everyAnswer, ...values({ answers: ['red'] }) } };
    expect(photoAnswers(test.catalog.connection, args)).toEqual([
      { photoId: photos['IMG_10.jpg'], key: 'red', personRunId: null, isOfPersonHere: false },
      { photoId: photos['boat.jpg'], key: 'red', personRunId: expect.any(Number), isOfPersonHere: true },
    ]);
  });
});

describe('a column that a field holds', () => {
  beforeEach(() => {
    test.catalog.answers.write(photos['boat.jpg'] ?? 0, 'how many?', 'about twelve');
    test.catalog.answers.write(photos['IMG_9.jpg'] ?? 0, 'how many?', 'a crowd');
    test.catalog.fields.save({ name: 'boats', type: 'number', values: [], questions: ['how many?'] });
  });
  const wanted = (filter: Partial<AnswerValueFilter>) => values({ questionId: count, ...filter });

  it('has values of its type, and keeps what does not fit', () => {
    const args = { runId, filter: { ...everyAnswer }, order: byPhoto, language: 'en' } as const;
    expect(answerTable(test.catalog.connection, args).questions.map(({ field }) => field?.name)).toEqual([
      undefined,
      'boats',
    ]);
    expect(answerValues(test.catalog.connection, { ...args, questionId: count, limit: 10 })).toEqual({
      values: [
        { answer: '1', photos: 1, fits: true },
        { answer: '2', photos: 1, fits: true },
        { answer: '12', photos: 1, fits: true },
        { answer: 'a crowd', photos: 1, fits: false },
      ],
      total: 4,
      none: 0,
      unsure: 0,
      unfit: 1,
    });
    const rows = answerRows(test.catalog.connection, {
      ...args,
      questionIds: [count],
      photoIds: Object.values(photos),
    });
    expect(rows.map(({ answers: [cell] }) => [cell?.text, cell?.value, cell?.fits])).toEqual([
      ['2', '2', true],
      ['a crowd', null, false],
      ['about twelve', '12', true],
      ['1', '1', true],
    ]);
  });

  it('is filtered, sorted and turned into tags by them', () => {
    expect(names(wanted({ answers: ['12'] }))).toEqual(['boat.jpg']);
    expect(names(wanted({ answers: ['A crowd.'] }))).toEqual(['IMG_9.jpg']);
    expect(names(wanted({ unfit: true }))).toEqual(['IMG_9.jpg']);
    const sorted = (descending: boolean) => names({}, { column: count, by: 'value', descending });
    expect(sorted(false)).toEqual(['sea.jpg', 'IMG_10.jpg', 'boat.jpg', 'IMG_9.jpg']);
    expect(sorted(true)).toEqual(['boat.jpg', 'IMG_10.jpg', 'sea.jpg', 'IMG_9.jpg']);
    const args = { runId, questionId: count, filter: { ...everyAnswer, ...wanted({ answers: ['12'] }) } };
    expect(photoAnswers(test.catalog.connection, args)).toMatchObject([{ photoId: photos['boat.jpg'], key: '12' }]);
  });
});
