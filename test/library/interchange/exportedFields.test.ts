/** @file Fields in tables: a column each under its name, with values of its type. */
import { parquetReadObjects } from 'hyparquet';
import { beforeEach, expect, it } from 'vitest';
import { captionsOnly } from '../../../main/library/interchange/captionDocument.ts';
import { exportDocument } from '../../../main/library/interchange/exportDocument.ts';
import type { ExportedDocumentFormat } from '../../../schemas/exports.ts';
import { type TestCatalog, testCatalog } from '../../support/testCatalog.ts';

let test: TestCatalog;

beforeEach(async () => {
  test = await testCatalog();
  const { answers, fields } = test.catalog;
  for (const [name, people, text, season] of [
    ['a.jpg', 'about twelve', 'Yes, there is', 'WINTER'],
    ['b.jpg', 'a crowd', 'no.', 'monsoon'],
  ] as const) {
    const id = test.addPhoto(name);
    answers.write(id, 'how many people?', people);
    answers.write(id, 'is there text?', text);
    answers.write(id, 'which season?', season);
    answers.write(id, 'what is it?', 'a street');
  }
  test.addPhoto('c.jpg');
  fields.save({ name: 'people', type: 'number', values: [], questions: ['how many people?'] });
  fields.save({ name: 'text', type: 'yesNo', values: [], questions: ['is there text?'] });
  fields.save({ name: 'season', type: 'list', values: ['summer', 'winter'], questions: ['which season?', 'season?'] });
  return () => test[Symbol.asyncDispose]();
});

async function exported(format: ExportedDocumentFormat, questionIds?: number[]): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const filter = {
    included: { ...captionsOnly, answers: true },
    questionIds,
    humanOnly: false,
    withoutDoubtful: false,
  };
  await exportDocument(
    test.catalog.reader,
    { format, photoIds: [1, 2, 3], filter },
    { write: async (more) => void pieces.push(Buffer.from(more)) },
  );
  return Buffer.concat(pieces);
}

const columns = [
  { people: 12, season: 'winter', field_text: true },
  { people: null, season: null, field_text: false },
];

it('CSV has the values in words, what does not fit as it is, and other questions as ever', async () => {
  expect((await exported('csv')).toString().trimEnd().split('\r\n')).toEqual([
    'file_name,caption,width,height,model,prompt,people,season,field_text,what is it?',
    'a.jpg,,,,,,12,winter,yes,a street',
    'b.jpg,,,,,,a crowd,monsoon,no,a street',
  ]);
});

it('JSONL and Parquet have them with types, beside the answers as they were given', async () => {
  const lines = (await exported('jsonl'))
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toMatchObject(columns);
  expect(lines[1].answers).toContainEqual({ question: 'how many people?', text: 'a crowd' });
  const rows = await parquetReadObjects({ file: Uint8Array.from(await exported('parquet')).buffer });
  expect(rows).toMatchObject(columns);
});

it('are those of the questions whose answers are exported', async () => {
  const [first] = test.catalog.answers.questions();
  const [line] = (await exported('jsonl', [first?.id ?? 0])).toString().split('\n');
  expect(JSON.parse(line ?? '')).toEqual({
    ...{ file_name: 'a.jpg', text: null, people: 12 },
    answers: [{ question: 'how many people?', text: 'about twelve' }],
  });
});
