/** @file Exports of the catalog: what goes into each document, and that its pieces make a whole. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Catalog } from '../../../main/library/catalog/catalog.ts';
import { captionsOnly } from '../../../main/library/interchange/captionDocument.ts';
import { exportDocument, exportDocumentFile, photosAtATime } from '../../../main/library/interchange/exportDocument.ts';
import { exportSidecars } from '../../../main/library/interchange/exportSidecars.ts';
import { streamOutputFile } from '../../../main/library/interchange/outputFile.ts';
import { previewExport } from '../../../main/library/interchange/previewExport.ts';
import { sidecarTemplate } from '../../../main/library/interchange/sidecarTemplate.ts';
import { generationSettingsSchema } from '../../../native-models/generation/generationSettings.ts';
import type { DocumentFormat, ExportFilter, SidecarFormat } from '../../../schemas/exports.ts';
import { type FullJson, fullJsonSchema } from '../../../schemas/fullJson.ts';
import { publishedValidator } from '../../support/publishedSchema.ts';
import { canMakeSmallDisks, makeSmallDisk } from '../../support/smallDisk.ts';
import { type TestCatalog, testCatalog } from '../../support/testCatalog.ts';

const identity = {
  model: { id: 'tiny', sha256: 'ab'.repeat(32), precision: 'fp32' },
  prompt: 'a photo of',
  settings: generationSettingsSchema.parse({}),
};
const plain: ExportFilter = { included: captionsOnly, humanOnly: false, withoutDoubtful: false };
const at = '2026-01-02T03:04:05.000Z';
const everything = {
  captions: true,
  alternatives: true,
  tags: true,
  answers: true,
  altText: true,
  longDescription: true,
};

describe('an export of the catalog', () => {
  let test: TestCatalog;
  let boat: number;
  let dog: number;
  let bare: number;
  let runId: number;

  beforeEach(async () => {
    test = await testCatalog(() => Date.UTC(2026, 0, 2, 3, 4, 5));
    const { catalog } = test;
    [boat, dog, bare] = [test.addPhoto('boat.jpg'), test.addPhoto('Dog.jpg'), test.addPhoto('bare.jpg')];
    runId = catalog.runs.begin({ kind: 'caption', description: { kind: 'named', name: 'Caption' }, identity });
    const size = { width: 640, height: 480 };
    catalog.captions.add(boat, runId, { text: 'a boat', source: 'model', size });
    catalog.captions.add(dog, runId, {
      text: 'a cat',
      source: 'model',
      size,
      captionScore: { itm: 0.1, doubtful: true, candidates: [{ text: 'a cat', itm: 0.1 }] },
    });
    catalog.captions.write(boat, 'my "boat", moored');
    catalog.runs.within({ kind: 'edit', description: { kind: 'addTag', tag: 'sea', more: 1 } }, (editId) => {
      catalog.tags.add(boat, editId, { path: 'places/Harbour, old', source: 'human' });
      catalog.tags.add(boat, editId, { path: 'sea', source: 'human' });
    });
    catalog.tags.add(boat, runId, { path: 'sea', source: 'model', confidence: 0.9 });
    catalog.captions.write(boat, 'A boat at a quay', { kind: 'altText' });
    catalog.answers.add(dog, catalog.answers.questionId('What animal?'), runId, { text: 'dog', source: 'model' });
  });
  afterEach(() => test[Symbol.asyncDispose]());

  const all = () => [boat, dog, bare];

  async function documentOf(format: DocumentFormat, filter: ExportFilter = plain, photoIds = all()): Promise<string> {
    let text = '';
    const sink = {
      write: async (more: string) => {
        text += more;
      },
    };
    await exportDocument(test.catalog.reader, { format, photoIds, filter }, sink);
    return text;
  }

  /** Read by the schema that it is written by, and by the published one. */
  async function fullDocument(filter: ExportFilter): Promise<FullJson> {
    const document: unknown = JSON.parse(await documentOf('json-full', filter));
    const isValid = await publishedValidator();
    expect(isValid(document), JSON.stringify(isValid.errors)).toBe(true);
    return fullJsonSchema.parse(document);
  }

  it('holds the caption that is shown, and all of them where alternatives are asked for', async () => {
    expect(await documentOf('json')).toBe(
      '{\n  "Dog": [\n    "a cat"\n  ],\n  "boat": [\n    "my \\"boat\\", moored"\n  ]\n}',
    );
    const all = await documentOf('json', { ...plain, included: { ...captionsOnly, alternatives: true } });
    expect(JSON.parse(all)).toEqual({ Dog: ['a cat'], boat: ['my "boat", moored', 'a boat'] });
  });

  it('holds where everything comes from in full JSON, photos without anything left out', async () => {
    const document = await fullDocument({ ...plain, included: everything });
    expect(document.photos.map(({ file }) => file)).toEqual(['Dog.jpg', 'boat.jpg']);
    expect(document.runs).toEqual({
      [runId]: {
        kind: 'caption',
        description: { kind: 'named', name: 'Caption' },
        ...{ model: identity.model, instruction: 'a photo of', parameters: identity.settings, promptKind: null },
        textKind: null,
        vocabulary: null,
        ...{ filter: null, tagPaths: null, device: null, importedFrom: null, at },
      },
    });
    const [ofDog, ofBoat] = document.photos;
    const byModel = { source: 'model', run: String(runId), at };
    const byHand = { source: 'human', run: null, at };
    expect(ofDog).toMatchObject({
      ...{ width: 640, height: 480, scores: [] },
      captions: [
        {
          ...{ text: 'a cat', ...byModel, instruction: null, shown: true, itm: 0.1, doubtful: true },
          ...{ scores: [{ itm: 0.1, itc: null, doubtful: true, run: String(runId), at }] },
          ...{ candidates: [{ text: 'a cat', itm: 0.1 }], seen: { width: 640, height: 480 } },
        },
      ],
      answers: [{ question: 'What animal?', text: 'dog', ...byModel, shown: true }],
    });
    expect(ofBoat?.captions).toMatchObject([
      { text: 'my "boat", moored', ...byHand, shown: true },
      { text: 'a boat', ...byModel, shown: false },
    ]);
    expect(ofBoat?.tags).toEqual([
      { path: ['places', 'Harbour, old'], ...byHand, confidence: null, approvedAt: null },
      { path: ['sea'], ...byHand, confidence: null, approvedAt: null },
      { path: ['sea'], ...byModel, confidence: 0.9, approvedAt: null },
    ]);
  });

  it('holds later scores, corrections, approvals, and what describes earlier content in full JSON', async () => {
    const { catalog } = test;
    const [mine, models] = catalog.captions.of(boat);
    if (mine === undefined || models === undefined) throw new Error('the boat has two captions');
    catalog.captions.write(boat, 'a moored boat', { basedOnId: models.id });
    const description = { kind: 'score' } as const;
    const scoring = catalog.runs.begin({ kind: 'score', description, identity });
    catalog.scores.add(boat, scoring, { captionId: models.id, text: 'a boat', itm: 0.7, itc: 0.3, doubtful: false });
    catalog.scores.add(boat, scoring, { text: 'a ship', itm: 0.6 });
    const asked = catalog.answers.questionId('What animal?');
    catalog.answers.add(dog, asked, runId, {
      text: 'wolf',
      source: 'model',
      choices: [{ text: 'wolf', probability: 1 }],
    });
    const [sea] = catalog.tags.of(boat).filter(({ source }) => source === 'model');
    catalog.tags.add(boat, runId, { path: sea?.path ?? '', source: 'model', approvedAtMs: 'now' });
    test.editPhoto(dog);
    const { photos, runs } = await fullDocument({ ...plain, included: everything });
    const [ofDog, ofBoat] = photos;
    expect(Object.keys(runs)).toEqual([String(runId), String(scoring)]);
    expect(ofBoat?.captions).toMatchObject([
      { text: 'a moored boat', basedOn: 1, run: null, scores: [] },
      { text: 'a boat', itm: 0.7, doubtful: false, scores: [{ itm: 0.7, itc: 0.3, run: String(scoring) }] },
    ]);
    expect(ofBoat?.scores).toMatchObject([{ text: 'a ship', itm: 0.6, itc: null, doubtful: null }]);
    expect(ofBoat?.tags.at(-1)).toMatchObject({ path: ['sea'], source: 'model', approvedAt: at });
    expect(ofDog?.captions).toMatchObject([{ outdated: true }]);
    expect(ofDog?.answers).toMatchObject([
      { text: 'wolf', shown: true, outdated: true, choices: [{ text: 'wolf', probability: 1 }] },
      { text: 'dog', shown: false, choices: null },
    ]);
  });

  it('names in full JSON no run that no text names', async () => {
    const other = test.catalog.runs.begin({ kind: 'caption', description: { kind: 'named', name: 'Other' }, identity });
    test.catalog.captions.add(dog, other, { text: 'a newer cat', source: 'model' });
    const runsOf = async (filter: ExportFilter) => Object.keys((await fullDocument(filter)).runs);
    expect(await runsOf({ ...plain, included: { ...captionsOnly, alternatives: true } })).toHaveLength(2);
    expect(await runsOf(plain)).toEqual([String(other)]);
    expect(await runsOf({ ...plain, humanOnly: true })).toEqual([]);
  });

  it('has a column for tags and one for each question in CSV', async () => {
    expect(await documentOf('csv', { ...plain, included: everything })).toBe(
      'file_name,caption,width,height,model,prompt,alt_text,long_description,tags,What animal?\r\n' +
        'Dog.jpg,a cat,640,480,tiny,a photo of,,,,dog\r\n' +
        'boat.jpg,"my ""boat"", moored",640,480,,,A boat at a quay,,"places/Harbour, old; sea",\r\n',
    );
  });

  it('adds tags, answers and alternatives to the lines of an imagefolder', async () => {
    const lines = (await documentOf('jsonl', { ...plain, included: everything })).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        file_name: 'Dog.jpg',
        text: 'a cat',
        texts: ['a cat'],
        alt_text: null,
        long_description: null,
        tags: [],
        answers: [{ question: 'What animal?', text: 'dog' }],
      },
      {
        file_name: 'boat.jpg',
        text: 'my "boat", moored',
        texts: ['my "boat", moored', 'a boat'],
        alt_text: 'A boat at a quay',
        long_description: null,
        tags: ['places/Harbour, old', 'sea'],
        answers: [],
      },
    ]);
  });

  it('adds the score of the first caption where it is asked for', async () => {
    const scored = { ...plain, included: { ...captionsOnly, scores: true } };
    expect((await documentOf('jsonl', scored)).split('\n')[0]).toBe(
      '{"file_name":"Dog.jpg","text":"a cat","itm":0.1,"doubtful":true}',
    );
    expect(await documentOf('csv', scored)).toContain('prompt,itm\r\nDog.jpg,a cat,640,480,tiny,a photo of,0.1\r\n');
  });

  it('adds the rating, flag and label that a photo shows where they are asked for, also of one with nothing else', async () => {
    const { catalog } = test;
    const description = { kind: 'named', name: 'Sort' } as const;
    const run = catalog.runs.begin({ kind: 'edit', description });
    catalog.marks.add(dog, run, { mark: { kind: 'label', value: 'red' } });
    catalog.connection.prepare("UPDATE photo SET shown_rating = -1, shown_flag = 'reject' WHERE id = ?").run(boat);
    const filter = { ...plain, included: { ...captionsOnly, captions: false, shownMarks: true } };
    expect(await documentOf('csv', filter)).toBe(
      'file_name,caption,width,height,model,prompt,rating,flag,label\r\n' +
        'Dog.jpg,,640,480,,,,,red\r\nboat.jpg,,640,480,,,,reject,\r\n',
    );
    expect(await documentOf('jsonl', filter)).toBe(
      '{"file_name":"Dog.jpg","text":null,"rating":null,"flag":null,"label":"red"}\n' +
        '{"file_name":"boat.jpg","text":null,"rating":null,"flag":"reject","label":null}\n',
    );
    catalog.marks.add(boat, run, { mark: { kind: 'rating', value: 4 } });
    catalog.marks.add(boat, run, { mark: { kind: 'flag', value: 'none' } });
    expect(await documentOf('csv', filter)).toContain('boat.jpg,,640,480,,,4,,\r\n');
    expect((await fullDocument(plain)).photos.map(({ marks }) => marks?.map(({ kind }) => kind))).toContainEqual([
      'rating',
      'flag',
    ]);
    await catalog.undo.revert(run);
    expect(await documentOf('jsonl', filter)).toBe('');
  });

  it('holds answers to the questions that were named, and no others', async () => {
    const asked = test.catalog.answers.questionId('Indoors?');
    test.catalog.answers.add(boat, asked, runId, { text: 'no', source: 'model' });
    const filter = { ...plain, included: { ...captionsOnly, captions: false, answers: true }, questionIds: [asked] };
    expect(await documentOf('csv', filter)).toBe(
      'file_name,caption,width,height,model,prompt,Indoors?\r\nboat.jpg,,640,480,,,no\r\n',
    );
    expect((await fullDocument(filter)).photos.map(({ answers }) => answers.map(({ text }) => text))).toEqual([['no']]);
    expect(await documentOf('jsonl', { ...filter, questionIds: [] })).toBe('');
  });

  it.each(['json', 'json-full', 'jsonl', 'coco', 'csv'] as const)(
    'is shown as %s before it is written, the first photos of it just as they will be',
    async (format) => {
      const filter = { ...plain, included: everything };
      const preview = (limit: number, photoIds = all()) =>
        previewExport(test.catalog.reader, { kind: 'document', format, photoIds, filter, limit }, undefined);
      expect(await preview(10)).toBe(await documentOf(format, filter));
      expect(await preview(1)).toContain('Dog');
      expect(await preview(1)).not.toContain('boat');
      expect(await preview(1, [bare])).toBe('');
    },
  );

  it('has the same rows as a Parquet table, in groups, of types that do not depend on them', async () => {
    const many = test.catalog.connection.write(() =>
      Array.from({ length: 2002 }, (_, index) => test.addPhoto(`${index}.jpg`)),
    );
    test.catalog.connection.write(() => {
      for (const id of many) test.catalog.captions.add(id, runId, { text: `caption ${id} 海 😀`, source: 'model' });
    });
    const parquetOf = async (filter: ExportFilter, photoIds: number[]): Promise<ArrayBuffer> => {
      const file = path.join(test.folder, 'table.parquet');
      const { reader, writtenFiles } = test.catalog;
      await exportDocumentFile({ reader, writtenFiles }, { format: 'parquet', photoIds, filter, file, isNamed: true });
      return new Uint8Array(await readFile(file)).buffer;
    };
    const rated = test.catalog.runs.begin({ kind: 'edit', description: { kind: 'named', name: 'Sort' } });
    test.catalog.marks.add(boat, rated, { mark: { kind: 'rating', value: 5 } });
    const filter = { ...plain, included: { ...everything, shownMarks: true } };
    const photoIds = [...all(), ...many];
    const file = await parquetOf(filter, photoIds);
    expect(parquetMetadata(file).row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([2000, 4]);
    const lines = (await documentOf('jsonl', filter, photoIds))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(await parquetReadObjects({ file })).toEqual(lines);
    const empty = await parquetOf(filter, []);
    expect(parquetMetadata(empty).schema).toEqual(parquetMetadata(file).schema);
  });

  it('leaves out what no person wrote, or what is doubtful, where that is asked for', async () => {
    expect(JSON.parse(await documentOf('json', { ...plain, humanOnly: true }))).toEqual({
      boat: ['my "boat", moored'],
    });
    expect(Object.keys(JSON.parse(await documentOf('json', { ...plain, withoutDoubtful: true })))).toEqual(['boat']);
    const human = await fullDocument({ ...plain, humanOnly: true, included: everything });
    expect(human.photos).toHaveLength(1);
    expect(human.photos[0]?.tags).toHaveLength(2);
  });

  it('does not hold captions that were undone', async () => {
    const [shown] = test.catalog.captions.of(boat);
    if (shown === undefined) throw new Error('the boat has no caption');
    await test.catalog.undo.revert(shown.runId);
    expect(JSON.parse(await documentOf('json', plain, [boat]))).toEqual({ boat: ['a boat'] });
  });

  it.each(['json', 'json-full', 'jsonl', 'coco', 'csv'] as const)(
    'is a whole %s document without photos',
    async (format) => {
      const text = await documentOf(format, plain, []);
      if (format === 'jsonl') expect(text).toBe('');
      else if (format === 'csv') expect(text).toBe('file_name,caption,width,height,model,prompt\r\n');
      else expect(JSON.stringify(JSON.parse(text), null, 2)).toBe(text.trimEnd());
    },
  );

  it.each(['json', 'json-full', 'coco'] as const)(
    'numbers and joins %s over more photos than are read at once',
    async (format) => {
      const runId = test.catalog.runs.begin({
        kind: 'caption',
        description: { kind: 'named', name: 'Caption' },
        identity,
      });
      const many = test.catalog.connection.write(() =>
        Array.from({ length: photosAtATime + 3 }, (_, index) => {
          const id = test.addPhoto(`${String(index).padStart(4, '0')}.jpg`);
          test.catalog.captions.add(id, runId, { text: `caption ${index}`, source: 'model' });
          test.catalog.captions.add(id, runId, { text: `newer ${index}`, source: 'model' });
          return id;
        }),
      );
      const filter = { ...plain, included: { ...captionsOnly, alternatives: true } };
      const text = await documentOf(format, filter, many.toReversed());
      const document = JSON.parse(text);
      expect(JSON.stringify(document, null, 2)).toBe(text.trimEnd());
      if (format === 'json') expect(Object.keys(document)).toHaveLength(many.length);
      if (format === 'json-full') expect(document.photos).toHaveLength(many.length);
      if (format !== 'coco') return;
      expect(document.images.at(-1)).toMatchObject({ id: many.length, file_name: `0${photosAtATime + 2}.jpg` });
      expect(document.annotations.at(-1)).toEqual({
        id: many.length * 2,
        image_id: many.length,
        caption: `caption ${photosAtATime + 2}`,
      });
    },
  );

  it('leaves the file as it was when it is stopped, and nothing beside it', async () => {
    const file = path.join(test.folder, 'captions.json');
    await writeFile(file, 'before');
    const stop = new AbortController();
    const course = { signal: stop.signal, onProgress: () => stop.abort() };
    const written = streamOutputFile(
      file,
      () => false,
      async (sink) => {
        await exportDocument(test.catalog.reader, { format: 'json', photoIds: all(), filter: plain }, sink, course);
      },
    );
    await expect(written).rejects.toThrow(/abort/i);
    expect(await readFile(file, 'utf8')).toBe('before');
    expect((await readdir(test.folder)).filter((name) => name.includes('vignette') || name.endsWith('.bak'))).toEqual(
      [],
    );
  });

  it.skipIf(!canMakeSmallDisks)(
    'says that the disk is full, and leaves nothing there (needs root on Linux)',
    async () => {
      await using disk = await makeSmallDisk(1);
      const file = path.join(disk.path, 'captions.json');
      const written = streamOutputFile(
        file,
        () => false,
        async (sink) => {
          for (let piece = 0; piece < 40; piece += 1) await sink.write('x'.repeat(64 * 1024));
        },
      );
      await expect(written).rejects.toMatchObject({
        code: 'OUTPUT_NOT_WRITABLE',
        message: expect.stringContaining('full'),
      });
      expect(await readdir(disk.path)).toEqual([]);
    },
  );

  describe('as sidecars', () => {
    const memoryOf = ({ writtenFiles, writtenXmp }: Catalog) => ({ writtenFiles, writtenXmp });
    const out = () => path.join(test.folder, 'out');
    const sidecars = (format: SidecarFormat, filter: ExportFilter = plain) =>
      exportSidecars(
        { catalog: test.catalog, ...memoryOf(test.catalog), temporaryFolder: tmpdir() },
        { format, photoIds: all(), filter, folder: out() },
      );
    const read = (name: string) => readFile(path.join(out(), name), 'utf8');

    it('replaces what it wrote, and keeps what somebody else wrote', async () => {
      await mkdir(out());
      await writeFile(path.join(out(), 'Dog.txt'), 'by hand');
      expect(await sidecars('txt')).toEqual({ written: 1, kept: 1, failures: [] });
      expect(await read('boat.txt')).toBe('my "boat", moored\n');
      test.catalog.captions.write(boat, 'a yacht');
      const withTags = { ...plain, included: { ...captionsOnly, tags: true } };
      expect(await sidecars('txt', withTags)).toMatchObject({ written: 1, kept: 1 });
      expect(await read('boat.txt')).toBe('a yacht, places/Harbour, old, sea\n');
      await sidecars('txt');
      expect(await read('boat.txt')).toBe('a yacht\n');
      expect(await read('Dog.txt')).toBe('by hand');
    });

    it('says what a template says, without the clauses that a photo has nothing for', async () => {
      await mkdir(path.join(out(), 'sub'), { recursive: true });
      const withTags = { ...plain, included: { ...captionsOnly, tags: true } };
      const request = { format: 'txt', filter: withTags, template: 'photo of {caption}[; {tags}] ({file})' } as const;
      const parts = { catalog: test.catalog, ...memoryOf(test.catalog), temporaryFolder: tmpdir() };
      await exportSidecars(parts, { ...request, photoIds: all(), folder: out() });
      expect(await read('boat.txt')).toBe('photo of my "boat", moored; places/Harbour, old, sea (boat)\n');
      expect(await read('Dog.txt')).toBe('photo of a cat (Dog)\n');
      const preview = await previewExport(
        test.catalog.reader,
        { ...request, kind: 'sidecars', photoIds: all(), folder: out(), limit: 1 },
        undefined,
      );
      expect(preview).toBe(`${path.join(out(), 'Dog.txt')}\nphoto of a cat (Dog)\n`);
      expect(() => sidecarTemplate('{people}')).toThrow(expect.objectContaining({ code: 'TEMPLATE_INVALID' }));
      expect(() => sidecarTemplate('{caption')).toThrow(expect.objectContaining({ code: 'TEMPLATE_INVALID' }));
    });

    it('says an alt text and a long description where the template has a place for them, of photos that have one', async () => {
      await mkdir(path.join(out(), 'sub'), { recursive: true });
      const [first = 0] = all();
      for (const kind of ['altText', 'longDescription'] as const) {
        test.catalog.captions.write(first, `the ${kind}`, { kind });
      }
      const included = { ...captionsOnly, captions: false, altText: true, longDescription: true };
      const template = '[{alt_text}.][ {long_description}!]';
      const request = { format: 'txt', filter: { ...plain, included }, template } as const;
      const parts = { catalog: test.catalog, ...memoryOf(test.catalog), temporaryFolder: tmpdir() };
      const outcome = await exportSidecars(parts, { ...request, photoIds: all(), folder: out() });
      expect(outcome.failures).toEqual([]);
      const names = (await readdir(out(), { recursive: true })).filter((name) => name.endsWith('.txt'));
      const said = await Promise.all(names.map(async (name) => await read(name)));
      expect(said).toEqual(['the altText. the longDescription!\n']);
    });

    it('names files alike whichever photos are exported', async () => {
      test.addPhoto('boat.png');
      await sidecars('caption');
      expect(await readdir(out())).toEqual(['Dog.caption', 'boat.jpg.caption']);
    });

    it('puts tags where other programs look for them, beside those that are there', async () => {
      const withTags = { ...plain, included: { ...captionsOnly, tags: true } };
      await sidecars('xmp', withTags);
      const first = await read('boat.jpg.xmp');
      for (const text of ['places/Harbour, old', 'places|Harbour, old', '>Harbour, old<', 'moored'])
        expect(first).toContain(text);
      await writeFile(path.join(out(), 'boat.jpg.xmp'), first.replaceAll('>sea<', '>theirs<'));
      await sidecars('xmp', withTags);
      const second = await read('boat.jpg.xmp');
      expect(second.match(/>theirs</g)).toHaveLength(3);
      expect(second.match(/>sea</g)).toHaveLength(3);
    });

    it('takes out of a sidecar what has left the library, of photos too that have nothing any more', async () => {
      const withTags = { ...plain, included: { ...captionsOnly, tags: true } };
      expect(await sidecars('xmp', withTags)).toMatchObject({ failures: [] });
      expect(await read('boat.jpg.xmp')).toContain('>sea<');
      for (const { id } of test.catalog.runs.list()) await test.catalog.undo.revert(id).catch(() => undefined);
      expect(await sidecars('xmp', withTags)).toMatchObject({ failures: [] });
      for (const text of ['sea', 'moored', 'Harbour']) expect(await read('boat.jpg.xmp')).not.toContain(text);
    });

    it.each([0, 1])(
      'leaves those of a photo alone that leaves the library after %i photos, and writes the others',
      async (after) => {
        const parts = { catalog: test.catalog, ...memoryOf(test.catalog), temporaryFolder: tmpdir() };
        const request = { format: 'xmp', photoIds: all(), filter: plain, folder: out() } as const;
        await exportSidecars(parts, request);
        const before = await read('boat.jpg.xmp');
        test.catalog.captions.write(dog, 'a dog');
        const onProgress = (done: number) => {
          if (done === after) test.catalog.places.delete(boat);
        };
        expect(await exportSidecars(parts, request, { onProgress })).toMatchObject({ failures: [] });
        expect(await read('Dog.jpg.xmp')).toContain('a dog');
        expect(await read('boat.jpg.xmp')).toBe(before);
      },
    );

    it('names the photos whose files cannot be reached when they are to lie beside them', async () => {
      test.catalog.connection.database.exec("UPDATE root SET state = 'offline'");
      const outcome = await exportSidecars(
        { catalog: test.catalog, ...memoryOf(test.catalog), temporaryFolder: tmpdir() },
        { format: 'txt', photoIds: all(), filter: plain, folder: undefined },
      );
      expect(outcome.written).toBe(0);
      expect(outcome.failures.map(({ file }) => file)).toEqual(['Dog.jpg', 'boat.jpg']);
    });
  });
});
