/** @file Fields: defined, renamed and removed without touching an answer, and found by their values. */
import path from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Catalog } from '../../../main/library/catalog/catalog.ts';
import { openDatabase } from '../../../main/library/catalog/database.ts';
import { answerFields } from '../../../main/library/catalog/migrations/0026-answerFields.ts';
import { migrations } from '../../../main/library/catalog/migrations/migrations.ts';
import { searchSuggestions } from '../../../main/library/catalog/search/suggestions.ts';
import { fieldValues } from '../../../main/library/catalog/texts/fieldAnswers.ts';
import { startReaderThread } from '../../../main/library/startReaderThread.ts';
import { fieldDefinitionSchema } from '../../../schemas/answerField.ts';
import { fieldTypes } from '../../../schemas/choices.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { searchLibrary } from '../search/searchLibrary.ts';

const people = { name: 'people', type: 'number', values: [], questions: ['how many people are there?'] } as const;
const season = {
  name: 'season',
  type: 'list',
  values: ['spring', 'summer', 'winter'],
  questions: ['which season is it?'],
} as const;
const text = {
  name: 'has text',
  type: 'yesNo',
  values: [],
  questions: ['is there text?', 'can you read anything?'],
} as const;
const definition = <Name extends string>(
  field: { readonly name: Name } & Omit<typeof people | typeof season | typeof text, 'name'>,
) => ({
  ...field,
  values: [...field.values],
  questions: [...field.questions],
});

it('fields come to a catalog of before, whose answers they then hold', async () => {
  await using folder = await temporaryFolder();
  const version = migrations.find(({ up }) => up === answerFields)?.version ?? 0;
  const old = openDatabase(path.join(folder.path, 'catalog.db'), {
    migrations: migrations.filter((migration) => migration.version < version),
  });
  old.exec(`INSERT INTO question (id, text, text_key) VALUES (3, 'Is it indoors?', 'is it indoors')`);
  old.close();
  await using catalog = Catalog.open(folder.path, { startReader: startReaderThread, owner: 'test' });
  const id = catalog.fields.save({ name: ' Indoors ', type: 'yesNo', values: [], questions: ['is it indoors'] });
  expect(catalog.fields.named('INDOORS')).toEqual({
    id,
    name: 'Indoors',
    type: 'yesNo',
    values: [],
    questions: [{ id: 3, text: 'Is it indoors?' }],
  });
});

it('a field has a name of its own, and a question is of one field', async () => {
  await using library = await searchLibrary();
  const { fields } = library.catalog;
  const id = fields.save(definition(season));
  expect(() => fields.save({ ...definition(people), name: 'Season' })).toThrow(/called season already/);
  expect(() => fields.save({ ...definition(people), name: ' ' })).toThrow(/name/);
  expect(() => fields.save({ ...definition(season), name: 'x', values: [] })).toThrow(/one of a list/);
  expect(() => fields.save(definition(people), 99)).toThrow(/no longer there/);
  const other = fields.save({ ...definition(season), name: 'time of year', values: ['Cold', 'cold', 'warm'] });
  expect(fields.get(id).questions).toEqual([]);
  expect(fields.get(other)).toMatchObject({ values: ['cold', 'warm'], questions: [{ text: 'which season is it?' }] });
  // As when questions are asked: what is there keeps its type.
  fields.keep({
    name: 'Time of Year',
    type: 'list',
    values: ['warm', 'hot'],
    questions: ['How warm is it?', 'how warm is it'],
  });
  expect(fields.get(other)).toMatchObject({
    name: 'time of year',
    values: ['cold', 'warm', 'hot'],
    questions: [{ text: 'which season is it?' }, { text: 'How warm is it?' }],
  });
  fields.remove(other);
  expect(() => fields.get(other)).toThrow(/no longer there/);
});

it('answers are found by what they say to the field, and stay as they are when it goes', async () => {
  await using library = await searchLibrary();
  const { catalog } = library;
  library.add('1.jpg', { answers: { 'How many people are there?': 'three', 'which season is it?': 'WINTER.' } });
  library.add('2.jpg', { answers: { 'how many people are there': 'about 12', 'which season is it?': 'it is summer' } });
  library.add('3.jpg', { answers: { 'how many people are there': 'a crowd', 'which season is it?': 'monsoon' } });
  library.add('4.jpg');
  expect(library.find('answer:"how many people are there?">5')).toEqual(['2.jpg']);
  const id = catalog.fields.save(definition(people));
  const list = catalog.fields.save(definition(season));
  const found = (query: string) => [query, library.find(query)];
  expect([
    found('answer:people'),
    found('-answer:people'),
    found('answer:people=3'),
    found('answer:people=three'),
    found('answer:people>3'),
    found('answer:people>=3'),
    found('answer:people<12'),
    found('answer:people=2..12'),
    found('answer:PEOPLE="a crowd"'),
    found('answer:people=1*'),
    found('-answer:people>3'),
    found('answer:"season"=winter'),
    found('answer:season=Winter'),
    found('answer:seas*=summer'),
    found('answer:season=monsoon'),
    found('answer:"which season is it?"=winter'),
    found('answer:*=summer'),
    found('answer:season>2'),
  ]).toEqual([
    ['answer:people', ['1.jpg', '2.jpg', '3.jpg']],
    ['-answer:people', ['4.jpg']],
    ['answer:people=3', ['1.jpg']],
    ['answer:people=three', ['1.jpg']],
    ['answer:people>3', ['2.jpg']],
    ['answer:people>=3', ['1.jpg', '2.jpg']],
    ['answer:people<12', ['1.jpg']],
    ['answer:people=2..12', ['1.jpg', '2.jpg']],
    ['answer:PEOPLE="a crowd"', ['3.jpg']],
    ['answer:people=1*', ['2.jpg']],
    ['-answer:people>3', ['1.jpg', '3.jpg', '4.jpg']],
    ['answer:"season"=winter', ['1.jpg']],
    ['answer:season=Winter', ['1.jpg']],
    ['answer:seas*=summer', ['2.jpg']],
    ['answer:season=monsoon', ['3.jpg']],
    ['answer:"which season is it?"=winter', ['1.jpg']],
    ['answer:*=summer', ['2.jpg']],
    ['answer:season>2', []],
  ]);
  const { connection } = catalog;
  expect(fieldValues(connection, catalog.fields.get(list))).toEqual([
    { value: 'spring', fits: true, photos: 0 },
    { value: 'summer', fits: true, photos: 1 },
    { value: 'winter', fits: true, photos: 1 },
    { value: 'monsoon', fits: false, photos: 1 },
  ]);
  expect(searchSuggestions(connection, { kind: 'question', typed: 'season' })).toEqual([
    'season',
    'which season is it?',
  ]);
  expect(searchSuggestions(connection, { kind: 'answer', question: 'Season', typed: '' })).toEqual([
    'spring',
    'summer',
    'winter',
    'monsoon',
  ]);

  const before = [1, 2, 3].map((photoId) => catalog.answers.of(photoId));
  catalog.fields.save({ ...definition(people), name: 'head count', type: 'text' }, id);
  expect(library.find('answer:"head count"=three')).toEqual(['1.jpg']);
  expect(library.find('answer:people')).toEqual([]);
  catalog.fields.remove(id);
  expect([1, 2, 3].map((photoId) => catalog.answers.of(photoId))).toEqual(before);
});

it("of several questions of a field a person's answer counts before a model's, and the newest of each", async () => {
  await using library = await searchLibrary();
  const { catalog } = library;
  const [first, second] = text.questions;
  const byModel = (photoId: number, question: string, answer: string) =>
    catalog.runs.within({ kind: 'ask', description: { kind: 'ask', question, more: 0 } }, (runId) => {
      catalog.answers.add(photoId, catalog.answers.questionId(question), runId, { text: answer, source: 'model' });
    });
  const one = library.add('1.jpg');
  byModel(one, first, 'no');
  byModel(one, second, 'Yes, there is');
  const other = library.add('2.jpg', { answers: { [first]: 'No.' } });
  byModel(other, second, 'yes');
  const id = catalog.fields.save(definition(text));
  expect(library.find('answer:"has text"=yes')).toEqual(['1.jpg']);
  expect(library.find('answer:"has text"=no')).toEqual(['2.jpg']);
  expect(library.find(`answer:"${second}"=yes`)).toEqual(['1.jpg', '2.jpg']);
  expect(fieldValues(catalog.connection, catalog.fields.get(id))).toEqual([
    { value: 'yes', fits: true, photos: 1 },
    { value: 'no', fits: true, photos: 1 },
  ]);
});

/** What no person types and any document may hold. */
const oddText = fc.string({
  unit: fc.oneof(
    fc.constantFrom('\u0000', '\u200b', '\ud800', '\u202e', '\u0958', 'a', 'A', ' ', '?', 'İ', 'ß'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
  minLength: 1,
  maxLength: 100,
});

it('whatever a document calls a field, it is one field here, and can be kept, found and defined anew', async () => {
  await using library = await searchLibrary();
  const { fields } = library.catalog;
  const odd = fc.record({
    name: oddText,
    type: fc.constantFrom(...fieldTypes),
    values: fc.array(oddText, { minLength: 1, maxLength: 3 }),
    questions: fc.array(oddText, { maxLength: 2 }),
  });
  fc.assert(
    fc.property(odd, (document) => {
      const { data: field } = fieldDefinitionSchema.safeParse(document);
      if (field === undefined) return;
      for (const { id } of fields.all()) fields.remove(id);
      fields.addUnknown([field, field]);
      fields.addUnknown([field]);
      const [only, ...others] = fields.all();
      expect(others).toEqual([]);
      expect(fields.find(field.name)).toEqual(only);
      expect(fields.keep({ ...field, values: field.type === 'list' ? field.values : [] })).toBe(only?.id);
    }),
  );
});
