/** @file Work that is done once for each stack: what the other photos get, and which are asked about by themselves. */
import { describe, expect, it } from 'vitest';
import { checkQueue } from '../../../main/library/catalog/jobs/jobCheck.ts';
import { byStacks } from '../../../main/library/catalog/photos/foldedStacks.ts';
import { generationSettingsSchema } from '../../../native-models/generation/generationSettings.ts';
import { DoubleModels, modelCalled } from './queueDoubles.ts';
import { captioning, captionsOf, identityWith, type QueueLibrary, queueLibrary } from './queueLibrary.ts';

const checked = { filter: { model: modelCalled('matcher'), candidates: 1, doubtfulBelow: 0.5 } };

/** A stack of all of them, in this order, whose hashes differ from the first one's in so many bits. */
async function stacked({ catalog, addPhoto }: QueueLibrary, bits: readonly number[]): Promise<number[]> {
  const ids: number[] = [];
  for (const [rank, differing] of bits.entries()) {
    const id = await addPhoto(`${rank + 1}.jpg`);
    const hash = Buffer.alloc(8);
    hash.writeBigUInt64BE(2n ** BigInt(differing) - 1n);
    catalog.photos.setLooks(id, 1, { hash, averageColour: 0 });
    ids.push(id);
    catalog.stacks.apply({ placed: [{ photoId: id, stackId: ids[0] ?? 0, rank }], left: [] });
  }
  return ids;
}

function once({ catalog }: QueueLibrary, ids: readonly number[]) {
  return byStacks(catalog.connection, ids);
}

describe('a stack that is captioned once', () => {
  it('has the caption of its top photo where a matching model believes it; undone with it', async () => {
    await using library = await queueLibrary();
    const { catalog } = library;
    const ids = await stacked(library, [0, 40, 40, 0]);
    const [top = 0, like = 0, unlike = 0, written = 0] = ids;
    catalog.captions.write(written, 'my words');
    const models = new DoubleModels({
      itm: (text, photo) => (photo === '3.jpg' && text.endsWith('1.jpg') ? 0.2 : 0.8),
    });
    const queue = await library.queue(models);
    const { runId = 0 } = await queue.add({
      ...captioning(ids, checked),
      ...once(library, [unlike, like, top, written]),
    });
    expect(await queue.settled(runId)).toMatchObject({ activity: 'done', total: 4, done: 4 });
    expect(captionsOf(catalog, ids)).toEqual([
      ['a photo of 1.jpg'],
      ['a photo of 1.jpg'],
      ['a photo of 3.jpg'],
      ['my words'],
    ]);
    const [original] = catalog.captions.of(top);
    expect(catalog.captions.of(like)).toMatchObject([
      {
        source: 'model',
        runId,
        authorRunId: runId,
        basedOnId: original?.id,
        copiedFromId: top,
        itm: 0.8,
        doubtful: false,
      },
    ]);
    expect(catalog.captions.of(unlike)).toMatchObject([{ basedOnId: undefined, copiedFromId: undefined, itm: 0.8 }]);
    expect(models.begun.filter((asked) => asked.endsWith('a photo of'))).toEqual([
      '1.jpg: a photo of',
      '3.jpg: a photo of',
    ]);
    expect(checkQueue(catalog.connection)).toEqual([]);
    await catalog.undo.revert(runId);
    expect(captionsOf(catalog, ids)).toEqual([[], [], [], ['my words']]);
  });

  it('goes by how alike its photos look where no model checks; other kinds of text, too', async () => {
    await using library = await queueLibrary();
    const ids = await stacked(library, [0, 14, 15]);
    const queue = await library.queue();
    const work = { ...captioning(ids, { textKind: 'altText' }), ...once(library, ids) };
    await queue.settled((await queue.add(work)).runId ?? 0);
    const altTexts = ids.map((id) => library.catalog.captions.of(id, 'altText').map(({ text }) => text));
    expect(altTexts).toEqual([['a photo of 1.jpg'], ['a photo of 1.jpg'], ['a photo of 3.jpg']]);
  });

  it('waits for its top photo whatever is on the screen, and is asked about photo by photo where that one fails', async () => {
    await using library = await queueLibrary();
    const ids = await stacked(library, [0, 0]);
    const models = new DoubleModels({
      answer: ({ photo }) => {
        if (photo === '1.jpg') throw new Error('broken');
        return photo;
      },
    });
    const queue = await library.queue(models, { isBackground: false });
    queue.setVisible(ids.toReversed());
    const { runId = 0 } = await queue.add({ ...captioning(ids), ...once(library, ids) });
    expect(await queue.settled(runId)).toMatchObject({ done: 1, failed: 1 });
    expect(models.begun).toEqual(['1.jpg: a photo of', '2.jpg: a photo of']);
    expect(captionsOf(library.catalog, ids)).toEqual([[], ['2.jpg']]);
  });

  it('goes on after the process was killed between its photos', async () => {
    await using library = await queueLibrary();
    const { catalog } = library;
    const ids = await stacked(library, [0, 0, 0]);
    const killed = await library.queue(new DoubleModels(), { isBackground: true });
    killed.pause();
    const { runId = 0 } = await killed.add({ ...captioning(ids), ...once(library, ids) });
    await killed[Symbol.asyncDispose]();
    const [jobId = 0] = catalog.connection.prepare<[], number>('SELECT id FROM job ORDER BY id').pluck().all();
    const identityHash = catalog.jobs.identityHashOf(runId) ?? Buffer.alloc(0);
    const [top = 0] = ids;
    catalog.jobs.complete({ id: jobId, runId, photoId: top, photoRevision: 1, identityHash }, () => {
      catalog.captions.add(top, runId, { text: 'before the kill', source: 'model' });
    });
    const models = new DoubleModels();
    const queue = await library.queue(models);
    queue.resume();
    await queue.settled(runId);
    expect(captionsOf(catalog, ids)).toEqual([['before the kill'], ['before the kill'], ['before the kill']]);
    expect(models.begun).toEqual([]);
  });
});

it('answers once for a stack, with what follows and the tags that it names; what a person answered stays alone', async () => {
  await using library = await queueLibrary();
  const { catalog } = library;
  const ids = await stacked(library, [0, 6, 6, 30]);
  const [top = 0, like = 0, answered = 0] = ids;
  catalog.answers.write(answered, 'Which?', 'mine');
  const tags = { vocabulary: ['boat', 'tree'], max: 2 };
  const identity = identityWith('writer', '{question}', {
    settings: generationSettingsSchema.parse({ tags }),
    tagPaths: ['things/boat', 'things/tree'],
  });
  const models = new DoubleModels({ answer: ({ photo }) => (photo === '1.jpg' ? 'boat' : 'tree') });
  const queue = await library.queue(models);
  const { runId = 0 } = await queue.add({
    kind: 'ask',
    description: { kind: 'ask', question: 'Which?', more: 1 },
    identity,
    questions: ['Which?'],
    followUps: [{ question: 'And?', after: 'Which?', answers: ['boat'] }],
    ...once(library, ids),
  });
  await queue.settled(runId);
  const answersOf = (id: number) => catalog.answers.of(id).map(({ text, copiedFromId }) => [text, copiedFromId]);
  expect(ids.map(answersOf)).toEqual([
    [
      ['boat', undefined],
      ['boat', undefined],
    ],
    [
      ['boat', top],
      ['boat', top],
    ],
    [['mine', undefined]],
    [['tree', undefined]],
  ]);
  expect(catalog.tags.of(like).map(({ path }) => path)).toEqual(['things/boat']);
  expect(models.begun).toEqual(['1.jpg: Which?', '1.jpg: And?', '4.jpg: Which?']);
});
