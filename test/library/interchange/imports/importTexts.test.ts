/** @file Imports into a catalog: what is added, where a person's text stands against another, and that it is one run. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Catalog } from '../../../../main/library/catalog/catalog.ts';
import { type BulkEditOptions, bulkEdit } from '../../../../main/library/catalog/runs/bulkEdit.ts';
import {
  type ImportWork,
  importTexts,
  planImport,
  readImport,
} from '../../../../main/library/interchange/imports/importTexts.ts';
import { planPhoto } from '../../../../main/library/interchange/imports/planPhoto.ts';
import type { ConflictChoice, ImportFormat } from '../../../../schemas/imports.ts';
import { shownCaption, type TestCatalog, testCatalog } from '../../../support/testCatalog.ts';

let test: TestCatalog;
let catalog: Catalog;
let boat: number;
let dog: number;

beforeEach(async () => {
  test = await testCatalog();
  ({ catalog } = test);
  [boat, dog] = [test.addPhoto('boat.jpg'), test.addPhoto('dog.jpg')];
});
afterEach(() => test[Symbol.asyncDispose]());

async function fileOf(lines: readonly object[]): Promise<string> {
  const file = path.join(test.folder, 'metadata.jsonl');
  await writeFile(file, lines.map((line) => JSON.stringify(line)).join('\n'));
  return file;
}

async function imported(
  lines: readonly object[],
  choice: ConflictChoice = 'keep',
  { fields, ...options }: Pick<ImportWork, 'fields'> & BulkEditOptions = {},
) {
  const file = await fileOf(lines);
  const format: ImportFormat = 'jsonl';
  const collected = await readImport(catalog, [{ path: file, format, use: 'caption' }]);
  const choose = () => choice;
  const plan = await planImport(catalog, collected, choose);
  const description = { kind: 'importTexts', path: file, more: 0, format } as const;
  const work = { photos: plan.photos, runs: collected.runs, fields, choose, description, importSource: file };
  const run = await importTexts(catalog, work, options);
  return { plan, run, remarks: collected.remarks };
}

const captions = (photoId: number) => catalog.captions.of(photoId).map(({ text, source }) => `${source}: ${text}`);

function writtenByModel(photoId: number, text: string): void {
  const run = { kind: 'caption', description: { kind: 'named', name: 'x' } } as const;
  catalog.runs.within(run, (runId) => catalog.captions.add(photoId, runId, { text, source: 'model' }));
}

describe('an import', () => {
  it('adds texts, tags and answers as those of an import, by a run that says from where', async () => {
    writtenByModel(boat, 'a vessel');
    const { plan, run, remarks } = await imported([
      {
        file_name: 'boat.jpg',
        texts: ['a red boat', 'ein Boot'],
        tags: ['sea', 'places/Harbour'],
        answers: [{ question: 'Where?', text: 'at sea' }],
      },
      { file_name: 'cat.jpg', text: 'a cat' },
    ]);
    expect(plan.counts).toEqual({
      captions: 2,
      altTexts: 0,
      longDescriptions: 0,
      tags: 2,
      answers: 1,
      marks: 0,
      approvals: 0,
      same: 0,
    });
    expect(remarks).toEqual([{ name: 'cat.jpg', remark: 'unmatched' }]);
    expect(captions(boat)).toEqual(['import: a red boat', 'import: ein Boot', 'model: a vessel']);
    expect(catalog.tags.of(boat).map((tag) => [tag.path, tag.source])).toEqual([
      ['places/Harbour', 'import'],
      ['sea', 'import'],
    ]);
    expect(catalog.answers.of(boat)).toMatchObject([{ question: 'Where?', text: 'at sea', source: 'import' }]);
    expect(catalog.runs.get(run ?? 0)).toMatchObject({
      kind: 'import',
      state: 'done',
      description: { kind: 'importTexts', format: 'jsonl' },
      importSource: path.join(test.folder, 'metadata.jsonl'),
    });
  });

  it('adds nothing the second time, and begins no run for nothing', async () => {
    const lines = [{ file_name: 'boat.jpg', text: 'a red boat', tags: ['Sea'] }];
    catalog.captions.write(dog, 'my dog');
    lines.push({ file_name: 'dog.jpg', text: 'my dog ', tags: [] });
    await imported(lines);
    const again = await imported(lines);
    expect(again.plan.counts).toEqual({
      captions: 0,
      altTexts: 0,
      longDescriptions: 0,
      tags: 0,
      answers: 0,
      marks: 0,
      approvals: 0,
      same: 3,
    });
    expect(again.run).toBeUndefined();
  });

  it('keeps a thousand texts and tags of one photo, and says that there are more', async () => {
    const tags = Array.from({ length: 100_000 }, (_, number) => `tag ${number}`);
    const { plan, remarks } = await imported([{ file_name: 'boat.jpg', text: 'a boat', tags }]);
    expect(plan.counts).toMatchObject({ captions: 1, tags: 1000 });
    expect(remarks).toEqual([{ name: '/photos/boat.jpg', remark: 'tooMany' }]);
  });

  it('is undone as one, and done again', async () => {
    const { run = 0 } = await imported([
      { file_name: 'boat.jpg', text: 'a boat', tags: ['sea'] },
      { file_name: 'dog.jpg', text: 'a dog', answers: [{ question: 'What?', text: 'a dog' }] },
    ]);
    const undo = await catalog.undo.revert(run);
    expect([captions(boat), captions(dog), catalog.tags.of(boat), catalog.answers.of(dog)]).toEqual([[], [], [], []]);
    await catalog.undo.revert(undo.runId);
    expect([captions(boat), captions(dog)]).toEqual([['import: a boat'], ['import: a dog']]);
  });

  it('goes on without a photo that left the library since it was shown', async () => {
    const file = await fileOf(['boat.jpg', 'dog.jpg'].map((name) => ({ file_name: name, text: name })));
    const { photos, runs } = await readImport(catalog, [{ path: file, format: 'jsonl', use: 'caption' }]);
    catalog.connection.prepare('DELETE FROM photo WHERE id = ?').run(boat);
    const description = { kind: 'importTexts', path: file, more: 0, format: 'jsonl' } as const;
    await importTexts(catalog, { photos, runs, choose: () => 'keep', description, importSource: file });
    expect([captions(boat), captions(dog)]).toEqual([[], ['import: dog.jpg']]);
  });

  it('that is stopped leaves nothing', async () => {
    const lines = Array.from({ length: 250 }, (_, number) => {
      test.addPhoto(`${number}.jpg`);
      return { file_name: `${number}.jpg`, text: `photo ${number}` };
    });
    const stop = new AbortController();
    const fields = [{ name: 'season', type: 'text' as const, values: [], questions: [] }];
    const stopped = imported(lines, 'keep', { fields, signal: stop.signal, onProgress: () => stop.abort() });
    await expect(stopped).rejects.toThrow('abort');
    expect(catalog.connection.prepare('SELECT count(*) FROM caption WHERE removed_run_id IS NULL').pluck().get()).toBe(
      0,
    );
    expect(catalog.fields.all()).toEqual([]);
    expect(catalog.runs.list()).toMatchObject([{ kind: 'undo' }, { kind: 'import', state: 'cancelled' }]);
  });

  it('that a crash cut short is reverted when the library is opened, and cannot be redone', async () => {
    const runId = catalog.runs.begin({ kind: 'import', description: { kind: 'named', name: 'x' } });
    catalog.captions.add(boat, runId, { text: 'half of it', source: 'import' });
    expect(await catalog.undo.finishInterrupted()).toMatchObject([{ reverted: 1 }]);
    expect(captions(boat)).toEqual([]);
    expect((await catalog.reader.read('historySteps', undefined)).redo).toBeUndefined();
  });
});

describe('what an import has of what the person wrote, too', () => {
  const line = {
    file_name: 'boat.jpg',
    text: 'my boat',
    alt_text: 'the boat',
    long_description: 'a boat at the pier',
    tags: ['Sea'],
    answers: [{ question: 'Where', text: 'At sea.' }],
  };
  const shown = () => [
    ...catalog.captions.of(boat, null).map(({ text, source }) => `${source}: ${text}`),
    ...catalog.tags.of(boat).map(({ path: tag, source }) => `${source}: ${tag}`),
    ...catalog.answers.of(boat).map(({ text, source }) => `${source}: ${text}`),
  ];
  const mine = [...['human: a boat at the pier', 'human: the boat', 'human: my boat', 'human: sea', 'human: at sea']];
  const theirs = [
    ...['import: a boat at the pier', 'import: the boat', 'import: my boat', 'import: sea', 'import: At sea.'],
  ];
  let acts: number[];

  beforeEach(async () => {
    const before = catalog.runs.list().length;
    catalog.captions.write(boat, 'my boat');
    catalog.captions.write(boat, 'the boat', { kind: 'altText' });
    catalog.captions.write(boat, 'a boat at the pier', { kind: 'longDescription' });
    catalog.answers.write(boat, 'Where?', 'at sea');
    const change = (photoId: number, runId: number) => {
      catalog.tags.add(photoId, runId, { path: 'sea', source: 'human' });
    };
    await bulkEdit(catalog, { description: { kind: 'named', name: 'Tag' }, photoIds: [boat], change });
    acts = catalog.runs
      .list()
      .slice(0, -before || undefined)
      .map(({ id }) => id);
    expect(acts).toHaveLength(5);
  });

  const undoAll = async () => {
    const undos: number[] = [];
    for (const run of acts) undos.push((await catalog.undo.revert(run)).runId);
    return undos;
  };

  it('is shown once, as the person’s, and counts as there already', async () => {
    const { plan } = await imported([line]);
    expect(plan.counts).toMatchObject({ captions: 0, altTexts: 0, longDescriptions: 0, tags: 0, answers: 0, same: 5 });
    expect(shown().toSorted()).toEqual(mine.toSorted());
    expect((await imported([line])).run).toBeUndefined();
  });

  it('stays as what the import brought where the person undoes theirs, and is the person’s again when they redo it', async () => {
    await imported([line]);
    const undos = await undoAll();
    expect(shown().toSorted()).toEqual(theirs.toSorted());
    for (const undo of undos) await catalog.undo.revert(undo);
    expect(shown().toSorted()).toEqual(mine.toSorted());
    expect((await imported([line])).run).toBeUndefined();
    await undoAll();
    expect(shown().toSorted()).toEqual(theirs.toSorted());
  });

  it('goes with both where the import is undone, too, in either order, and comes back with it', async () => {
    const { run = 0 } = await imported([line]);
    const undo = await catalog.undo.revert(run);
    expect(shown().toSorted()).toEqual(mine.toSorted());
    const undos = await undoAll();
    expect(shown()).toEqual([]);
    await catalog.undo.revert(undo.runId);
    expect(shown().toSorted()).toEqual(theirs.toSorted());
    await catalog.undo.revert(run);
    expect(shown()).toEqual([]);
    for (const one of undos) await catalog.undo.revert(one);
    expect(shown().toSorted()).toEqual(mine.toSorted());
    // Undone, it counts as not brought.
    expect((await imported([line])).run).toBeDefined();
  });
});

describe("a person's text here and another one there", () => {
  const lines = [
    {
      file_name: 'boat.jpg',
      text: 'another boat',
      tags: ['sea'],
      answers: [
        { question: 'where', text: 'in town' },
        { question: 'When?', text: 'now' },
      ],
    },
  ];

  beforeEach(() => {
    catalog.captions.write(boat, 'my boat');
    catalog.answers.write(boat, 'Where?', 'at home');
  });

  const answers = () => catalog.answers.of(boat).map(({ question, text, shown }) => [question, text, shown]);

  it('is shown, and only what is contested is left out', async () => {
    const { plan } = await imported(lines);
    expect(plan.conflicts).toEqual([
      {
        photoId: boat,
        file: '/photos/boat.jpg',
        kind: 'caption',
        question: null,
        here: 'my boat',
        there: ['another boat'],
      },
      {
        photoId: boat,
        file: '/photos/boat.jpg',
        kind: 'answer',
        question: 'where',
        here: 'at home',
        there: ['in town'],
      },
    ]);
    expect(captions(boat)).toEqual(['human: my boat']);
    expect(catalog.tags.of(boat)).toHaveLength(1);
    expect(answers()).toEqual([
      ['Where?', 'at home', true],
      ['When?', 'now', true],
    ]);
  });

  it('is kept and goes on being shown where the other is added', async () => {
    await imported(lines, 'add');
    expect(captions(boat)).toEqual(['human: my boat', 'import: another boat']);
    expect(shownCaption(catalog, boat)).toBe('my boat');
    expect(answers()[0]).toEqual(['Where?', 'at home', true]);
  });

  it('is replaced on demand, and comes back with the undo', async () => {
    const { run = 0 } = await imported(lines, 'replace');
    expect(captions(boat)).toEqual(['import: another boat']);
    expect(answers()[0]).toEqual(['Where?', 'in town', true]);
    await catalog.undo.revert(run);
    expect(captions(boat)).toEqual(['human: my boat']);
  });

  it('is a conflict with what a person wrote there, also where a model there found the same words as the person here', () => {
    catalog.captions.write(boat, 'my boat');
    const nothing = { tags: [], answers: [], scores: [], marks: [] };
    const there = [
      { text: 'my boat', source: 'model' },
      { text: 'their boat', source: 'human' },
    ] as const;
    const own = { captions: new Map(), answers: new Map(), tags: new Map() };
    const here = { ...nothing, captions: catalog.captions.of(boat), own };
    const { conflicts, captions: added } = planPhoto(here, { ...nothing, captions: there }, () => 'keep');
    expect(conflicts).toMatchObject([{ here: 'my boat', there: ['their boat'] }]);
    expect(added).toMatchObject([{ text: 'my boat', source: 'model' }]);
  });

  it('is no conflict where the person has one of the texts there, or only a model wrote here', async () => {
    writtenByModel(dog, 'a wolf');
    const { plan } = await imported([
      { file_name: 'boat.jpg', texts: ['some boat', 'my boat'] },
      { file_name: 'dog.jpg', text: 'a dog' },
    ]);
    expect(plan.conflicts).toEqual([]);
    expect(captions(boat)).toEqual(['human: my boat', 'import: some boat']);
    expect(captions(dog)).toEqual(['import: a dog', 'model: a wolf']);
  });

  it('stands only against text of its own kind', async () => {
    const { plan } = await imported([
      { file_name: 'boat.jpg', alt_text: 'A boat.', long_description: 'A red boat at sea.' },
    ]);
    expect(plan.conflicts).toEqual([]);
    expect(plan.counts).toMatchObject({ captions: 0, altTexts: 1, longDescriptions: 1 });
    catalog.captions.write(boat, 'My alt text.', { kind: 'altText' });
    const again = await imported([{ file_name: 'boat.jpg', alt_text: 'Another one.' }]);
    expect(again.plan.conflicts).toMatchObject([{ kind: 'altText', here: 'My alt text.', there: ['Another one.'] }]);
  });

  it('stands against what a person approved, too', async () => {
    writtenByModel(dog, 'a small dog');
    catalog.captions.write(dog, 'a small dog', { basedOnId: catalog.captions.of(dog)[0]?.id });
    const { plan } = await imported([{ file_name: 'dog.jpg', text: 'a dog' }]);
    expect(plan.conflicts).toMatchObject([{ here: 'a small dog', there: ['a dog'] }]);
  });

  it('is kept where the person wrote it after the import was shown', async () => {
    const file = await fileOf([{ file_name: 'dog.jpg', text: 'a dog' }]);
    const choose = () => 'keep' as const;
    const { photos, runs } = await readImport(catalog, [{ path: file, format: 'jsonl', use: 'caption' }]);
    catalog.captions.write(dog, 'my dog');
    const description = { kind: 'importTexts', path: file, more: 0, format: 'jsonl' } as const;
    await importTexts(catalog, { photos, runs, choose, description, importSource: file });
    expect(captions(dog)).toEqual(['human: my dog']);
  });
});

it('what files and sidecars say becomes captions and tags, of one sidecar or of a folder', async () => {
  const source = { property: 'XMP-dc:Description', sidecar: 'boat.jpg.xmp' };
  const info = {
    texts: [
      { kind: 'caption' as const, text: 'Our boat', ...source },
      { kind: 'title' as const, text: 'A title', ...source },
      { kind: 'altText' as const, text: 'A boat at a jetty', ...source },
    ],
    keywords: [{ path: 'places/Harbour', property: 'XMP-digiKam:TagsList', sidecar: 'boat.jpg.xmp' }],
    ...{ people: [], places: [], rating: null },
  };
  catalog.connection.write(() => catalog.fileInfo.set(boat, { info, sidecars: [], sidecarProblems: [] }));
  for (const [named, expected] of [
    ['/photos', [boat]],
    ['/photos/boat.jpg.xmp', [boat]],
    ['/photos/boat.xmp', [boat]],
    ['/photos/dog.jpg.xmp', []],
    ['/elsewhere', []],
  ] as const) {
    const { photos } = await readImport(catalog, [{ path: named, format: 'xmp', use: 'caption' }]);
    expect(
      photos.map(({ photoId }) => photoId),
      named,
    ).toEqual(expected);
  }
  const { photos, runs } = await readImport(catalog, [{ path: '/photos', format: 'xmp', use: 'caption' }]);
  const description = { kind: 'importTexts', path: '/photos', more: 0, format: 'xmp' } as const;
  await importTexts(catalog, { photos, runs, choose: () => 'keep', description, importSource: '/photos' });
  expect(captions(boat)).toEqual(['import: Our boat']);
  expect(catalog.captions.of(boat, 'altText').map(({ text }) => text)).toEqual(['A boat at a jetty']);
  expect(catalog.tags.of(boat)).toMatchObject([{ path: 'places/Harbour', source: 'import' }]);
});
