/** @file "Caption every new photo here": rules of folders. */
import { describe, expect, it } from 'vitest';
import { CatalogError } from '../../../main/library/catalog/catalogError.ts';
import type { RuleAction } from '../../../main/library/catalog/jobs/folderRules.ts';
import { captioning, captionsOf, identityWith, queueLibrary } from './queueLibrary.ts';

const rule: RuleAction = {
  kind: 'caption',
  description: { kind: 'named', name: 'Caption new photos' },
  identity: identityWith('writer'),
  questions: [],
  priority: 0,
  preset: 'caption',
};

async function libraryWithSubfolder() {
  const library = await queueLibrary();
  library.catalog.connection.database.exec(
    `INSERT INTO folder (id, root_id, parent_id, relative_path, path_key) VALUES (2, 1, 1, 'trip', 'trip')`,
  );
  return library;
}

describe('a rule', () => {
  it('is for new photos in its folder and below, and for no others', async () => {
    await using library = await libraryWithSubfolder();
    const { catalog } = library;
    const [above = 0, below = 0] = await library.addPhotos(2);
    catalog.connection.prepare('UPDATE photo SET folder_id = 2 WHERE id = ?').run(below);
    const queue = await library.queue();
    queue.pause();
    const top = catalog.folderRules.add(1, { ...rule, description: { kind: 'named', name: 'Everywhere' } });
    const trip = catalog.folderRules.add(2, {
      ...rule,
      description: { kind: 'named', name: 'Trip' },
      identity: identityWith('other'),
    });
    expect((await queue.applyRules([above, below])).map(({ id }) => id)).toEqual([top, trip]);
    expect(catalog.runs.open().map(({ description, total }) => [description, total])).toEqual([
      [{ kind: 'named', name: 'Everywhere' }, 2],
      [{ kind: 'named', name: 'Trip' }, 1],
    ]);
  });

  it('can be applied twice to the same photos without asking twice', async () => {
    await using library = await queueLibrary();
    const { catalog } = library;
    const ids = await library.addPhotos(3);
    catalog.folderRules.add(1, rule);
    const queue = await library.queue();
    queue.pause();
    await Promise.all([queue.applyRules(ids), queue.applyRules(ids)]);
    queue.resume();
    await queue.settled(catalog.folderRules.list()[0]?.runId ?? 0);
    await queue.applyRules(ids);
    expect(catalog.runs.list({ kinds: ['caption'] })).toHaveLength(1);
    expect(captionsOf(catalog, ids).map((texts) => texts.length)).toEqual([1, 1, 1]);
  });

  it('puts photos into its run while that is open, and into a new one when it is over', async () => {
    await using library = await queueLibrary();
    const { catalog } = library;
    const ruleId = catalog.folderRules.add(1, rule);
    const runOfRule = () => catalog.folderRules.list().find(({ id }) => id === ruleId)?.runId ?? 0;
    const queue = await library.queue();
    queue.pause();
    const [first = 0, second = 0, third = 0] = await library.addPhotos(3);
    await queue.applyRules([first]);
    const run = runOfRule();
    await queue.applyRules([second]);
    expect(runOfRule()).toBe(run);
    queue.resume();
    await queue.settled(run);
    await queue.applyRules([third]);
    expect(runOfRule()).not.toBe(run);
    expect(await queue.settled(runOfRule())).toMatchObject({ activity: 'done', total: 1 });
  });

  it('does nothing while it is switched off or when it was removed', async () => {
    await using library = await queueLibrary();
    const { folderRules } = library.catalog;
    const ids = await library.addPhotos(1);
    const queue = await library.queue();
    const ruleId = folderRules.add(1, rule);
    folderRules.setEnabled(ruleId, false);
    expect(await queue.applyRules(ids)).toEqual([]);
    folderRules.setEnabled(ruleId, true);
    folderRules.remove(ruleId);
    expect(await queue.applyRules(ids)).toEqual([]);
    expect(folderRules.list()).toEqual([]);
  });

  it('does not caption a photo that a person had captioned with the same words and model already', async () => {
    await using library = await queueLibrary();
    const ids = await library.addPhotos(1);
    const queue = await library.queue();
    await queue.settled((await queue.add(captioning(ids))).runId ?? 0);
    library.catalog.folderRules.add(1, rule);
    await queue.applyRules(ids);
    expect(library.catalog.runs.list({ kinds: ['caption'] })).toHaveLength(1);
  });

  it('needs a folder that there is', async () => {
    await using library = await queueLibrary();
    expect(() => library.catalog.folderRules.add(7, rule)).toThrow(CatalogError);
  });
});
