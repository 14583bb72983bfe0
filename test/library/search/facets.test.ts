/** @file Facets count what choosing a value would find, whatever was chosen before. */
import fc from 'fast-check';
import { describe, expect, vi } from 'vitest';
import { CatalogConnection } from '../../../main/library/catalog/connection.ts';
import * as facetRows from '../../../main/library/catalog/search/facetRows.ts';
import { facets } from '../../../main/library/catalog/search/facets.ts';
import { chosenValues, facetKey, toggledValue } from '../../../main/library/query/facetQuery.ts';
import { parseQuery } from '../../../main/library/query/parseQuery.ts';
import { printQuery } from '../../../main/library/query/printQuery.ts';
import type { FacetName } from '../../../schemas/facet.ts';
import { noFileInfo } from '../../../schemas/fileInfo.ts';
import { it as base } from '../../support/fixtures.ts';
import { nowMs, type SearchLibrary, searchLibrary } from './searchLibrary.ts';

const it = base.extend<{ library: SearchLibrary }>({
  library: async ({ task: _ }, use) => {
    await using library = await searchLibrary();
    fill(library);
    await use(library);
  },
});

function fill(library: SearchLibrary): void {
  const { connection } = library.catalog;
  const taken = (local: string) => ({ taken_local: local, taken_at_ms: Date.parse(`${local.slice(0, 10)}Z`) });
  const canon = { camera_make: 'Canon', camera_model: 'Canon EOS R5' };
  library.add('a.jpg', {
    folder: 'sea',
    columns: { ...taken('2024-05-02T10:00:00'), ...canon, lens: '50 mm', shown_rating: 5, shown_flag: 'pick' },
    tags: ['places/France', 'Boat'],
    caption: 'a boat at sea',
  });
  library.add('b.jpg', {
    folder: 'sea/harbour',
    columns: {
      ...taken('2024-05-30T10:00:00'),
      camera_make: null,
      camera_model: 'canon eos r5',
      shown_rating: -1,
      shown_flag: 'reject',
      shown_label: 'red',
    },
    tags: ['boat "two"'],
    caption: 'a boat in the harbour',
  });
  library.add('c.jpg', { folder: 'sea', columns: { ...taken('2024-01-01T00:00:00'), lens: 'none' }, tags: ['none'] });
  library.add('d.jpg', {
    columns: { ...taken('2019-12-31T23:59:59'), shown_rating: 0, shown_label: 'Red' },
    tags: ['Boat'],
    caption: 'a dog',
  });
  library.add('e.jpg', {
    columns: { taken_local: '2019', taken_at_ms: Date.UTC(2019), problem_code: 'IMAGE_DAMAGED' },
  });
  library.add('gone.jpg', { columns: { ...taken('2019-12-31T23:59:59'), missing_since_ms: 1 }, tags: ['Boat'] });
  const person = connection.prepare(
    `INSERT INTO file_person (photo_id, position, name, property)
     SELECT id, ?, ?, 'x' FROM photo WHERE name = ?`,
  );
  person.run(0, 'Ann', 'a.jpg');
  person.run(1, 'ann', 'a.jpg');
  person.run(2, 'Ben', 'a.jpg');
  person.run(0, 'Ben', 'b.jpg');
  const { fields, answers } = library.catalog;
  fields.save({
    name: 'season',
    type: 'list',
    values: ['winter', 'Late summer'],
    questions: ['which season?', 'season?'],
  });
  fields.save({ name: 'boats', type: 'number', values: [], questions: ['how many boats?'] });
  fields.save({ name: 'is it "sea"?', type: 'yesNo', values: [], questions: ['is it the sea?'] });
  fields.save({ name: 'weather', type: 'text', values: [], questions: ['what is the weather?'] });
  const idOf = (name: string) =>
    connection.prepare<[string], number>('SELECT id FROM photo WHERE name = ?').pluck().get(name) ?? 0;
  for (const [name, question, answer] of [
    ['a.jpg', 'which season?', 'It is WINTER.'],
    ['a.jpg', 'season?', 'late summer'],
    ['b.jpg', 'which season?', 'winter'],
    ['c.jpg', 'season?', 'monsoon'],
    ['a.jpg', 'how many boats?', 'about 12'],
    ['b.jpg', 'how many boats?', '12.3'],
    ['c.jpg', 'how many boats?', 'a dozen'],
    ['d.jpg', 'how many boats?', 'several'],
    ['a.jpg', 'is it the sea?', 'Yes, it is'],
    ['b.jpg', 'is it the sea?', 'no'],
    ['a.jpg', 'what is the weather?', 'fine'],
  ] as const) {
    answers.write(idOf(name), question, answer);
  }
  const place = connection.prepare(
    `INSERT INTO file_place (photo_id, position, kind, city, country, property)
     SELECT id, ?, 'located', ?, ?, 'x' FROM photo WHERE name = ?`,
  );
  place.run(0, 'Nice', 'France', 'a.jpg');
  place.run(1, 'Cannes', 'France', 'a.jpg');
  place.run(0, 'Cannes', 'France', 'b.jpg');
}

const facetsOf = (library: SearchLibrary, query: string, among?: readonly number[]) =>
  new Map(
    facets(library.catalog.connection, { query: parseQuery(query), nowMs, among }).map((facet) => [facet.facet, facet]),
  );
const countsOf = (library: SearchLibrary, facet: FacetName, query = '') =>
  facetsOf(library, query)
    .get(facet)
    ?.values.map(({ value, photos }) => [value, photos]);

describe('The facets of a query', () => {
  it.for([
    '',
    'boat',
    'folder:sea',
    'rating:5',
    '(rating:5 OR rating:none)',
    'tag:=Boat taken:2019',
    'boat (tag:=Boat OR tag:="boat \\"two\\"") source:human person:=ann',
    'camera:="canon eos r5" place:=Cannes',
    'failed:yes',
    '(flag:pick OR flag:none) label:=red',
    'label:none',
    'captioned:no',
    'answer:season=winter tag:=Boat',
    '(answer:season=winter OR answer:SEASON="late summer") answer:"is it \\"sea\\"?"=yes',
    'answer:boats=12',
    'missing:yes',
    'boat OR tag:=Boat',
    'tag:=Boat tag:none',
    'nothing-of-the-kind',
  ])('count for “%s” as many photos as each value finds', (text, { library }) => {
    const query = parseQuery(text);
    let compared = 0;
    for (const { facet, values } of facetsOf(library, text).values()) {
      const rest = chosenValues(query).get(facetKey(facet))?.rest ?? query;
      for (const { value, photos, chosen } of values) {
        const one = printQuery({ kind: 'and', operands: [rest, toggledValue(parseQuery(''), facet, value)] });
        expect([facet, value, library.find(one).length]).toEqual([facet, value, photos]);
        const toggled = toggledValue(query, facet, value);
        const now = chosenValues(toggled).get(facetKey(facet))?.values ?? [];
        expect([facet, value, now.includes(value)]).toEqual([facet, value, !chosen]);
        compared += 1;
      }
    }
    if (text !== 'nothing-of-the-kind') expect(compared).toBeGreaterThan(2);
  });

  it('list years before their months, the latest first, and photos without a date last', ({ library }) => {
    expect(countsOf(library, 'taken')).toEqual([
      ['2024', 3],
      ['2024-05', 2],
      ['2024-01', 1],
      ['2019', 2],
      ['2019-12', 1],
    ]);
    library.add('undated.jpg');
    expect(countsOf(library, 'taken')?.at(-1)).toEqual([null, 1]);
  });

  it('take names for the same that differ in case only, and count a photo once', ({ library }) => {
    expect(countsOf(library, 'person')).toEqual([
      ['Ben', 2],
      ['Ann', 1],
      [null, 3],
    ]);
    expect(countsOf(library, 'place')).toEqual([
      ['Cannes', 2],
      ['France', 2],
      ['Nice', 1],
      [null, 3],
    ]);
    expect(countsOf(library, 'camera')?.[0]?.[1]).toBe(2);
  });

  it('list stars from five down to rejected, and states in their order', ({ library }) => {
    expect(countsOf(library, 'rating')?.map(([value]) => value)).toEqual(['5', '0', '-1', null]);
    expect(countsOf(library, 'state')).toEqual([
      ['failed', 1],
      ['captioned', 2],
      ['tagged', 1],
    ]);
  });

  it('are also of fields, but for those of texts, by the answer that counts, and with what a field has never seen left out', ({
    library,
  }) => {
    const ofFields = [...facetsOf(library, '').values()].filter(({ field }) => field !== undefined);
    expect(ofFields.map(({ field, values }) => [field, ...values.map(({ value, photos }) => [value, photos])])).toEqual(
      [
        [{ name: 'boats', type: 'number' }, ['12', 3], ['12.3', 1]],
        [{ name: 'is it "sea"?', type: 'yesNo' }, ['no', 1], ['yes', 1]],
        [{ name: 'season', type: 'list' }, ['Late summer', 1], ['winter', 1]],
      ],
    );
  });

  it('say which values are chosen, those that no photo has among them', ({ library }) => {
    const chosen = facetsOf(library, '(tag:=boat OR tag:=unicorn) tag:none')
      .get('tag')
      ?.values.filter((value) => value.chosen);
    // The last of two groups is the one that is added to.
    expect(chosen).toEqual([{ value: null, photos: 0, chosen: true }]);
    expect(
      facetsOf(library, '(tag:=boat OR tag:=unicorn)')
        .get('tag')
        ?.values.filter((value) => value.chosen),
    ).toEqual([
      { value: 'Boat', photos: 2, chosen: true },
      { value: 'unicorn', photos: 0, chosen: true },
    ]);
  });

  it('follow every change of the library', ({ library }) => {
    expect(countsOf(library, 'rating', 'rating:3')).toContainEqual(['3', 0]);
    library.add('new.jpg', { columns: { shown_rating: 3 } });
    expect(countsOf(library, 'rating', 'rating:3')).toContainEqual(['3', 1]);
  });

  it('keep to the photos that were found by their looks', ({ library }) => {
    const { connection } = library.catalog;
    const ids = connection.prepare<[], number>(`SELECT id FROM photo WHERE name IN ('a.jpg', 'd.jpg')`).pluck().all();
    const state = facetsOf(library, '', ids);
    expect(state.get('taken')?.values.map(({ value, photos }) => [value, photos])).toEqual([
      ['2024', 1],
      ['2024-05', 1],
      ['2019', 1],
      ['2019-12', 1],
    ]);
  });

  it('have the hundred most frequent values of many, the chosen one beside them, and say how many more there are', ({
    library,
  }) => {
    for (let index = 0; index < 110; index += 1) library.add(`${index}.png`, { tags: [`t${index}`, `u${index % 3}`] });
    const tags = facetsOf(library, '').get('tag');
    expect(tags?.values.length).toBe(100);
    expect(tags?.more).toBe(18);
    const rarest = 't109';
    expect(tags?.values.some(({ value }) => value === rarest)).toBe(false);
    const chosen = facetsOf(library, `tag:=${rarest}`).get('tag');
    expect(chosen?.values.find(({ value }) => value === rarest)).toEqual({ value: rarest, photos: 1, chosen: true });
    expect(chosen?.values.length).toBe(101);
  });
});

describe('After photos were written, facets are brought up to date by these', () => {
  const steps = fc.array(
    fc.record({
      what: fc.constantFrom(
        ...([
          'add',
          'caption',
          'model',
          'tag',
          'untag',
          'respell',
          'mark',
          'read',
          'say',
          'move',
          'fail',
          'go',
          'answer',
          'define',
        ] as const),
        'undo',
      ),
      photo: fc.nat(),
      value: fc.nat({ max: 5 }),
      isAsked: fc.boolean(),
    }),
    { minLength: 20, maxLength: 40 },
  );
  type Step = typeof steps extends fc.Arbitrary<(infer One)[]> ? One : never;

  async function take({ catalog, add, editPhoto }: SearchLibrary, { what, photo, value }: Step): Promise<void> {
    const { connection, runs } = catalog;
    const ids = connection.prepare<[], number>('SELECT id FROM photo').pluck().all();
    const id = ids[photo % ids.length] ?? 0;
    const run = { kind: 'edit', description: { kind: 'named', name: 'Edit' } } as const;
    const source = { property: 'x', sidecar: null };
    const name = ['sea', 'Sea', 'a/b', 'é', 'e\u0301', 'zoo'][value] ?? '';
    switch (what) {
      case 'add':
        add(`${ids.length} ${photo}.jpg`);
        break;
      case 'caption':
        catalog.captions.write(id, `by a person ${value}`);
        break;
      case 'model': {
        const model = JSON.stringify({ id: name, sha256: '0'.repeat(64), precision: 'fp32' });
        runs.within({ kind: 'caption', description: { kind: 'caption', preset: 'caption' } }, (runId) => {
          connection.prepare('UPDATE run SET model = ? WHERE id = ?').run(model, runId);
          catalog.captions.add(id, runId, { text: 'a boat', source: 'model' });
        });
        break;
      }
      case 'tag':
        runs.within(run, (runId) => catalog.tags.add(id, runId, { path: name, source: 'human' }));
        break;
      case 'untag': {
        const tag = catalog.tags.of(id)[0];
        if (tag !== undefined) runs.within(run, (runId) => catalog.tags.remove(tag.id, runId));
        break;
      }
      case 'respell':
        catalog.tags.respell(name.toUpperCase());
        break;
      case 'mark':
        runs.within(run, (runId) => {
          catalog.marks.apply(id, runId, { kind: 'rating', value });
          catalog.marks.apply(id, runId, { kind: 'label', value: 'red' });
          catalog.marks.apply(id, runId, { kind: 'flag', value: value > 2 ? 'pick' : 'reject' });
        });
        break;
      case 'read':
        connection
          .prepare('UPDATE photo SET taken_local = ?, camera_make = ?, camera_model = ?, lens = ? WHERE id = ?')
          .run(`202${value}-0${value + 1}-01T00:00:00`, 'Canon', name, name, id);
        break;
      case 'say': {
        const place = {
          kind: 'located',
          sublocation: null,
          city: name,
          state: null,
          country: 'X',
          countryCode: null,
        } as const;
        const people = [{ name, region: null, ...source }];
        const info = { ...noFileInfo, people, places: value > 3 ? [] : [{ ...place, ...source }] };
        catalog.fileInfo.set(id, { info, sidecars: [], sidecarProblems: [] });
        break;
      }
      case 'move':
        connection.prepare('UPDATE photo SET folder_id = ? WHERE id = ?').run(catalog.folders.ensure(1, name), id);
        editPhoto(id);
        break;
      case 'fail':
        catalog.photos.setProblemOf(`photo ${photo}`, { code: 'IMAGE_DAMAGED', message: 'It is damaged.' });
        connection.prepare(`UPDATE photo SET problem_code = 'IMAGE_DAMAGED' WHERE id = ?`).run(id);
        break;
      case 'go':
        if (ids.length > 3) catalog.places.delete(id);
        break;
      case 'answer': {
        const question = ['which season?', 'season?', 'how many boats?'][photo % 3] ?? '';
        const text = ['', 'winter', 'Summer', '12', 'twelve', 'monsoon'][value] ?? '';
        if (value % 2 === 0) catalog.answers.write(id, question, text);
        else {
          runs.within({ kind: 'ask', description: { kind: 'ask', question, more: 0 } }, (runId) => {
            catalog.answers.add(id, catalog.answers.questionId(question), runId, { text, source: 'model' });
          });
        }
        break;
      }
      case 'define': {
        const before = catalog.fields.find('season');
        if (value === 0 && before !== undefined) catalog.fields.remove(before.id);
        const values = ['summer', 'winter'].slice(0, 1 + (value % 2));
        const questions = ['which season?', 'season?'].slice(0, 1 + (photo % 2));
        if (value > 0) catalog.fields.save({ name: 'season', type: 'list', values, questions }, before?.id);
        if (value === 2 && catalog.fields.find('boats') === undefined) {
          catalog.fields.save({ name: 'boats', type: 'number', values: [], questions: ['how many boats?'] });
        }
        break;
      }
      case 'undo': {
        const last = runs.list({ limit: 3 }).find((one) => one.kind === 'edit' && one.revertedByRunId === undefined);
        if (last !== undefined) await catalog.undo.revert(last.id);
      }
    }
  }

  base('whatever was written, and however often they are asked for', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        await using library = await searchLibrary();
        const { connection, photosWritten } = library.catalog;
        const args = { query: parseQuery(''), nowMs };
        for (const name of ['a.jpg', 'b.jpg', 'c.jpg']) library.add(name);
        for (const step of all) {
          await take(library, step);
          if (!step.isAsked) continue;
          // One that keeps nothing yet.
          const anew = new CatalogConnection({ database: connection.database, file: connection.file });
          const kept = facets(connection, { ...args, written: photosWritten?.written() });
          expect(kept).toEqual(facets(anew, args));
        }
      }),
      { numRuns: 6 },
    );
  });

  it('by as few as were written, and by all where these are too many to be told', ({ library }) => {
    const { connection, photosWritten } = library.catalog;
    const ask = () => facets(connection, { query: parseQuery(''), nowMs, written: photosWritten?.written() });
    ask();
    const read = vi.spyOn(facetRows, 'facetRowsOf');
    const id = library.add('new.jpg', { columns: { shown_rating: 3 } });
    ask();
    expect(read.mock.calls.map(([, ids]) => ids)).toEqual([[id]]);
    connection.write(() => {
      for (let round = 0; round < 5000; round += 1) {
        connection.prepare('UPDATE photo SET shown_rating = 4 WHERE id IN (?, ?)').run(id, 1);
      }
    });
    expect(photosWritten?.written().photoIds.length).toBeLessThan(5000);
    expect(ask().find(({ facet }) => facet === 'rating')?.values).toContainEqual({
      value: '4',
      photos: 2,
      chosen: false,
    });
    expect(read).toHaveBeenCalledTimes(1);
  });
});
