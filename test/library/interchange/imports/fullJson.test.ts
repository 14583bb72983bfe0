/** @file Full JSON as an import takes it: authors stay who they were, older and newer versions, and what is no such document. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unknownPhotoId } from '../../../../main/library/catalog/texts/copies.ts';
import type { RunIdentity } from '../../../../main/library/catalog/texts/provenance.ts';
import { exportDocument } from '../../../../main/library/interchange/exportDocument.ts';
import { importTexts, planImport, readImport } from '../../../../main/library/interchange/imports/importTexts.ts';
import { generationSettingsSchema } from '../../../../native-models/generation/generationSettings.ts';
import { type FullJson, fullJsonSchema } from '../../../../schemas/fullJson.ts';
import { type TestCatalog, testCatalog } from '../../../support/testCatalog.ts';

let test: TestCatalog;
let boat: number;

beforeEach(async () => {
  test = await testCatalog();
  boat = test.addPhoto('boat.jpg');
});
afterEach(() => test[Symbol.asyncDispose]());

async function imported(document: object, into = test) {
  const file = path.join(into.folder, 'full.json');
  await writeFile(file, JSON.stringify(document));
  const { catalog } = into;
  const { photos, remarks, runs } = await readImport(catalog, [{ path: file, format: 'json-full', use: 'caption' }]);
  const choose = () => 'keep' as const;
  const plan = await planImport(catalog, { photos }, choose);
  const description = { kind: 'importTexts', path: file, more: 0, format: 'json-full' } as const;
  const run = await importTexts(catalog, { photos: plan.photos, runs, choose, description, importSource: file });
  return { remarks, run, plan };
}

/** All that can be exported of the photo. */
async function exported({ catalog }: TestCatalog, ...photoIds: number[]): Promise<FullJson> {
  const pieces: string[] = [];
  const sink = { write: async (more: string | Uint8Array) => void pieces.push(String(more)) };
  const included = {
    captions: true,
    alternatives: true,
    altText: true,
    longDescription: true,
    tags: true,
    answers: true,
  };
  const filter = { included, humanOnly: false, withoutDoubtful: false };
  await exportDocument(catalog.reader, { format: 'json-full', photoIds, filter }, sink);
  return fullJsonSchema.parse(JSON.parse(pieces.join('')));
}

const settings = generationSettingsSchema.parse({});
const model = {
  id: 'tiny',
  sha256: 'ab'.repeat(32),
  precision: 'fp32',
  source: 'me/tiny',
  revision: '1a2b',
  compiler: '3',
};
const at = '2026-01-02T03:04:05.000Z';
const ofVersion1 = {
  format: 'vignette-captions',
  version: 1,
  photos: [
    {
      file: 'boat.jpg',
      sha256: null,
      width: 640,
      height: 480,
      captions: [
        ...[
          {
            text: 'my boat',
            source: 'human',
            model: null,
            instruction: null,
            parameters: null,
            itm: null,
            language: null,
            at,
          },
        ],
        {
          ...{
            text: 'a boat',
            source: 'model',
            model,
            instruction: 'a photo of',
            parameters: { numBeams: 1 },
            itm: 0.4,
          },
          ...{ doubtful: true, candidates: [{ text: 'a boat', itm: 0.4 }], language: 'en', approvedAt: null, at },
        },
      ],
      tags: [{ path: 'places/Harbour', source: 'model', model, confidence: 0.9, approvedAt: at }],
      answers: [{ question: 'Where?', text: 'at sea', source: 'model', model, at }],
    },
  ],
  failed: [],
};

describe('a text that a person made of one of another kind', () => {
  it('stays made of it in a document, and where that is imported', async () => {
    const { catalog } = test;
    const caption = catalog.captions.write(boat, 'a red boat at the pier');
    const alt = catalog.captions.write(boat, 'a red boat', { basedOnId: caption, kind: 'altText' });
    catalog.captions.write(boat, 'a boat', { basedOnId: alt, kind: 'altText' });
    const document = await exported(test, boat);
    const [photo] = document.photos;
    expect(photo?.altTexts).toMatchObject([{ text: 'a boat', basedOn: null }]);
    catalog.captions.write(boat, 'seen from far away', { basedOnId: caption, kind: 'longDescription' });
    const whole = await exported(test, boat);
    expect(whole.photos[0]?.longDescriptions).toMatchObject([
      { basedOn: null, basedOnOther: { kind: 'caption', index: 0 } },
    ]);
    await using other = await testCatalog();
    const there = other.addPhoto('boat.jpg');
    await imported(whole, other);
    const [long] = other.catalog.captions.of(there, 'longDescription');
    const [first] = other.catalog.captions.of(there, 'caption');
    expect(first?.text).toBe('a red boat at the pier');
    expect(long?.basedOnId).toBe(first?.id);
    expect((await exported(other, there)).photos[0]?.longDescriptions).toMatchObject([
      { basedOnOther: { kind: 'caption', index: 0 } },
    ]);
  });
});

describe('a text that was written about another photo of the stack', () => {
  it('stays a copy by its model in a document, and where that is imported, whether that photo is there or not', async () => {
    const { catalog } = test;
    const [buoy, gone] = [test.addPhoto('buoy.jpg'), test.addPhoto('gone.jpg')];
    const identity: RunIdentity = { model, prompt: 'a photo of', settings };
    const run = catalog.runs.begin({ kind: 'ask', description: { kind: 'named', name: 'x' }, identity });
    const questionId = catalog.answers.questionId('Where?');
    catalog.captions.add(buoy, run, { text: 'a boat', source: 'model', copiedFromId: boat });
    catalog.captions.add(buoy, run, { kind: 'altText', text: 'red', source: 'model', copiedFromId: gone });
    catalog.answers.add(buoy, questionId, run, { text: 'at sea', source: 'model', copiedFromId: boat });
    catalog.captions.add(boat, run, { text: 'a boat', source: 'model' });
    catalog.places.delete(gone);
    const document = await exported(test, boat, buoy);
    expect(document.photos).toMatchObject([
      { captions: [{ copiedFrom: null }] },
      {
        captions: [{ source: 'model', copiedFrom: { file: expect.stringMatching(/boat\.jpg$/) } }],
        altTexts: [{ copiedFrom: { file: null } }],
        answers: [{ copiedFrom: { file: expect.stringMatching(/boat\.jpg$/) } }],
      },
    ]);
    await using other = await testCatalog();
    const [there, theirBoat] = [other.addPhoto('buoy.jpg'), other.addPhoto('boat.jpg')];
    await imported(document, other);
    expect(other.catalog.captions.of(there)).toMatchObject([{ source: 'model', copiedFromId: theirBoat }]);
    expect(other.catalog.captions.of(there, 'altText')).toMatchObject([{ copiedFromId: unknownPhotoId }]);
    expect(other.catalog.answers.of(there)).toMatchObject([{ copiedFromId: theirBoat }]);
    expect(other.catalog.captions.of(theirBoat)).toMatchObject([{ copiedFromId: undefined }]);
    const again = JSON.stringify((await exported(other, theirBoat, there)).photos);
    expect(JSON.parse(again.replaceAll(/"run":"\d+"/g, '"run":"1"'))).toEqual(document.photos);
    await using without = await testCatalog();
    const alone = without.addPhoto('buoy.jpg');
    await imported({ ...document, photos: document.photos.slice(1) }, without);
    expect(without.catalog.captions.of(alone)).toMatchObject([{ copiedFromId: unknownPhotoId }]);
  });

  it('says nothing of it in documents of before', async () => {
    const { catalog } = test;
    catalog.captions.write(boat, 'mine');
    const { photos, ...document } = await exported(test, boat);
    const older = photos.map(({ captions, ...photo }) => ({
      ...photo,
      captions: captions.map(({ copiedFrom: _, ...text }) => text),
    }));
    await using other = await testCatalog();
    const there = other.addPhoto('boat.jpg');
    expect((await imported({ ...document, photos: older }, other)).remarks).toEqual([]);
    expect(other.catalog.captions.of(there)).toMatchObject([{ text: 'mine', copiedFromId: undefined }]);
  });
});

describe('version 1', () => {
  it('keeps people people and models models, with model, prompt, score and time', async () => {
    const { run, remarks } = await imported(ofVersion1);
    const { catalog } = test;
    expect(remarks).toEqual([]);
    const [mine, theirs] = catalog.captions.of(boat);
    expect(mine).toMatchObject({ text: 'my boat', source: 'human', runId: run, createdAtMs: Date.parse(at) });
    expect(theirs).toMatchObject({
      text: 'a boat',
      source: 'model',
      runId: run,
      itm: 0.4,
      doubtful: true,
      language: 'en',
    });
    const author = catalog.runs.get(theirs?.authorRunId ?? 0);
    expect(author).toMatchObject({ kind: 'caption', state: 'done' });
    expect(catalog.modelVersions.of(author.id)).toEqual([model]);
    expect(catalog.tags.of(boat)).toMatchObject([{ source: 'model', modelId: 'tiny', approval: { runId: run } }]);
    expect(catalog.answers.of(boat)).toMatchObject([{ source: 'model', createdAtMs: Date.parse(at) }]);
  });

  it('brings runs that are no part of the history here, and stand once however often it is imported', async () => {
    const { run = 0 } = await imported(ofVersion1);
    const { catalog } = test;
    expect(catalog.runs.list().map(({ id }) => id)).toEqual([run]);
    expect((await catalog.reader.read('historySteps', undefined)).undo).toMatchObject({ run: { id: run } });
    const runs = () =>
      catalog.connection.prepare('SELECT count(*) FROM run WHERE restored_by_run_id IS NOT NULL').pluck().get();
    const before = runs();
    const undo = await catalog.undo.revert(run);
    expect([catalog.captions.of(boat), catalog.tags.of(boat), catalog.answers.of(boat)]).toEqual([[], [], []]);
    expect(undo.leftAlone).toBe(0);
    await imported(ofVersion1);
    expect(runs()).toBe(before);
    // Some text of another model makes one more, and the others are those of before.
    const more = structuredClone(ofVersion1);
    for (const { captions } of more.photos) {
      for (const caption of captions)
        if (caption.model !== null) Object.assign(caption, { text: 'a vessel', model: { ...model, id: 'other' } });
    }
    await imported(more);
    expect(runs()).toBe(Number(before) + 1);
  });

  it('adds what a model wrote beside what a person wrote here, and leaves out what a person wrote there', async () => {
    test.catalog.captions.write(boat, 'our boat');
    const { plan } = await imported(ofVersion1);
    expect(plan.conflicts).toMatchObject([{ here: 'our boat', there: ['my boat'] }]);
    expect(test.catalog.captions.of(boat).map(({ text }) => text)).toEqual(['our boat', 'a boat']);
  });
});

describe('version 2', () => {
  it('says what a text was made from, also where a text had to be made sound', async () => {
    await using original = await testCatalog();
    const source = original.catalog;
    const id = original.addPhoto('boat.jpg');
    const run = source.runs.begin({ kind: 'import', description: { kind: 'named', name: 'test' } });
    const first = source.captions.add(id, run, { text: 'a boat', source: 'import' });
    source.captions.add(id, run, { text: 'a red boat', source: 'human', basedOnId: first });
    const document = JSON.stringify(await exported(original, id));
    await imported(JSON.parse(document.replace('"a boat"', '"a boat\\u0007"')));
    const [mine, theirs] = test.catalog.captions.of(boat);
    expect([mine?.text, theirs?.text]).toEqual(['a red boat', 'a boat']);
    expect(mine?.basedOnId).toBe(theirs?.id);
  });

  it('says what a text was made from, which is here already', async () => {
    await using original = await testCatalog();
    const source = original.catalog;
    const id = original.addPhoto('boat.jpg');
    const run = source.runs.begin({ kind: 'caption', description: { kind: 'named', name: 'test' } });
    const first = source.captions.add(id, run, { text: 'a boat', source: 'model' });
    await imported(await exported(original, id));
    source.captions.write(id, 'a red boat', { basedOnId: first });
    await imported(await exported(original, id));
    const [mine, theirs] = test.catalog.captions.of(boat);
    expect([mine?.text, theirs?.text]).toEqual(['a red boat', 'a boat']);
    expect(mine?.basedOnId).toBe(theirs?.id);
  });

  it('says what a text was made from, which a person approved since and which is shown', async () => {
    await using original = await testCatalog();
    const source = original.catalog;
    const id = original.addPhoto('boat.jpg');
    const run = source.runs.begin({ kind: 'caption', description: { kind: 'named', name: 'test' } });
    const first = source.captions.add(id, run, { text: 'a boat', source: 'model' });
    source.captions.write(id, 'a red boat', { basedOnId: first });
    source.captions.write(id, 'a boat', { basedOnId: first });
    await imported(await exported(original, id));
    const [theirs, mine] = test.catalog.captions.of(boat);
    expect([theirs?.text, mine?.text]).toEqual(['a boat', 'a red boat']);
    expect(mine?.basedOnId).toBe(theirs?.id);
  });

  it('says what a text was made from, where nobody knows who wrote that and it stands twice', async () => {
    await using original = await testCatalog();
    const source = original.catalog;
    const id = original.addPhoto('boat.jpg');
    const run = source.runs.begin({ kind: 'import', description: { kind: 'named', name: 'test' } });
    const first = source.captions.add(id, run, { text: 'a boat', source: 'import' });
    source.captions.write(id, 'a red boat', { basedOnId: first });
    const document = await exported(original, id);
    const [photo] = document.photos;
    const [mine, theirs] = photo?.captions ?? [];
    const captions = [theirs, mine, theirs].map((text) => text && { ...text, basedOn: text === mine ? 2 : null });
    await imported({ ...document, photos: [{ ...photo, captions }] });
    const [red, plain] = test.catalog.captions.of(boat).toSorted((a, b) => b.text.length - a.text.length);
    expect([red?.text, plain?.text]).toEqual(['a red boat', 'a boat']);
    expect(red?.basedOnId).toBe(plain?.id);
  });

  it('takes no text for made from itself', async () => {
    await using original = await testCatalog();
    const source = original.catalog;
    const id = original.addPhoto('boat.jpg');
    source.captions.write(id, 'a red boat');
    const document = await exported(original, id);
    const [photo] = document.photos;
    const captions = photo?.captions.map((text) => ({ ...text, basedOn: 0 }));
    await imported({ ...document, photos: [{ ...photo, captions }] });
    expect(test.catalog.captions.of(boat)).toMatchObject([{ text: 'a red boat', basedOnId: undefined }]);
  });

  describe('with the tags that runs chose from', () => {
    const tagging = (vocabulary: string[], maxNewTokens = 64): RunIdentity => ({
      ...{ model: { id: 'tiny', sha256: model.sha256, precision: 'fp32' }, kind: 'question' },
      prompt: `list the tags in ${maxNewTokens} tokens`,
      settings: generationSettingsSchema.parse({
        ...{ maxNewTokens, tags: { vocabulary, max: 2, synonyms: [{ word: 'ocean', tag: 'sea' }] } },
      }),
      tagPaths: vocabulary.map((tag) => `places/${tag}`),
    });
    const identities = [tagging(['sea', 'harbour']), tagging(['sea', 'harbour'], 32), tagging(['sea', 'boat'])];
    async function document(): Promise<FullJson> {
      await using original = await testCatalog();
      const { runs, tags } = original.catalog;
      const id = original.addPhoto('boat.jpg');
      for (const [index, identity] of identities.entries()) {
        const run = runs.begin({ kind: 'ask', description: { kind: 'named', name: 'test' }, identity });
        tags.add(id, run, { path: `places/${index}`, source: 'model' });
      }
      return await exported(original, id);
    }
    const restored = () => {
      const { connection, runs } = test.catalog;
      const ids = connection
        .prepare<[], number>("SELECT id FROM run WHERE restored_by_run_id IS NOT NULL AND kind = 'ask' ORDER BY id")
        .pluck()
        .all();
      return ids.map((id) => runs.get(id).identity);
    };
    const storedVocabularies = () =>
      test.catalog.connection.prepare('SELECT count(*) FROM run_vocabulary').pluck().get();

    it('has each list of them once, and keeps it so', async () => {
      const written = await document();
      expect(Object.values(written.runs).map((run) => run.vocabulary)).toEqual(['1', '1', '2']);
      expect(Object.values(written.vocabularies ?? {}).map(({ tags }) => tags)).toEqual([
        ['sea', 'harbour'],
        ['sea', 'boat'],
      ]);
      expect((await imported(written)).remarks).toEqual([]);
      expect(restored()).toEqual(identities);
      expect(storedVocabularies()).toBe(2);
      await imported(written);
      expect(restored()).toHaveLength(identities.length);
    });

    it('is read where they stand behind the runs', async () => {
      const { vocabularies, ...others } = await document();
      expect((await imported({ ...others, vocabularies })).remarks).toEqual([]);
      expect(restored()).toEqual(identities);
    });

    it('is read where each run has its own, which are stored once', async () => {
      const { vocabularies: _, ...others } = await document();
      const whole = Object.entries(others.runs).map(([key, { vocabulary: __, ...run }], index) => {
        const { settings, tagPaths } = identities[index] ?? {};
        return [key, { ...run, parameters: settings, tagPaths: tagPaths?.map((tag) => tag.split('/')) }];
      });
      expect((await imported({ ...others, runs: Object.fromEntries(whole) })).remarks).toEqual([]);
      expect(restored()).toEqual(identities);
      expect(storedVocabularies()).toBe(2);
    });

    it('leaves out the settings of runs that name one that is not there', async () => {
      const { vocabularies = {}, ...others } = await document();
      const { 1: first, ...rest } = vocabularies;
      const strange = { 1: { ...first, tags: [] }, ...rest };
      const { remarks } = await imported({ ...others, vocabularies: strange });
      const [, , third] = identities;
      expect(restored()).toEqual([undefined, undefined, third]);
      const [a, b] = Object.keys(others.runs);
      const names = ['vocabularies.1', `runs.${a}`, `runs.${b}`];
      expect(remarks).toEqual(names.map((name) => ({ name, remark: 'invalidEntry' })));
      expect(test.catalog.tags.of(boat).map(({ source }) => source)).toEqual(['model', 'model', 'model']);
    });
  });

  it('says what kind of text a run wrote', async () => {
    await using original = await testCatalog();
    const source = original.catalog;
    const id = original.addPhoto('boat.jpg');
    const identity = { model: { id: 'tiny', sha256: model.sha256, precision: 'fp32' }, prompt: 'a photo of', settings };
    const description = { kind: 'named', name: 'test' } as const;
    const ofAltTexts = source.runs.begin({
      kind: 'caption',
      description,
      identity: { ...identity, textKind: 'altText' },
    });
    source.captions.add(id, ofAltTexts, { kind: 'altText', text: 'a boat', source: 'model' });
    const ofCaptions = source.runs.begin({ kind: 'caption', description, identity });
    source.captions.add(id, ofCaptions, { text: 'a red boat', source: 'model' });
    const document = await exported(original, id);
    expect(Object.values(document.runs).map(({ textKind }) => textKind)).toEqual(['altText', null]);
    await imported(document);
    const kinds = test.catalog.captions
      .of(boat, null)
      .map(({ kind, authorRunId = 0 }) => [kind, test.catalog.runs.get(authorRunId).identity?.textKind]);
    expect(kinds).toHaveLength(2);
    expect(kinds).toEqual(
      expect.arrayContaining([
        ['altText', 'altText'],
        ['caption', undefined],
      ]),
    );
  });

  it('is read where it does not say that', async () => {
    await using original = await testCatalog();
    const id = original.addPhoto('boat.jpg');
    const { runs } = original.catalog;
    const identity = { model: { id: 'tiny', sha256: model.sha256, precision: 'fp32' }, prompt: 'a photo of', settings };
    const run = runs.begin({ kind: 'caption', description: { kind: 'named', name: 'test' }, identity });
    original.catalog.captions.add(id, run, { text: 'a boat', source: 'model' });
    const document = await exported(original, id);
    const before = Object.entries(document.runs).map(([key, { textKind: _, ...facts }]) => [key, facts]);
    expect((await imported({ ...document, runs: Object.fromEntries(before) })).remarks).toEqual([]);
    const [caption] = test.catalog.captions.of(boat);
    expect(test.catalog.runs.get(caption?.authorRunId ?? 0).identity).toEqual(identity);
  });
});

describe('what another person wrote, imported', () => {
  it('stays beside what is written here afterwards', async () => {
    const { catalog } = test;
    await imported(ofVersion1);
    catalog.captions.write(boat, 'our boat');
    catalog.captions.write(boat, 'our red boat');
    expect(catalog.captions.of(boat).map(({ text }) => text)).toEqual(['our red boat', 'my boat', 'a boat']);
  });

  it('gives way where a person went on from it', async () => {
    const { catalog } = test;
    await imported(ofVersion1);
    catalog.captions.write(boat, 'my red boat', { basedOnId: catalog.captions.of(boat)[0]?.id });
    expect(catalog.captions.of(boat).map(({ text }) => text)).toEqual(['my red boat', 'a boat']);
  });
});

describe('what another person answered, imported', () => {
  it('stays beside what is answered here afterwards, which is shown', async () => {
    const { catalog } = test;
    const [photo] = ofVersion1.photos;
    const answers = [{ question: 'Where?', text: 'in Kiel', source: 'human', model: null, at }];
    await imported({ ...ofVersion1, photos: [{ ...photo, answers }] });
    catalog.answers.write(boat, 'Where?', 'in Hamburg');
    catalog.answers.write(boat, 'where', 'in the port of Hamburg');
    expect(catalog.answers.of(boat)).toMatchObject([
      { text: 'in the port of Hamburg', shown: true },
      { text: 'in Kiel', shown: false },
    ]);
  });

  it('stays too where nobody says who gave it', async () => {
    const { catalog } = test;
    const run = catalog.runs.begin({ kind: 'import', description: { kind: 'named', name: 'test' } });
    catalog.answers.add(boat, catalog.answers.questionId('Where?'), run, { text: 'in Kiel', source: 'human' });
    catalog.answers.write(boat, 'Where?', 'in Hamburg');
    expect(catalog.answers.of(boat).map(({ text }) => text)).toEqual(['in Hamburg', 'in Kiel']);
  });
});

describe('what was approved elsewhere, and is here unapproved', () => {
  const [photo] = ofVersion1.photos;
  const [, models] = photo?.captions ?? [];
  const unapproved = {
    ...ofVersion1,
    photos: [
      { ...photo, captions: [models], tags: photo?.tags.map((tag) => ({ ...tag, approvedAt: null })), answers: [] },
    ],
  };
  const approved = {
    ...ofVersion1,
    photos: [{ ...photo, captions: [{ ...models, approvedAt: at }], answers: [] }],
  };
  const approvalsOf = () =>
    [...test.catalog.captions.of(boat), ...test.catalog.tags.of(boat)].map((row) => row.approval);

  it('is approved by the import, once, until that is undone', async () => {
    await imported(unapproved);
    expect(approvalsOf()).toEqual([undefined, undefined]);
    const { run = 0, plan } = await imported(approved);
    expect(plan.counts).toMatchObject({ captions: 0, tags: 0, approvals: 2 });
    const approval = { runId: run, atMs: Date.parse(at) };
    expect(approvalsOf()).toEqual([approval, approval]);
    expect(test.catalog.captions.of(boat)).toMatchObject([{ source: 'model' }]);
    expect((await imported(approved)).run).toBeUndefined();
    await test.catalog.undo.revert(run);
    expect(approvalsOf()).toEqual([undefined, undefined]);
    expect(test.catalog.captions.of(boat)).toHaveLength(1);
  });

  it('is a conflict where a person here wrote something else, whose text is kept and shown', async () => {
    await imported(unapproved);
    test.catalog.captions.write(boat, 'our boat');
    const { plan } = await imported(approved);
    expect(plan.conflicts).toMatchObject([{ here: 'our boat', there: ['a boat'] }]);
    expect(test.catalog.captions.of(boat)).toMatchObject([
      { text: 'our boat' },
      { text: 'a boat', approval: undefined },
    ]);
  });

  it('is shown before what models wrote here', async () => {
    await imported(unapproved);
    const { catalog } = test;
    const run = catalog.runs.begin({ kind: 'caption', description: { kind: 'named', name: 'test' } });
    catalog.captions.add(boat, run, { text: 'a newer one', source: 'model' });
    await imported(approved);
    expect(catalog.captions.of(boat).map(({ text }) => text)).toEqual(['a boat', 'a newer one']);
  });
});

describe('a document with something strange in it', () => {
  it('names photos that are not as the version says, and takes the others', async () => {
    const photos = [{ file: 'boat.jpg', captions: 'a boat' }, ...ofVersion1.photos];
    expect((await imported({ ...ofVersion1, photos })).remarks).toEqual([{ name: 'boat.jpg', remark: 'invalidEntry' }]);
    expect(test.catalog.captions.of(boat)).toHaveLength(2);
  });

  it("says of a model what cannot be read here, and its text is still no person's", async () => {
    const [photo] = ofVersion1.photos;
    const strange = {
      text: 'a ship',
      source: 'model',
      model: { id: 'new' },
      instruction: null,
      parameters: { numBeams: 'many' },
    };
    const captions = [{ ...strange, itm: null, language: null, at }];
    await imported({ ...ofVersion1, photos: [{ ...photo, captions }] });
    const [caption] = test.catalog.captions.of(boat);
    expect(caption).toMatchObject({ text: 'a ship', source: 'model' });
    expect(test.catalog.runs.get(caption?.authorRunId ?? 0).identity).toBeUndefined();
  });
});
