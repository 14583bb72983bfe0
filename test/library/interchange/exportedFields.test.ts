/** @file Fields in tables: a column each under its name, with values of its type, out and in again. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { beforeEach, expect, it } from 'vitest';
import { fieldValues } from '../../../main/library/catalog/texts/fieldAnswers.ts';
import { captionsOnly } from '../../../main/library/interchange/captionDocument.ts';
import { exportDocument } from '../../../main/library/interchange/exportDocument.ts';
import { importTexts, planImport, readImport } from '../../../main/library/interchange/imports/importTexts.ts';
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

/** What would come of the document, and does it. */
async function imported(into: TestCatalog, name: string, content: string | Uint8Array) {
  const { catalog, folder } = into;
  const file = path.join(folder, name);
  await writeFile(file, content);
  const format = name.endsWith('csv') ? 'csv' : name.endsWith('jsonl') ? 'jsonl' : 'parquet';
  const collected = await readImport(catalog, [{ path: file, format, use: 'caption' }]);
  const { photos, counts, conflicts } = await planImport(catalog, collected, () => 'keep');
  const work = { photos, runs: [], choose: () => 'keep' as const, importSource: file };
  await importTexts(catalog, { ...work, description: { kind: 'named', name: 'Import' } });
  const answers = catalog.answers.of(1).map(({ question, text }) => [question, text]);
  return { counts, conflicts, answers: answers.toSorted(), questions: catalog.answers.questions().length };
}

it.each(['csv', 'jsonl', 'parquet'] as const)('%s says nothing new where it came from', async (format) => {
  const document = await exported(format);
  const before = test.catalog.answers.questions().length;
  const { counts, conflicts, questions } = await imported(test, `again.${format}`, document);
  expect({ counts, conflicts, questions }).toMatchObject({ counts: { answers: 0 }, conflicts: [], questions: before });
});

it.each(['csv', 'jsonl', 'parquet'] as const)(
  '%s brings the fields of another library, and what was changed in its columns',
  async (format) => {
    await using other = await testCatalog();
    for (const name of ['a.jpg', 'b.jpg', 'c.jpg']) other.addPhoto(name);
    const { fields } = other.catalog;
    fields.save({ name: 'people', type: 'number', values: [], questions: ['count?', 'how many people?'] });
    fields.save({ name: 'text', type: 'yesNo', values: [], questions: ['is there text?'] });
    fields.save({ name: 'season', type: 'list', values: ['summer', 'winter'], questions: ['which season?'] });
    const rows = { people: 13, season: 'summer', field_text: false };
    const changed = {
      csv: 'file_name,caption,width,height,model,prompt,people,season,field_text,what is it?\r\na.jpg,,,,,,13,summer,no,a street\r\n',
      jsonl: `${JSON.stringify({ file_name: 'a.jpg', ...rows, answers: [{ question: 'what is it?', text: 'a street' }] })}\n`,
      parquet: new Uint8Array(
        parquetWriteBuffer({
          columnData: [
            { name: 'file_name', data: ['a.jpg'], type: 'STRING' },
            { name: 'people', data: [13], type: 'DOUBLE' },
            { name: 'season', data: ['summer'], type: 'STRING' },
            { name: 'field_text', data: [false], type: 'BOOLEAN' },
          ],
        }),
      ),
    }[format];
    const asked = format === 'parquet' ? [] : [['what is it?', 'a street']];
    const expected = [['count?', '13'], ['is there text?', 'no'], ...asked, ['which season?', 'summer']];
    expect((await imported(other, `changed.${format}`, changed)).answers).toEqual(expected);
    // What a person answered stays where a column says something else.
    const { answers } = await imported(test, `changed.${format}`, changed);
    expect(answers).toContainEqual(['how many people?', 'about twelve']);
  },
);

it('a column says nothing beside the answer that it was made from, whichever question of the field was asked', async () => {
  await using other = await testCatalog();
  other.addPhoto('a.jpg');
  other.catalog.fields.save({ name: 'people', type: 'number', values: [], questions: ['count?', 'how many?'] });
  other.catalog.answers.write(1, 'how many?', 'about 12');
  const { counts, answers } = await imported(
    other,
    'people.csv',
    'file_name,caption,width,height,model,prompt,people\r\na.jpg,,,,,,12\r\n',
  );
  expect(counts.answers).toBe(0);
  expect(answers.map(([question]) => question)).not.toContain('count?');
});

it('each has a column of its own, whatever another one, or a question, is called', async () => {
  const { fields, answers } = test.catalog;
  fields.save({ name: 'field_text', type: 'list', values: ['street', 'house'], questions: ['what is it?'] });
  answers.write(1, 'people', 'they walk');
  const { csv, jsonl } = { csv: (await exported('csv')).toString(), jsonl: (await exported('jsonl')).toString() };
  const [header, row] = csv.split('\r\n');
  expect([header, row]).toEqual([
    'file_name,caption,width,height,model,prompt,field_text,people,season,field_field_text,people',
    'a.jpg,,,,,,street,12,winter,yes,they walk',
  ]);
  expect(JSON.parse(jsonl.split('\n')[0] ?? '')).toMatchObject({ field_text: 'street', field_field_text: true });
  const { counts, conflicts } = await imported(test, 'again.csv', csv);
  expect({ counts, conflicts }).toMatchObject({ counts: { answers: 0 }, conflicts: [] });
});

it('say what the photo shows: of two answers of the same kind, that which came to the library last', async () => {
  const { catalog } = test;
  const questionId = catalog.answers.questionId('season?');
  catalog.answers.remove(catalog.answers.of(2).find(({ question }) => question === 'which season?')?.id ?? 0, 1);
  const given = (id: number, text: string, createdAtMs: number) =>
    catalog.runs.within({ kind: 'import', description: { kind: 'named', name: 'x' } }, (runId) =>
      catalog.answers.add(2, id, runId, { text, source: 'model', createdAtMs }),
    );
  given(catalog.answers.questionId('which season?'), 'summer', 2000);
  given(questionId, 'winter', 1000);
  const field = fieldValues(catalog.connection, catalog.fields.named('season')).filter(({ photos }) => photos > 0);
  expect(field).toEqual([{ value: 'winter', fits: true, photos: 2 }]);
  expect((await exported('csv')).toString().split('\r\n')[2]).toContain('winter');
});

it('a score in a table is no answer to a question', async () => {
  const document = 'file_name,caption,width,height,model,prompt,itm,tags,people\r\na.jpg,,,,,,0.93,,12\r\n';
  const { counts, questions } = await imported(test, 'scored.csv', document);
  expect({ answers: counts.answers, questions }).toEqual({ answers: 0, questions: 5 });
});
