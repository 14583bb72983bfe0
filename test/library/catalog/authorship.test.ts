/** @file Who wrote a text or gave a tag, and who approved it: two things, each told truly, shown, found, exported and undone. */
import { describe, expect, it } from 'vitest';
import { photoDetails } from '../../../main/api/photoDetails.ts';
import type { Catalog } from '../../../main/library/catalog/catalog.ts';
import type { NewCaption } from '../../../main/library/catalog/texts/captions.ts';
import type { RunIdentity } from '../../../main/library/catalog/texts/provenance.ts';
import { editTags } from '../../../main/library/editing/editTags.ts';
import { captionsOnly } from '../../../main/library/interchange/captionDocument.ts';
import { exportDocument } from '../../../main/library/interchange/exportDocument.ts';
import { parseQuery } from '../../../main/library/query/parseQuery.ts';
import { generationSettingsSchema } from '../../../native-models/generation/generationSettings.ts';
import type { ExportFilter } from '../../../schemas/exports.ts';
import { fullJsonSchema } from '../../../schemas/fullJson.ts';
import type { TagOperation } from '../../../schemas/tagOperation.ts';
import { shownCaption, testCatalog } from '../../support/testCatalog.ts';

const identity: RunIdentity = {
  model: { id: 'demo', sha256: 'ab', precision: 'fp32' },
  prompt: '',
  settings: generationSettingsSchema.parse({}),
};

const found = async (catalog: Catalog, query: string): Promise<number[]> => [
  ...(await catalog.reader.read('searchIds', { query: parseQuery(query), nowMs: Date.now() })),
];

const latestRun = (catalog: Catalog): number => catalog.runs.list()[0]?.id ?? 0;

async function exported(catalog: Catalog, photoIds: number[], filter: Partial<ExportFilter> = {}) {
  let text = '';
  const sink = {
    write: async (piece: string) => {
      text += piece;
    },
  };
  const included = {
    captions: true,
    alternatives: true,
    tags: true,
    answers: true,
    altText: false,
    longDescription: false,
  };
  const whole = { included, humanOnly: false, withoutDoubtful: false, ...filter };
  await exportDocument(catalog.reader, { format: 'json-full', photoIds, filter: whole }, sink);
  return fullJsonSchema.parse(JSON.parse(text)).photos;
}

/** A photo with a doubtful caption by a model, which had another candidate. */
async function captioned(nowMs?: () => number, warnings: NewCaption['warnings'] = undefined) {
  const test = await testCatalog(nowMs);
  const { catalog } = test;
  const photoId = test.addPhoto('a.jpg');
  const runId = catalog.runs.begin({ kind: 'caption', description: { kind: 'named', name: 'Caption' }, identity });
  const captionScore = { itm: 0.1, doubtful: true, candidates: [{ text: 'a grey seal', itm: 0.08 }] };
  const captionId = catalog.captions.add(photoId, runId, { text: 'a dog', source: 'model', captionScore, warnings });
  catalog.runs.setState(runId, 'done');
  return { ...test, photoId, runId, captionId, [Symbol.asyncDispose]: () => test[Symbol.asyncDispose]() };
}

describe('a model’s caption that a person accepts', () => {
  it('stays the model’s and is approved: shown, found and exported as both', async () => {
    await using test = await captioned(() => 1234);
    const { catalog, photoId, captionId, runId } = test;
    expect(await found(catalog, 'doubtful:yes approved:no')).toEqual([photoId]);
    expect(catalog.captions.write(photoId, ' a dog ', { basedOnId: captionId })).toBe(captionId);
    expect(catalog.captions.of(photoId)).toMatchObject([{ text: 'a dog', source: 'model', approval: { atMs: 1234 } }]);
    expect(await found(catalog, 'source:human')).toEqual([]);
    expect(await found(catalog, 'source:model approved:yes model:demo')).toEqual([photoId]);
    expect(await found(catalog, 'doubtful:yes OR approved:no')).toEqual([]);
    expect((await catalog.reader.read('cards', [photoId]))[0]?.caption).toMatchObject({
      source: 'model',
      modelId: 'demo',
      approvedAtMs: 1234,
      doubtful: null,
    });
    expect((await exported(catalog, [photoId]))[0]?.captions).toMatchObject([
      { text: 'a dog', source: 'model', run: String(runId), approvedAt: '1970-01-01T00:00:01.234Z' },
    ]);
    expect(await found(catalog, `run:${latestRun(catalog)}`)).toEqual([photoId]);
  });

  it('is no approval any more once that is undone, and one again when it is redone', async () => {
    await using test = await captioned();
    const { catalog, photoId, captionId } = test;
    catalog.captions.write(photoId, 'a dog', { basedOnId: captionId });
    const undo = await catalog.undo.revert(latestRun(catalog));
    expect(await found(catalog, 'doubtful:yes approved:no')).toEqual([photoId]);
    expect(catalog.captions.of(photoId)).toMatchObject([{ id: captionId, approval: undefined }]);
    await catalog.undo.revert(undo.runId);
    expect(await found(catalog, 'approved:yes')).toEqual([photoId]);
  });

  it('is by the model also where it was only a candidate', async () => {
    await using test = await captioned();
    const { catalog, photoId, runId, captionId } = test;
    catalog.captions.write(photoId, 'a grey seal', { basedOnId: captionId });
    expect(catalog.captions.of(photoId)[0]).toMatchObject({
      text: 'a grey seal',
      source: 'model',
      authorRunId: runId,
      basedOnId: captionId,
      itm: 0.08,
    });
    expect(await found(catalog, 'approved:yes source:model model:demo caption:seal')).toEqual([photoId]);
    await catalog.undo.revert(latestRun(catalog));
    expect(catalog.captions.of(photoId).map(({ text }) => text)).toEqual(['a dog']);
  });

  it('is said to be cut off only where it is: of another candidate nobody knows that', async () => {
    const prompt = { code: 'PROMPT_CUT', message: 'of the prompt' } as const;
    const warnings = [prompt, { code: 'ANSWER_CUT', message: 'of the text' } as const];
    await using test = await captioned(undefined, warnings);
    const { catalog, photoId, captionId } = test;
    catalog.captions.write(photoId, 'a grey seal', { basedOnId: captionId });
    expect(catalog.captions.of(photoId)[0]).toMatchObject({ text: 'a grey seal', warnings: [prompt] });
    catalog.runs.within({ kind: 'edit', description: { kind: 'removeCaption' } }, (runId) =>
      catalog.captions.remove(captionId, runId),
    );
    catalog.captions.write(photoId, 'a dog', { basedOnId: captionId });
    expect(catalog.captions.of(photoId)[0]).toMatchObject({ text: 'a dog', warnings });
  });

  it('is a person’s as soon as they change a letter', async () => {
    await using test = await captioned();
    const { catalog, photoId, captionId } = test;
    catalog.captions.write(photoId, 'a dog!', { basedOnId: captionId });
    expect(catalog.captions.of(photoId)[0]).toMatchObject({
      source: 'human',
      basedOnId: captionId,
      approval: undefined,
    });
    expect(await found(catalog, 'source:human approved:no')).toEqual([photoId]);
  });

  it('is not replaced by newer captions of models, gives way to a person’s own, and outlasts an undo of its run', async () => {
    await using test = await captioned();
    const { catalog, photoId, runId, captionId } = test;
    catalog.captions.write(photoId, 'a dog', { basedOnId: captionId });
    catalog.captions.add(photoId, runId, { text: 'a cat', source: 'model' });
    expect(shownCaption(catalog, photoId)).toBe('a dog');
    expect(await catalog.undo.revert(runId)).toMatchObject({ reverted: 1, leftAlone: 1 });
    expect(catalog.captions.of(photoId).map(({ text }) => text)).toEqual(['a dog']);
    catalog.captions.write(photoId, 'our dog Rex', { basedOnId: captionId });
    expect(shownCaption(catalog, photoId)).toBe('our dog Rex');
    expect((await catalog.reader.read('check', undefined)).problems).toEqual([]);
  });

  it('that described an earlier picture describes the present one: it is stale no more until the next edit', async () => {
    await using test = await captioned();
    const { catalog, photoId, captionId } = test;
    test.editPhoto(photoId);
    expect(await found(catalog, 'stale:yes')).toEqual([photoId]);
    catalog.captions.write(photoId, 'a dog', { basedOnId: captionId });
    expect(await found(catalog, 'stale:yes')).toEqual([]);
    test.editPhoto(photoId);
    expect(await found(catalog, 'stale:yes')).toEqual([photoId]);
    // It was chosen by a person: a model's newer one does not take its place silently.
    catalog.captions.add(photoId, test.runId, { text: 'a cat', source: 'model' });
    expect(shownCaption(catalog, photoId)).toBe('a dog');
  });

  it('is shown, and without a doubt, where it was said in a chat and taken over a person’s own', async () => {
    await using test = await captioned();
    const { catalog, photoId, runId } = test;
    catalog.captions.write(photoId, 'our dog Rex');
    const id = catalog.quotedAnswers.use(photoId, 'caption', { text: 'a dog that runs', authorRunId: runId });
    expect(shownCaption(catalog, photoId)).toBe('a dog that runs');
    expect(await found(catalog, 'source:model approved:yes doubtful:no')).toEqual([photoId]);
    expect(catalog.captions.of(photoId)[0]).toMatchObject({ id, source: 'model', authorRunId: runId });
    await catalog.undo.revert(latestRun(catalog));
    expect(shownCaption(catalog, photoId)).toBe('our dog Rex');
  });

  it('can be chosen over a person’s own, which is kept beside it', async () => {
    await using test = await captioned();
    const { catalog, photoId, captionId } = test;
    catalog.captions.write(photoId, 'our dog Rex');
    catalog.captions.write(photoId, 'a dog', { basedOnId: captionId });
    expect(catalog.captions.of(photoId).map(({ source, text }) => [source, text])).toEqual([
      ['model', 'a dog'],
      ['human', 'our dog Rex'],
    ]);
  });
});

describe('a chat’s answer that is added to a caption', () => {
  const added = 'two boats at sea';

  it('makes a person’s caption theirs based on the model’s, which stays beside it; undoing brings their own back', async () => {
    await using test = await captioned();
    const { catalog, photoId, runId } = test;
    catalog.captions.write(photoId, 'Our dog Rex.');
    const id = catalog.quotedAnswers.add(photoId, 'caption', { text: added, authorRunId: runId });
    const [shown, answer, ...others] = catalog.captions.of(photoId);
    expect(shown).toMatchObject({ id, text: `Our dog Rex. ${added}`, source: 'human', basedOnId: answer?.id });
    expect(answer).toMatchObject({ text: added, source: 'model', authorRunId: runId, approval: undefined });
    expect(others.map(({ text }) => text)).toEqual(['a dog']);
    expect(photoDetails(catalog, photoId).captions[0]?.basedOn).toEqual({ source: 'model', modelId: 'demo' });
    // What they write of it next has the same origin, and the export says so.
    catalog.captions.write(photoId, `Rex, ${added}`, { basedOnId: id });
    expect(photoDetails(catalog, photoId).captions[0]).toMatchObject({ source: 'human', basedOn: { modelId: 'demo' } });
    await catalog.undo.revert(latestRun(catalog));
    const [photo] = await exported(catalog, [photoId]);
    const [first] = photo?.captions ?? [];
    expect(first).toMatchObject({ text: `Our dog Rex. ${added}`, source: 'human' });
    expect(photo?.captions[first?.basedOn ?? 0]).toMatchObject({ text: added, source: 'model' });
    await catalog.undo.revert(catalog.captions.get(id)?.runId ?? 0);
    expect(catalog.captions.of(photoId).map(({ text }) => text)).toEqual(['Our dog Rex.', 'a dog']);
  });

  it('makes a model’s caption a longer one of a model, approved and never a person’s', async () => {
    await using test = await captioned();
    const { catalog, photoId, captionId, runId } = test;
    const warnings = [{ code: 'ANSWER_CUT', message: 'cut' }] as const;
    const id = catalog.quotedAnswers.add(photoId, 'caption', { text: added, authorRunId: runId, warnings });
    expect(catalog.captions.of(photoId)[0]).toMatchObject({
      ...{ id, text: `a dog, ${added}`, source: 'model', authorRunId: runId, basedOnId: captionId, warnings },
      approval: { runId: latestRun(catalog) },
    });
    expect(await found(catalog, 'source:human')).toEqual([]);
    expect(await found(catalog, 'source:model approved:yes doubtful:no')).toEqual([photoId]);
    await catalog.undo.revert(latestRun(catalog));
    expect(catalog.captions.of(photoId).map(({ text }) => text)).toEqual(['a dog']);
    expect((await catalog.reader.read('check', undefined)).problems).toEqual([]);
  });

  it('leaves an imported caption as it is, beside one of the person’s', async () => {
    await using test = await captioned();
    const { catalog, photoId, captionId, runId } = test;
    const importId = catalog.runs.begin({ kind: 'import', description: { kind: 'named', name: 'Import' } });
    catalog.captions.remove(captionId, importId);
    catalog.captions.add(photoId, importId, { text: '海边的狗', source: 'import' });
    catalog.quotedAnswers.add(photoId, 'caption', { text: added, authorRunId: runId });
    expect(catalog.captions.of(photoId).map(({ source, text }) => [source, text])).toEqual([
      ['human', `海边的狗，${added}`],
      ['model', added],
      ['import', '海边的狗'],
    ]);
  });

  it('is the whole text of a kind that the photo has none of', async () => {
    await using test = await captioned();
    const { catalog, photoId, runId } = test;
    catalog.quotedAnswers.add(photoId, 'altText', { text: added, authorRunId: runId });
    expect(catalog.captions.of(photoId, 'altText')).toMatchObject([{ text: added, source: 'model' }]);
    expect(catalog.runs.list()[0]?.description).toEqual({ kind: 'captionFromAnswer', textKind: 'altText' });
    expect(shownCaption(catalog, photoId)).toBe('a dog');
  });
});

describe('exports', () => {
  it('hold of people’s texts their own, or also what they approved', async () => {
    await using test = await captioned();
    const { catalog, photoId, captionId, runId } = test;
    const other = test.addPhoto('b.jpg');
    catalog.captions.write(photoId, 'a dog', { basedOnId: captionId });
    catalog.captions.add(other, runId, { text: 'a cat', source: 'model' });
    catalog.captions.write(other, 'our cat');
    const tagging = catalog.runs.begin({ kind: 'bulk-edit', description: { kind: 'named', name: 'Tags' } });
    catalog.tags.add(photoId, tagging, { path: 'seen', source: 'model', authorRunId: runId, approvedAtMs: 'now' });
    catalog.tags.add(photoId, tagging, { path: 'guessed', source: 'model', authorRunId: runId });
    catalog.tags.add(other, tagging, { path: 'mine', source: 'human' });
    const texts = async (filter: Partial<ExportFilter>) =>
      (await exported(catalog, [photoId, other], filter)).flatMap(({ captions, tags }) => [
        ...captions.map(({ text }) => text),
        ...tags.flatMap(({ path }) => path),
      ]);
    expect(await texts({ humanOnly: true })).toEqual(['our cat', 'mine']);
    expect(await texts({ humanOnly: true, approvedToo: true })).toEqual(['a dog', 'seen', 'our cat', 'mine']);
    // What a person approved needs no model's belief.
    expect(await texts({ withoutDoubtful: true })).toEqual(['a dog', 'guessed', 'seen', 'our cat', 'a cat', 'mine']);
    expect((await exported(catalog, [photoId]))[0]?.tags).toMatchObject([
      { path: ['guessed'], source: 'model', run: String(runId), approvedAt: null },
      { path: ['seen'], source: 'model', run: String(runId), approvedAt: expect.any(String) },
    ]);
  });

  it('hold of each question the answer that stands, not those that it overruled', async () => {
    await using test = await captioned();
    const { catalog, photoId } = test;
    const included = { ...captionsOnly, answers: true };
    const answers = async () => (await exported(catalog, [photoId], { included }))[0]?.answers;
    const question = catalog.answers.questionId('indoors?');
    const asked = catalog.runs.begin({ kind: 'ask', description: { kind: 'named', name: 'Ask' }, identity });
    catalog.answers.add(photoId, question, asked, { text: 'yes', source: 'model' });
    catalog.answers.add(photoId, question, asked, { text: 'maybe', source: 'model' });
    expect(await answers()).toMatchObject([{ text: 'maybe' }]);
    catalog.answers.write(photoId, 'indoors', 'no');
    expect(await answers()).toMatchObject([{ text: 'no', source: 'human' }]);
  });
});

describe('a model’s tag that a person approved', () => {
  const tagged = async (operation: TagOperation, seen: readonly string[], guessed: readonly string[]) => {
    const test = await captioned(() => 5);
    const { catalog, photoId, runId } = test;
    const tagging = catalog.runs.begin({ kind: 'bulk-edit', description: { kind: 'named', name: 'Tags' } });
    for (const path of guessed) catalog.tags.add(photoId, tagging, { path, source: 'model', authorRunId: runId });
    for (const path of seen) {
      catalog.tags.add(photoId, tagging, { path, source: 'model', authorRunId: runId, approvedAtMs: 'now' });
    }
    catalog.runs.setState(tagging, 'done');
    await editTags(catalog, { photoIds: [photoId], operation });
    return test;
  };

  it('keeps author and approval when it is renamed', async () => {
    await using test = await tagged({ type: 'merge', from: ['sea'], into: 'ocean' }, ['sea'], ['boat']);
    expect(test.catalog.tags.of(test.photoId)).toMatchObject([
      { path: 'boat', approval: undefined },
      { path: 'ocean', source: 'model', authorRunId: test.runId, modelId: 'demo', approval: { atMs: 5 } },
    ]);
  });

  it.each([
    ['the approved one is renamed', ['sea'], ['ocean']],
    ['the other one is renamed', ['ocean'], ['sea']],
    ['both are renamed', ['sea'], ['water']],
  ] as const)('keeps its approval when it becomes one with another: %s', async (_how, seen, guessed) => {
    await using test = await tagged({ type: 'merge', from: ['water', 'sea'], into: 'ocean' }, seen, guessed);
    const { catalog, photoId } = test;
    expect(catalog.tags.of(photoId)).toMatchObject([{ path: 'ocean', source: 'model', approval: { atMs: 5 } }]);
    await catalog.undo.revert(latestRun(catalog));
    expect(catalog.tags.of(photoId).map(({ path, approval }) => [path, approval?.atMs])).toEqual(
      [...seen.map((path) => [path, 5]), ...guessed.map((path) => [path, undefined])].sort(),
    );
  });

  it('outlasts the undo of the run that a model gave it in, until the run that approved it is undone, too', async () => {
    await using test = await captioned();
    const { catalog, photoId } = test;
    const given = catalog.runs.begin({ kind: 'import', description: { kind: 'named', name: 'Tags' } });
    catalog.tags.add(photoId, given, { path: 'sea', source: 'model' });
    catalog.runs.setState(given, 'done');
    catalog.runs.within({ kind: 'bulk-edit', description: { kind: 'named', name: 'Approve' } }, (id) =>
      catalog.tags.add(photoId, id, { path: 'sea', source: 'model', approvedAtMs: 'now' }),
    );
    const approving = latestRun(catalog);
    await catalog.undo.revert(given);
    expect(catalog.tags.of(photoId)).toMatchObject([{ path: 'sea', approval: { runId: approving } }]);
    await catalog.undo.revert(approving);
    expect(catalog.tags.of(photoId)).toEqual([]);
  });
});
