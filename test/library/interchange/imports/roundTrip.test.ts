/**
 * @file What is exported and imported into an empty catalog is the same again: full JSON with all that is known of a text,
 * the other formats with what they can hold. Property-based: catalogs are made at random.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Catalog } from '../../../../main/library/catalog/catalog.ts';
import { answerKey } from '../../../../main/library/catalog/texts/answers.ts';
import { exportDocument } from '../../../../main/library/interchange/exportDocument.ts';
import { importTexts, planImport, readImport } from '../../../../main/library/interchange/imports/importTexts.ts';
import type { DocumentSink } from '../../../../main/library/interchange/outputFile.ts';
import { withoutControls } from '../../../../main/library/interchange/plainText.ts';
import { codePointOrder } from '../../../../main/library/photos/order.ts';
import { foldText } from '../../../../main/library/text/searchableText.ts';
import { caselessKey } from '../../../../main/library/text/textKeys.ts';
import { generationSettingsSchema } from '../../../../native-models/generation/generationSettings.ts';
import { fieldTypes } from '../../../../schemas/choices.ts';
import type { ExportedDocumentFormat, ExportFilter } from '../../../../schemas/exports.ts';
import { type FullJson, fullJsonSchema } from '../../../../schemas/fullJson.ts';
import { textKindSchema } from '../../../../schemas/text.ts';
import { type TestCatalog, testCatalog } from '../../../support/testCatalog.ts';

/** To make two catalogs takes longer than to fill them: one pair with many photos, which is made smaller no further. */
const oneCatalog = { numRuns: 1, endOnFailure: true };

const everything: ExportFilter = {
  included: { captions: true, alternatives: true, tags: true, answers: true, altText: true, longDescription: true },
  humanOnly: false,
  withoutDoubtful: false,
};

/** Texts as people and hostile documents have them. */
const awkward = [
  'a, b; c | d > e',
  '=1+1',
  "'=quoted",
  '"quotes" and \\backslashes\\',
  '海边的三只船，很蓝',
  'שלום עולם',
  '👩‍👩‍👧‍👦 🏳️‍🌈',
  'two\nlines\tand a tab',
  '__proto__',
  'x'.repeat(10_000),
  '{"text": "json"}',
  'e\u0301 decomposed',
];
const text = fc.oneof(
  fc.constantFrom(...awkward),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter((one) => one.trim() !== ''),
);
/** One line and no blanks around it, as tags are. */
const name = fc
  .oneof(
    fc.constantFrom('sea', 'Harbour, old', 'a|b', 'a; b', '海', 'ים', '🏳️‍🌈', '__proto__', "'=x"),
    fc.string({ minLength: 1, maxLength: 12 }),
  )
  .map((one) => one.replaceAll(/[/\s\p{Cc}]/gu, '_').normalize('NFC'))
  .filter((one) => one !== '');
const tagPath = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));
const probability = fc.double({ min: 0, max: 1, noNaN: true }).map((one) => (one === 0 ? 0 : one));
const source = fc.constantFrom('human' as const, 'model' as const, 'import' as const);
const score = fc.record({ itm: probability, doubtful: fc.option(fc.boolean(), { nil: undefined }) });

/** Equal texts of which nobody knows who wrote them are one to an import; all others are told apart. */
function unlessUnsigned<Text extends { readonly source: string }>(keyOf: (text: Text) => string) {
  return (one: Text): unknown => (one.source === 'import' ? keyOf(one) : one);
}

const photo = fc.record({
  captions: fc.uniqueArray(
    fc.record({
      kind: fc.constantFrom(...textKindSchema.options),
      text,
      source,
      run: fc.nat(1),
      isApproved: fc.boolean(),
      isOutdated: fc.boolean(),
      isCopied: fc.boolean(),
      language: fc.constantFrom('en', undefined),
      prompt: fc.constantFrom('a photo of the sea', undefined),
      filter: fc.option(fc.record({ itm: probability, doubtful: fc.boolean() }), { nil: undefined }),
      scores: fc.array(score, { maxLength: 2 }),
    }),
    { maxLength: 4, selector: unlessUnsigned((one) => `${one.kind} ${one.text.trim()}`) },
  ),
  tags: fc.uniqueArray(
    fc.record({
      path: tagPath,
      source,
      confidence: fc.option(probability, { nil: undefined }),
      isApproved: fc.boolean(),
    }),
    { maxLength: 4, selector: (tag) => `${tag.source} ${tag.path.toLowerCase()}` },
  ),
  answers: fc.uniqueArray(
    fc.record({
      question: fc.constantFrom('Where?', 'Wo, bitte?'),
      text,
      source,
      run: fc.nat(1),
      isCopied: fc.boolean(),
    }),
    { maxLength: 3, selector: unlessUnsigned((one) => `${one.question} ${answerKey(one.text)}`) },
  ),
  marks: fc.uniqueArray(
    fc.oneof(
      fc.record({ kind: fc.constant('rating' as const), value: fc.integer({ min: 0, max: 5 }) }),
      fc.record({
        kind: fc.constant('flag' as const),
        value: fc.constantFrom('pick' as const, 'reject' as const, 'none' as const),
      }),
      fc.record({
        kind: fc.constant('label' as const),
        value: fc.constantFrom('red' as const, 'purple' as const, 'none' as const),
      }),
    ),
    { maxLength: 3, selector: ({ kind }) => kind },
  ),
  otherScores: fc.array(fc.record({ text, itm: probability }), { maxLength: 1 }),
});
/** Of fields, each with questions of its own, and one with none. */
const fields = fc
  .uniqueArray(
    fc.record({
      name: name.map((one) => one.trim()),
      type: fc.constantFrom(...fieldTypes),
      values: fc.uniqueArray(name, { minLength: 1, maxLength: 4, selector: (one) => foldText(one) }),
    }),
    { minLength: 3, maxLength: 3, selector: (field) => caselessKey(field.name) },
  )
  .map((all) =>
    all.map(({ values, ...field }, index) => ({
      ...field,
      values: field.type === 'list' ? values : [],
      questions: [['Where?', 'When?'], ['Wo, bitte?'], []][index] ?? [],
    })),
  );
const manyPhotos = fc.array(photo, { minLength: 20, maxLength: 20 });
type Photo = typeof photo extends fc.Arbitrary<infer Value> ? Value : never;

const settings = generationSettingsSchema.parse({});
const model = (id: string) => ({ id, sha256: 'ab'.repeat(32), precision: 'fp32' });

/** As models, a person and an import would have filled it. */
function fill(test: TestCatalog, photos: readonly Photo[]): void {
  const { catalog } = test;
  const run = (kind: 'caption' | 'ask' | 'import' | 'score', id: string, importSource?: string) =>
    catalog.runs.begin({
      kind,
      description: { kind: 'named', name: `${kind} by ${id}` },
      identity: kind === 'import' ? undefined : { model: model(id), prompt: `a photo by ${id}`, settings },
      importSource,
    });
  const captionRuns = [run('caption', 'tiny'), run('caption', 'large')];
  catalog.modelVersions.record(captionRuns[1] ?? 0, {
    ...model('large'),
    source: 'me/large',
    revision: null,
    compiler: '3',
  });
  const [imported, scored] = [run('import', 'x', '/somewhere/captions.json'), run('score', 'matcher')];
  let firstId: number | undefined;
  for (const [index, { captions, tags, answers, marks, otherScores }] of photos.entries()) {
    const photoId = test.addPhoto(`${index}.jpg`);
    test.editPhoto(photoId);
    // Of the first photo, or of one that is gone.
    const copiedFromId = index === 0 ? 12_345 : firstId;
    firstId ??= photoId;
    const runOf = (author: string, number: number) =>
      author === 'model' ? (captionRuns[number] ?? 0) : author === 'import' ? imported : edit(catalog);
    for (const caption of captions) {
      const id = catalog.captions.add(photoId, runOf(caption.source, caption.run), {
        kind: caption.kind,
        text: caption.text,
        source: caption.source,
        language: caption.language,
        prompt: caption.source === 'model' ? caption.prompt : undefined,
        photoRevision: caption.isOutdated ? 1 : 2,
        copiedFromId: caption.isCopied ? copiedFromId : undefined,
        captionScore: caption.filter && { ...caption.filter, candidates: [{ text: 'another', itm: 0.1 }] },
      });
      for (const one of caption.scores) {
        catalog.scores.add(photoId, scored, { captionId: id, text: caption.text, ...one });
      }
      if (caption.isApproved && caption.source !== 'human')
        catalog.captions.write(photoId, caption.text, { basedOnId: id, kind: caption.kind });
    }
    for (const tag of tags) {
      const { isApproved, ...given } = tag;
      const approvedAtMs = isApproved && tag.source !== 'human' ? 1_000 : undefined;
      catalog.tags.add(photoId, runOf(tag.source, 0), { ...given, approvedAtMs });
    }
    for (const answer of answers) {
      const questionId = catalog.answers.questionId(answer.question);
      catalog.answers.add(photoId, questionId, runOf(answer.source, answer.run), {
        ...answer,
        copiedFromId: answer.isCopied ? copiedFromId : undefined,
      });
    }
    for (const mark of marks) catalog.marks.add(photoId, edit(catalog), { mark });
    for (const one of otherScores) catalog.scores.add(photoId, scored, one);
  }
}

function edit(catalog: Catalog): number {
  return catalog.runs.within({ kind: 'edit', description: { kind: 'editCaption' } }, (runId) => runId);
}

async function exported({ catalog }: TestCatalog, format: ExportedDocumentFormat): Promise<Buffer> {
  const photoIds = catalog.connection.prepare<[], number>('SELECT id FROM photo ORDER BY id').pluck().all();
  const pieces: Buffer[] = [];
  const sink: DocumentSink = { write: async (more) => void pieces.push(Buffer.from(more)) };
  await exportDocument(catalog.reader, { format, photoIds, filter: everything }, sink);
  return Buffer.concat(pieces);
}

/** Into a catalog that has the photos and nothing else. */
async function imported(document: Buffer, format: ExportedDocumentFormat, photos: number): Promise<TestCatalog> {
  const test = await testCatalog(() => 7_000);
  for (let index = 0; index < photos; index += 1) test.editPhoto(test.addPhoto(`${index}.jpg`));
  const file = path.join(test.folder, `document.${format}`);
  await writeFile(file, document);
  const { catalog } = test;
  const collected = await readImport(catalog, [{ path: file, format, use: 'caption' }]);
  expect(collected.remarks).toEqual([]);
  const choose = () => 'keep' as const;
  const plan = await planImport(catalog, collected, choose);
  expect(plan.conflicts).toEqual([]);
  const description = { kind: 'importTexts', path: file, more: 0, format } as const;
  const { photos: changed } = plan;
  await importTexts(catalog, {
    photos: changed,
    runs: collected.runs,
    fields: collected.fields,
    choose,
    description,
    importSource: file,
  });
  return test;
}

/** Without what each library counts itself: with runs in the place of their keys, and a photo's answers by their questions. */
function withoutKeys(document: Buffer): unknown {
  const full: FullJson = fullJsonSchema.parse(JSON.parse(document.toString()));
  const runs = Object.entries(full.runs);
  const numbers = new Map(runs.map(([key], index) => [key, index]));
  const photos = full.photos.map(({ answers, ...rest }) => ({
    ...rest,
    answers: answers.toSorted((a, b) => codePointOrder(a.question, b.question)),
  }));
  const named = JSON.stringify(photos, (key, value: unknown) =>
    key === 'run' && typeof value === 'string' ? { is: numbers.get(value) } : value,
  );
  return { fields: full.fields, runs: runs.map(([, run]) => run), photos: JSON.parse(named) };
}

describe('full JSON', () => {
  it('gives back every field, text, answer, tag and score with where it comes from, and is the same when exported again', async () => {
    await fc.assert(
      fc.asyncProperty(manyPhotos, fields, async (photos, definitions) => {
        await using original = await testCatalog(() => 5_000);
        original.catalog.connection.write(() => fill(original, photos));
        for (const definition of definitions) original.catalog.fields.save(definition);
        const document = await exported(original, 'json-full');
        await using again = await imported(document, 'json-full', photos.length);
        expect(withoutKeys(await exported(again, 'json-full'))).toEqual(withoutKeys(document));
        const defined = ({ catalog }: TestCatalog) =>
          catalog.fields
            .all()
            .map(({ name: called, questions }) => [called, questions.map(({ text: asked }) => asked)]);
        expect(defined(again)).toEqual(defined(original));
      }),
      oneCatalog,
    );
  });
});

/** What other formats have no place for: who wrote a text, and a text twice. */
const plainPhoto = fc.record({
  captions: fc.uniqueArray(text.map(withoutControls), { minLength: 1, maxLength: 3, selector: (one) => one.trim() }),
  tags: fc.uniqueArray(tagPath, { maxLength: 3, selector: (path) => path.toLowerCase() }),
  answer: text.map(withoutControls),
});

interface Held {
  readonly captions: readonly string[];
  readonly tags: readonly string[];
  readonly answers: readonly string[];
}

/** By photo, in the order in which they were added. */
function heldBy({ catalog }: TestCatalog): Held[] {
  const photoIds = catalog.connection.prepare<[], number>('SELECT id FROM photo ORDER BY id').pluck().all();
  return photoIds.map((photoId) => ({
    captions: catalog.captions.of(photoId).map((caption) => caption.text),
    tags: catalog.tags.of(photoId).map(({ path: tag }) => tag),
    answers: catalog.answers.of(photoId).map((answer) => answer.text),
  }));
}

describe('other formats give back exactly what they hold', () => {
  const nothing = { tags: [], answers: [] };
  it.each<readonly [ExportedDocumentFormat, (photo: Held) => Held]>([
    ['json', ({ captions }) => ({ captions, ...nothing })],
    ['coco', ({ captions }) => ({ captions, ...nothing })],
    ['jsonl', (photo) => photo],
    ['parquet', (photo) => photo],
    ['csv', ({ captions, ...rest }) => ({ captions: captions.slice(0, 1), ...rest })],
  ])('%s', async (format, held) => {
    await fc.assert(
      fc.asyncProperty(fc.array(plainPhoto, { minLength: 15, maxLength: 15 }), async (photos) => {
        await using original = await testCatalog();
        const { catalog } = original;
        catalog.connection.write(() => {
          for (const [index, { captions, tags, answer }] of photos.entries()) {
            const photoId = original.addPhoto(`${index}.jpg`);
            const runId = edit(catalog);
            for (const one of captions) catalog.captions.add(photoId, runId, { text: one, source: 'import' });
            // In CSV, tags are parted by semicolons.
            for (const tag of tags.filter((one) => format !== 'csv' || !one.includes(';'))) {
              catalog.tags.add(photoId, runId, { path: tag, source: 'import' });
            }
            catalog.answers.add(photoId, catalog.answers.questionId('=Where?'), runId, {
              text: answer,
              source: 'import',
            });
          }
        });
        await using again = await imported(await exported(original, format), format, photos.length);
        expect(heldBy(again)).toEqual(heldBy(original).map(held));
      }),
      oneCatalog,
    );
  });
});
