/** @file Tags that an import brought and that a person here gives or approves too: undoing the import leaves what the person did. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tagByAnswer } from '../../../main/api/answerUse.ts';
import type { Catalog } from '../../../main/library/catalog/catalog.ts';
import type { NewPhotoTag } from '../../../main/library/catalog/texts/tags.ts';
import { editTags, previewTagEdit } from '../../../main/library/editing/editTags.ts';
import { answerTagReads } from '../../../main/library/editing/tagByAnswers.ts';
import { exportDocument } from '../../../main/library/interchange/exportDocument.ts';
import { exportReads } from '../../../main/library/interchange/exportReads.ts';
import { everyAnswer } from '../../../schemas/everyAnswer.ts';
import { fullJsonSchema } from '../../../schemas/fullJson.ts';

import type { TagOperation } from '../../../schemas/tagOperation.ts';
import { type TestCatalog, testCatalog } from '../../support/testCatalog.ts';

let test: TestCatalog;
let catalog: Catalog;
let photoId: number;

beforeEach(async () => {
  test = await testCatalog();
  ({ catalog } = test);
  photoId = test.addPhoto('a.jpg');
});
afterEach(() => test[Symbol.asyncDispose]());

/** Tags as a document of another library brings them. Returns the import's run. */
function imported(...tags: readonly NewPhotoTag[]): number {
  return catalog.runs.within({ kind: 'import', description: { kind: 'named', name: 'Import' } }, (runId) => {
    for (const tag of tags) catalog.tags.add(photoId, runId, tag);
    return runId;
  });
}

const edit = async (operation: TagOperation): Promise<number> =>
  (await editTags(catalog, { photoIds: [photoId], operation })) ?? 0;

const rows = () =>
  catalog.tags.of(photoId).map(({ path, source, approval }) => [path, source, approval?.runId ?? 'not approved']);

const filter = {
  included: { captions: true, alternatives: true, tags: true, answers: true, altText: false, longDescription: false },
  humanOnly: false,
  withoutDoubtful: false,
};

async function exportedTags() {
  let text = '';
  const sink = {
    write: async (piece: string) => {
      text += piece;
    },
  };
  await exportDocument(catalog.reader, { format: 'json-full', photoIds: [photoId], filter }, sink);
  const full = fullJsonSchema
    .parse(JSON.parse(text))
    .photos.flatMap(({ tags }) => tags.map(({ path }) => path.join('/')));
  const sidecars = await catalog.reader.read(exportReads.sidecarTexts, { photoIds: [photoId], filter });
  return { full, sidecar: sidecars.flatMap((sidecar) => sidecar?.tags ?? []) };
}

describe('a tag that another person gave elsewhere and a person here gives too', () => {
  it('outlasts the undo of the import, which brought it first, and stays the other person’s', async () => {
    const given = imported({ path: 'sea', source: 'human' }, { path: 'boat', source: 'human' });
    const operation = { type: 'add', paths: ['Sea'] } as const;
    expect(previewTagEdit(catalog, { photoIds: [photoId], operation }).photoIds).toEqual([photoId]);
    const adding = await edit(operation);
    expect(rows()).toEqual([
      ['boat', 'human', 'not approved'],
      ['sea', 'human', adding],
    ]);
    expect(catalog.tags.of(photoId)[1]?.runId).toBe(given);
    expect(await exportedTags()).toEqual({ full: ['boat', 'sea'], sidecar: ['boat', 'sea'] });
    await catalog.undo.revert(given);
    expect(rows()).toEqual([['sea', 'human', adding]]);
    expect(await exportedTags()).toEqual({ full: ['sea'], sidecar: ['sea'] });
  });

  it('is given once: the second time there is nothing to do', async () => {
    imported({ path: 'sea', source: 'human' });
    await edit({ type: 'add', paths: ['sea'] });
    expect(await edit({ type: 'add', paths: ['sea'] })).toBe(0);
  });

  it('goes back to being the other person’s alone with the undo of the edit, and goes with the import’s then', async () => {
    const given = imported({ path: 'sea', source: 'human' });
    const adding = await edit({ type: 'add', paths: ['sea'] });
    await catalog.undo.revert(adding);
    expect(rows()).toEqual([['sea', 'human', 'not approved']]);
    await catalog.undo.revert(given);
    expect(rows()).toEqual([]);
  });

  it('outlasts it also where it was renamed in between, and where the author is a run of the other library', async () => {
    const given = imported();
    const author = catalog.runs.begin({ kind: 'edit', description: { kind: 'named', name: 'There' } });
    catalog.connection.prepare('UPDATE run SET restored_by_run_id = ? WHERE id = ?').run(given, author);
    catalog.runs.setState(author, 'done');
    catalog.tags.add(photoId, given, { path: 'sea', source: 'human', authorRunId: author });
    const renaming = await edit({ type: 'merge', from: ['sea'], into: 'ocean' });
    const adding = await edit({ type: 'add', paths: ['ocean'] });
    await catalog.undo.revert(renaming);
    await catalog.undo.revert(given);
    expect(rows()).toEqual([['ocean', 'human', adding]]);
  });

  it('outlasts it where the person’s own tag becomes one with it', async () => {
    const given = imported({ path: 'ocean', source: 'human', approvedAtMs: 3 });
    await edit({ type: 'add', paths: ['sea'] });
    const merging = await edit({ type: 'merge', from: ['sea'], into: 'ocean' });
    await catalog.undo.revert(given);
    expect(rows()).toEqual([['ocean', 'human', merging]]);
  });

  it('is by the person here where both become a third one', async () => {
    imported({ path: 'ocean', source: 'human', approvedAtMs: 3 });
    const adding = await edit({ type: 'add', paths: ['sea'] });
    await edit({ type: 'merge', from: ['ocean', 'sea'], into: 'water' });
    expect(catalog.tags.of(photoId)).toMatchObject([{ path: 'water', authorRunId: adding, isOfPersonHere: true }]);
  });

  it('outlasts it where it is said in a chat’s answer, and where it is not', async () => {
    const given = imported({ path: 'sea', source: 'human' }, { path: 'holiday', source: 'human' });
    const asked = catalog.runs.begin({ kind: 'chat', description: { kind: 'named', name: 'Chat' } });
    const messageId = catalog.conversations.say(photoId, { author: 'model', text: 'the sea', runId: asked });
    const tags = ['sea', 'holiday'];
    const tagging = await tagByAnswer(catalog, { photoId, messageId, tags });
    expect(await tagByAnswer(catalog, { photoId, messageId, tags })).toBeUndefined();
    await catalog.undo.revert(given);
    expect(rows()).toEqual([
      ['holiday', 'human', tagging],
      ['sea', 'model', tagging],
    ]);
  });
});

describe('answers that become tags', () => {
  it('give the photo what only a person elsewhere gave, once', async () => {
    const given = imported({ path: 'sea', source: 'human' });
    const asked = catalog.runs.begin({ kind: 'ask', description: { kind: 'named', name: 'Ask' } });
    const questionId = catalog.answers.questionId('what is it?');
    catalog.answers.add(photoId, questionId, asked, { text: 'water', source: 'model' });
    const tagging = { runId: asked, filter: everyAnswer, rules: [{ questionId, answer: 'water', tag: 'sea' }] };
    const changes = () => catalog.reader.read(answerTagReads.tagsByAnswers, tagging);
    const answeredBy = { source: 'model', authorRunId: asked, approvedAtMs: 'now' };
    expect(await changes()).toEqual([{ photoId, tags: [{ path: 'sea', answeredBy }] }]);
    await edit({ type: 'add', paths: ['sea'] });
    expect(await changes()).toEqual([]);
    await catalog.undo.revert(given);
    expect(await changes()).toEqual([]);
  });
});

describe('a tag that a person here gave', () => {
  it('is not approved by an import that has it too, nor when it is given again', async () => {
    const adding = await edit({ type: 'add', paths: ['sea'] });
    const given = imported({ path: 'sea', source: 'human' });
    catalog.runs.within({ kind: 'edit', description: { kind: 'named', name: 'Again' } }, (runId) =>
      catalog.tags.add(photoId, runId, { path: 'sea', source: 'human' }),
    );
    expect(rows()).toEqual([['sea', 'human', 'not approved']]);
    await catalog.undo.revert(given);
    expect(catalog.tags.of(photoId)).toMatchObject([{ path: 'sea', runId: adding }]);
  });
});

describe('a model’s tag that a person elsewhere approved', () => {
  it('outlasts the undo of the import where a person here approved it, too', async () => {
    const given = imported({ path: 'sea', source: 'model', approvedAtMs: 3 });
    const approving = catalog.runs.within(
      { kind: 'edit', description: { kind: 'named', name: 'Approve' } },
      (runId) => {
        catalog.tags.add(photoId, runId, { path: 'sea', source: 'model', approvedAtMs: 'now' });
        return runId;
      },
    );
    await catalog.undo.revert(given);
    expect(rows()).toEqual([['sea', 'model', approving]]);
  });
});

describe('what an import brought and a person approved', () => {
  const bringBoth = (runId: number) => {
    catalog.tags.add(photoId, runId, { path: 'sea', source: 'import' });
    return catalog.captions.add(photoId, runId, { text: 'a boat', source: 'import' });
  };
  const texts = () => [
    ...catalog.captions.of(photoId).map(({ text, approval }) => [text, approval !== undefined]),
    ...catalog.tags.of(photoId).map(({ path, approval }) => [path, approval !== undefined]),
  ];
  const undoOf = (runId: number) => catalog.runs.get(runId).revertedByRunId ?? 0;

  it('goes where the import is undone first and the approval then, and comes back with either', async () => {
    let captionId = 0;
    const brought = catalog.runs.within({ kind: 'import', description: { kind: 'named', name: 'Import' } }, (runId) => {
      captionId = bringBoth(runId);
      return runId;
    });
    catalog.captions.write(photoId, 'a boat', { basedOnId: captionId });
    const approval = catalog.captions.get(captionId)?.approval?.runId ?? 0;
    const adding = await edit({ type: 'add', paths: ['sea'] });
    expect(await catalog.undo.revert(brought)).toMatchObject({ leftAlone: 1 });
    expect(texts()).toEqual([
      ['a boat', true],
      ['sea', false],
    ]);
    await catalog.undo.revert(approval);
    expect(texts()).toEqual([['sea', false]]);
    // The approval again, of what the import brought, though that is undone.
    await catalog.undo.revert(undoOf(approval));
    expect(texts()).toEqual([
      ['a boat', true],
      ['sea', false],
    ]);
    await catalog.undo.revert(approval);
    await catalog.undo.revert(adding);
    expect(texts()).toEqual([]);
    await catalog.undo.revert(undoOf(brought));
    expect(texts()).toEqual([
      ['a boat', false],
      ['sea', false],
    ]);
    await catalog.undo.revert(undoOf(approval));
    expect(texts()).toEqual([
      ['a boat', true],
      ['sea', false],
    ]);
  });
});
