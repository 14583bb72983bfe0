/** @file Reverting runs: whole, also twice, also after a crash, and never over a later change. */
import { describe, expect } from 'vitest';
import { bulkEdit } from '../../../main/library/catalog/runs/bulkEdit.ts';
import { parseQuery } from '../../../main/library/query/parseQuery.ts';
import { it } from '../../support/fixtures.ts';
import { shownCaption, type TestCatalog } from '../../support/testCatalog.ts';

const tagPaths = ({ catalog }: TestCatalog, photoId: number) => catalog.tags.of(photoId).map(({ path }) => path);

/** 450 photos: more than two transactions of an undo. */
function tagMany(test: TestCatalog): { runId: number; photoIds: number[] } {
  const photoIds = Array.from({ length: 450 }, (_, index) => test.addPhoto(`${index}.jpg`));
  const runId = test.catalog.runs.begin({ kind: 'import', description: { kind: 'named', name: 'Import tags' } });
  for (const photoId of photoIds) test.catalog.tags.add(photoId, runId, { path: 'imported', source: 'import' });
  test.catalog.runs.setState(runId, 'done');
  return { runId, photoIds };
}

describe('reverting a run', () => {
  it('takes away what it added and brings back what it removed; reverting that does the opposite', async ({ test }) => {
    const { catalog } = test;
    const photoId = test.addPhoto('a.jpg');
    catalog.captions.write(photoId, 'old words');
    catalog.captions.write(photoId, 'new words');
    const edit = catalog.runs.list()[0]?.id ?? 0;
    const undone = await catalog.undo.revert(edit);
    expect(undone).toMatchObject({ reverted: 2, leftAlone: 0 });
    expect(shownCaption(catalog, photoId)).toBe('old words');
    expect(catalog.runs.get(edit).revertedByRunId).toBe(undone.runId);
    const redone = await catalog.undo.revert(undone.runId);
    expect(shownCaption(catalog, photoId)).toBe('new words');
    expect(catalog.captions.of(photoId)).toHaveLength(1);
    expect(catalog.runs.get(edit).revertedByRunId).toBeUndefined();
    const again = await catalog.undo.revert(redone.runId);
    expect(shownCaption(catalog, photoId)).toBe('old words');
    // It is undone again, and that by the newest undo, which alone can be undone.
    expect(catalog.runs.get(edit).revertedByRunId).toBe(again.runId);
    for (const id of [edit, undone.runId, redone.runId]) {
      await expect(catalog.undo.revert(id)).rejects.toMatchObject({ code: 'RUN_NOT_REVERTIBLE' });
    }
    await catalog.undo.revert(again.runId);
    expect(shownCaption(catalog, photoId)).toBe('new words');
  });

  it.for(['the run', 'the last redo'])(
    'undoes %s as often as one likes: texts and marks stay in step',
    async (what, { test }) => {
      const { catalog } = test;
      const photoId = test.addPhoto('a.jpg');
      catalog.captions.write(photoId, 'old words');
      catalog.captions.write(photoId, 'new words');
      const edit = catalog.runs.list()[0]?.id ?? 0;
      let last = edit;
      for (let round = 0; round < 3; round += 1) {
        const undone = await catalog.undo.revert(what === 'the run' ? edit : last);
        expect(undone).toMatchObject({ reverted: 2, leftAlone: 0 });
        expect(catalog.captions.of(photoId).map(({ text }) => text)).toEqual(['old words']);
        expect(catalog.runs.get(edit).revertedByRunId).toBe(undone.runId);
        const redone = await catalog.undo.revert(undone.runId);
        expect(redone).toMatchObject({ reverted: 2, leftAlone: 0 });
        expect(catalog.captions.of(photoId).map(({ text }) => text)).toEqual(['new words']);
        expect(catalog.runs.get(edit).revertedByRunId).toBeUndefined();
        last = redone.runId;
      }
      expect(catalog.runs.list({ limit: 2 }).map(({ description }) => description)).toEqual([
        { kind: 'redo', of: { kind: 'editCaption' } },
        { kind: 'undo', of: { kind: 'editCaption' } },
      ]);
    },
  );

  it('takes its tags out of the search and of the count of tags, and brings them back there', async ({ test }) => {
    const { catalog } = test;
    const { runId, photoIds } = tagMany(test);
    const found = async (query: string) =>
      (await catalog.reader.read('searchIds', { query: parseQuery(query), nowMs: 0 })).length;
    expect([await found('imported'), await found('tagged:no')]).toEqual([450, 0]);
    const undone = await catalog.undo.revert(runId);
    expect([await found('imported'), await found('tagged:no')]).toEqual([0, 450]);
    expect(catalog.tags.list()).toMatchObject([{ path: 'imported', photos: 0 }]);
    await catalog.undo.revert(undone.runId);
    expect([await found('imported'), await found('tagged:no')]).toEqual([photoIds.length, 0]);
  });

  it('takes its captions and answers out of the search', async ({ test }) => {
    const { catalog } = test;
    const photoId = test.addPhoto('a.jpg');
    const found = async (query: string) =>
      (await catalog.reader.read('searchIds', { query: parseQuery(query), nowMs: 0 })).length;
    catalog.captions.write(photoId, 'a zebra');
    const captioning = catalog.runs.list()[0]?.id ?? 0;
    catalog.answers.write(photoId, 'what is it?', 'an okapi');
    expect([await found('zebra'), await found('okapi'), await found('answer:any')]).toEqual([1, 1, 1]);
    await catalog.undo.revert(captioning);
    await catalog.undo.revert(catalog.runs.list({ kinds: ['edit'] })[0]?.id ?? 0);
    expect([await found('zebra'), await found('okapi'), await found('answer:any')]).toEqual([0, 0, 0]);
  });

  it('reaches every row of a large run', async ({ test }) => {
    const { runId, photoIds } = tagMany(test);
    const progress: number[] = [];
    const result = await test.catalog.undo.revert(runId, { onProgress: (done) => progress.push(done) });
    expect(result).toMatchObject({ reverted: 450, leftAlone: 0 });
    expect(progress).toEqual([200, 400, 450]);
    expect(photoIds.flatMap((id) => tagPaths(test, id))).toEqual([]);
  });

  it('leaves alone what was changed since', async ({ test }) => {
    const { catalog } = test;
    const { runId, photoIds } = tagMany(test);
    const [first = 0] = photoIds;
    catalog.runs.within({ kind: 'edit', description: { kind: 'named', name: 'Untag' } }, (edit) => {
      catalog.tags.remove(catalog.tags.of(first)[0]?.id ?? 0, edit);
    });
    expect(await catalog.undo.revert(runId)).toMatchObject({ reverted: 449, leftAlone: 1 });
    // The person's removal is not undone by undoing the undo either.
    expect(await catalog.undo.revert(catalog.runs.list()[0]?.id ?? 0)).toMatchObject({ reverted: 449, leftAlone: 0 });
    expect(tagPaths(test, first)).toEqual([]);
  });

  it('brings nothing back of a run that was undone meanwhile, until that is done again', async ({ test }) => {
    const { catalog } = test;
    const photoId = test.addPhoto('a.jpg');
    const named = { description: { kind: 'named', name: 'x' } } as const;
    const texts = () => catalog.captions.of(photoId).map(({ text }) => text);
    let captionId = 0;
    const writing = catalog.runs.within({ kind: 'caption', ...named }, (runId) => {
      captionId = catalog.captions.add(photoId, runId, { text: 'a boat', source: 'model' });
      return runId;
    });
    const removal = catalog.runs.within({ kind: 'edit', ...named }, (runId) => {
      catalog.captions.remove(captionId, runId);
      return runId;
    });
    const undo = await catalog.undo.revert(writing);
    await catalog.undo.revert(removal);
    expect(texts()).toEqual([]);
    await catalog.undo.revert(undo.runId);
    expect(texts()).toEqual(['a boat']);
  });

  it('brings an answer back that a later import brought too, of a run that an undone one had restored', async ({
    test,
  }) => {
    const { catalog } = test;
    const photoId = test.addPhoto('a.jpg');
    const named = { description: { kind: 'named', name: 'x' } } as const;
    const first = catalog.runs.within({ kind: 'import', ...named }, (runId) => runId);
    const author = catalog.runs.within({ kind: 'ask', ...named }, (runId) => runId);
    catalog.connection.prepare('UPDATE run SET restored_by_run_id = ? WHERE id = ?').run(first, author);
    await catalog.undo.revert(first);
    const questionId = catalog.answers.questionId('Where?');
    const answerId = catalog.runs.within({ kind: 'import', ...named }, (runId) =>
      catalog.answers.add(photoId, questionId, runId, { text: 'at sea', source: 'model', authorRunId: author }),
    );
    const removal = catalog.runs.within({ kind: 'edit', ...named }, (runId) => {
      catalog.answers.remove(answerId, runId);
      return runId;
    });
    await catalog.undo.revert(removal);
    expect(catalog.answers.of(photoId)).toMatchObject([{ text: 'at sea' }]);
  });

  it('does not give a tag twice that was given again meanwhile', async ({ test }) => {
    const { catalog } = test;
    const photoId = test.addPhoto('a.jpg');
    const give = () =>
      catalog.runs.within({ kind: 'edit', description: { kind: 'named', name: 'Tag' } }, (runId) =>
        catalog.tags.add(photoId, runId, { path: 'x', source: 'human' }),
      );
    give();
    const removal = catalog.runs.begin({ kind: 'edit', description: { kind: 'named', name: 'Untag' } });
    catalog.tags.remove(catalog.tags.of(photoId)[0]?.id ?? 0, removal);
    catalog.runs.setState(removal, 'done');
    give();
    expect(await catalog.undo.revert(removal)).toMatchObject({ reverted: 0, leftAlone: 1 });
    expect(tagPaths(test, photoId)).toEqual(['x']);
  });

  it('leaves a text where a later one of the person took its place, until that is undone, too', async ({ test }) => {
    const { catalog } = test;
    const photoId = test.addPhoto('a.jpg');
    const texts = () => catalog.captions.of(photoId).map(({ text }) => text);
    const write = (text: string) => catalog.captions.get(catalog.captions.write(photoId, text))?.runId ?? 0;
    write('first');
    const [second, third] = [write('second'), write('third')];
    const { runId: undone } = await catalog.undo.revert(second);
    expect(texts()).toEqual(['third']);
    const { runId: undoneThird } = await catalog.undo.revert(third);
    expect(texts()).toEqual(['first']);
    await catalog.undo.revert(undoneThird);
    expect(texts()).toEqual(['third']);
    await catalog.undo.revert(undone);
    expect(texts()).toEqual(['third']);
    await catalog.undo.revert(third);
    expect(texts()).toEqual(['second']);
  });

  it('does not bring back what another import says by now, until that is undone, too', async ({ test }) => {
    const { catalog } = test;
    const photoId = test.addPhoto('a.jpg');
    const questionId = catalog.answers.questionId('Where?');
    const imported = () =>
      catalog.runs.within({ kind: 'import', description: { kind: 'named', name: 'Import' } }, (runId) => {
        catalog.captions.add(photoId, runId, { text: 'a boat', source: 'import' });
        catalog.answers.add(photoId, questionId, runId, { text: 'at sea', source: 'import' });
        catalog.tags.add(photoId, runId, { path: 'sea', source: 'import' });
        return runId;
      });
    const said = () => [
      ...catalog.captions.of(photoId).map(({ text }) => text),
      ...catalog.answers.of(photoId).map(({ text }) => text),
      ...tagPaths(test, photoId),
    ];
    const { runId: undone } = await catalog.undo.revert(imported());
    const again = imported();
    await catalog.undo.revert(undone);
    expect(said()).toEqual(['a boat', 'at sea', 'sea']);
    await catalog.undo.revert(again);
    expect(said()).toEqual(['a boat', 'at sea', 'sea']);
  });

  it('is refused twice, and for a run that is not there', async ({ test }) => {
    const { runId } = tagMany(test);
    await test.catalog.undo.revert(runId);
    await expect(test.catalog.undo.revert(runId)).rejects.toThrow(
      expect.objectContaining({ code: 'RUN_NOT_REVERTIBLE' }),
    );
    await expect(test.catalog.undo.revert(99)).rejects.toThrow(expect.objectContaining({ code: 'NO_SUCH_RUN' }));
  });

  it('is finished at the next start when it was cut short', async ({ test }) => {
    const { catalog } = test;
    const { runId, photoIds } = tagMany(test);
    const stop = new AbortController();
    const revert = catalog.undo.revert(runId, {
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('pulled the plug')),
    });
    await expect(revert).rejects.toThrow('pulled the plug');
    expect(photoIds.flatMap((id) => tagPaths(test, id))).toHaveLength(250);
    expect(await catalog.undo.finishInterrupted()).toMatchObject([{ reverted: 250 }]);
    expect(photoIds.flatMap((id) => tagPaths(test, id))).toEqual([]);
    expect(catalog.runs.list()[0]).toMatchObject({ kind: 'undo', state: 'done' });
    expect(await catalog.undo.finishInterrupted()).toEqual([]);
  });
});

it('a bulk edit whose revert was cut short, too, is reverted at the next start', async ({ test }) => {
  const { catalog } = test;
  const photoIds = Array.from({ length: 250 }, (_, index) => test.addPhoto(`${index}.jpg`));
  const runId = catalog.runs.begin({ kind: 'bulk-edit', description: { kind: 'named', name: 'Half done' } });
  for (const photoId of photoIds) catalog.tags.add(photoId, runId, { path: 'x', source: 'human' });
  const stop = new AbortController();
  const onProgress = () => stop.abort(new Error('pulled the plug'));
  await expect(catalog.undo.revert(runId, { signal: stop.signal, onProgress })).rejects.toThrow('pulled the plug');
  expect(await catalog.undo.finishInterrupted()).toMatchObject([{ reverted: 50 }]);
  expect(photoIds.flatMap((id) => tagPaths(test, id))).toEqual([]);
  expect(catalog.runs.open()).toEqual([]);
});

describe('a bulk edit', () => {
  it('is one run, done in short transactions', async ({ test }) => {
    const { catalog } = test;
    const photoIds = Array.from({ length: 250 }, (_, index) => test.addPhoto(`${index}.jpg`));
    const progress: number[] = [];
    const change = (photoId: number, run: number) => catalog.tags.add(photoId, run, { path: 'x', source: 'human' });
    const runId = await bulkEdit(
      catalog,
      { description: { kind: 'named', name: 'Tag all' }, photoIds, change },
      { onProgress: (done) => progress.push(done) },
    );
    expect(progress).toEqual([100, 200, 250]);
    expect(catalog.runs.get(runId)).toMatchObject({ description: { kind: 'named', name: 'Tag all' }, state: 'done' });
    expect(catalog.tags.photosWith('x')).toHaveLength(250);
  });

  it.for([
    ['is stopped', (stop: AbortController) => stop.abort(new Error('enough'))],
    [
      'meets an error',
      () => {
        throw new Error('enough');
      },
    ],
  ] as const)('that %s changes nothing in the end', async ([_how, end], { test }) => {
    const { catalog } = test;
    const photoIds = Array.from({ length: 250 }, (_, index) => test.addPhoto(`${index}.jpg`));
    const stop = new AbortController();
    const change = (photoId: number, run: number) => {
      if (photoId === photoIds[150]) end(stop);
      catalog.tags.add(photoId, run, { path: 'x', source: 'human' });
    };
    await expect(
      bulkEdit(catalog, { description: { kind: 'named', name: 'Tag all' }, photoIds, change }, { signal: stop.signal }),
    ).rejects.toThrow('enough');
    expect(catalog.tags.photosWith('x')).toEqual([]);
    expect(catalog.runs.list({ kinds: ['bulk-edit'] })).toMatchObject([{ state: 'cancelled' }]);
  });

  it('passes over a photo that left the catalog meanwhile', async ({ test }) => {
    const { catalog } = test;
    const photoIds = ['a.jpg', 'b.jpg', 'c.jpg'].map((name) => test.addPhoto(name));
    const change = (photoId: number, run: number) => catalog.tags.add(photoId, run, { path: 'x', source: 'human' });
    catalog.places.delete(photoIds[1] ?? 0);
    await bulkEdit(catalog, { description: { kind: 'named', name: 'Tag all' }, photoIds, change });
    expect(catalog.tags.photosWith('x')).toEqual([photoIds[0], photoIds[2]]);
  });

  it('that a crash cut short is reverted at the next start', async ({ test }) => {
    const { catalog } = test;
    const photoId = test.addPhoto('a.jpg');
    const runId = catalog.runs.begin({ kind: 'bulk-edit', description: { kind: 'named', name: 'Half done' } });
    catalog.tags.add(photoId, runId, { path: 'x', source: 'human' });
    await catalog.undo.finishInterrupted();
    expect(tagPaths(test, photoId)).toEqual([]);
    expect(catalog.runs.get(runId).state).toBe('cancelled');
  });
});
