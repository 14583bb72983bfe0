/**
 * @file `npm run bench library answers [PHOTOS]`: the table of a run's answers, a question with choices for each photo, a
 * tenth of them answered by a person, too: rows by several orders and filters, the values of the column, a screenful, and what they become as tags.
 */
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CatalogConnection } from '../main/library/catalog/connection.ts';
import { openDatabase } from '../main/library/catalog/database.ts';
import { answerRows, answerTable } from '../main/library/catalog/texts/answerTable.ts';
import { answerValues } from '../main/library/catalog/texts/answerValues.ts';
import { answerTagReads } from '../main/library/editing/tagByAnswers.ts';
import type { AnswerFilter, AnswerOrder } from '../schemas/answerFilter.ts';
import { everyAnswer } from '../schemas/everyAnswer.ts';
import { randomNumbers } from '../test/support/randomNumbers.ts';
import { median, type Row } from './report.ts';
import { fillCatalog } from './syntheticCatalog.ts';

const rounds = 5;
const questionId = 3;
const askRunId = 4;
const choices = ['red', 'green', 'blue', 'grey', 'brown'];
const screenful = 30;

export async function answersBench(flags: readonly string[]): Promise<Row[]> {
  const photos = Number(flags[0] ?? 100_000);
  await using folder = await mkdtempDisposable(path.join(tmpdir(), 'vignette-bench-'));
  const file = path.join(folder.path, 'catalog.db');
  {
    const database = openDatabase(file);
    const connection = new CatalogConnection({ database, file });
    fillCatalog(connection, photos);
    connection.write(() => fillAnswers(connection, photos));
    database.exec('ANALYZE');
    database.close();
  }
  const database = openDatabase(file, { readOnly: true });
  using _ = { [Symbol.dispose]: () => database.close() };
  const connection = new CatalogConnection({ database, file });
  const byName: AnswerOrder = { column: 'photo', by: 'value', descending: false };
  const table = (filter: AnswerFilter, order: AnswerOrder) =>
    answerTable(connection, { runId: askRunId, filter, order, language: 'en' });
  const value = (filter: Partial<AnswerFilter['values'][number]>): AnswerFilter => ({
    ...everyAnswer,
    values: [{ questionId, answers: [], none: false, unsure: false, unfit: false, ...filter }],
  });
  const rules = choices.map((choice) => ({ questionId, answer: choice, tag: `color/${choice}` }));
  const asTags = { runId: askRunId, rules };
  const photoIds = Array.from({ length: screenful }, (_, index) => index + 1);
  const reads: Readonly<Record<string, () => unknown>> = {
    'all rows by name': () => table(everyAnswer, byName),
    'all rows by value': () => table(everyAnswer, { column: questionId, by: 'value', descending: false }),
    'all rows by confidence': () => table(everyAnswer, { column: questionId, by: 'confidence', descending: false }),
    'rows with two of the values': () => table(value({ answers: ['red', 'blue'] }), byName),
    'rows that are unsure': () => table(value({ unsure: true }), byName),
    'rows with letters anywhere': () => table({ ...everyAnswer, letters: 'gre' }, byName),
    'values with counts': () =>
      answerValues(connection, { runId: askRunId, questionId, filter: everyAnswer, limit: 200 }),
    'tags of all answers, shown': () =>
      answerTagReads.previewTagsByAnswers.run(connection, { ...asTags, filter: everyAnswer }),
    'tags of all answers, to be done': () =>
      answerTagReads.tagsByAnswers.run(connection, { ...asTags, filter: everyAnswer }),
    [`${screenful} rows`]: () => answerRows(connection, { runId: askRunId, questionIds: [questionId], photoIds }),
  };
  return Object.entries(reads).map(([what, read]) => {
    const times = Array.from({ length: rounds }, () => {
      const startMs = performance.now();
      read();
      return performance.now() - startMs;
    });
    return { what, photos, 'p50 ms': median(times), 'max ms': Math.max(...times) };
  });
}

function fillAnswers(connection: CatalogConnection, photos: number): void {
  const random = randomNumbers(9);
  connection.database.exec(`
    INSERT INTO run (id, kind, description, state, created_at_ms) VALUES
      (${askRunId}, 'ask', '{"kind":"ask","question":"what color","more":0}', 'done', 0),
      (${askRunId + 1}, 'edit', '{"kind":"editAnswer"}', 'done', 0);
    INSERT INTO question (id, text, text_key) VALUES (${questionId}, 'what color', 'what color');`);
  const add = connection.prepare(
    `INSERT INTO answer (photo_id, question_id, text, text_key, source, run_id, shown, photo_revision, choices, created_at_ms)
     VALUES ($id, ${questionId}, $text, $text, $source, $runId, $shown, 1, $choices, 0)`,
  );
  for (let id = 1; id <= photos; id += 1) {
    const weights = choices.map(() => random());
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const text = choices[weights.indexOf(Math.max(...weights))];
    const probabilities = choices.map((choice, index) => ({
      text: choice,
      probability: (weights[index] ?? 0) / total,
    }));
    const byPerson = random() < 0.1;
    const given = { id, text, source: 'model', runId: askRunId, shown: Number(!byPerson) };
    add.run({ ...given, choices: JSON.stringify(probabilities) });
    if (byPerson) add.run({ id, text: 'teal', source: 'human', runId: askRunId + 1, shown: 1, choices: null });
  }
}
