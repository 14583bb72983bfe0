/** @file "Caption every new photo here": rules of folders. */
import { describe, expect, it } from 'vitest';
import type { Catalog } from '../../../main/library/catalog/catalog.ts';
import { CatalogError } from '../../../main/library/catalog/catalogError.ts';
import type { RuleAction } from '../../../main/library/catalog/jobs/folderRules.ts';
import { DoubleModels } from './queueDoubles.ts';
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

describe('a rule that tags', () => {
  const tagging: RuleAction = {
    kind: 'ask',
    description: { kind: 'tag', vocabulary: 0 },
    identity: identityWith('writer', 'list the tags', { kind: 'question' }),
    questions: ['list the tags'],
    priority: 0,
    preset: 'tags',
    tagging: { max: 3 },
  };
  const pathsOf = (catalog: Catalog, photoId: number) => catalog.tags.of(photoId).map(({ path }) => path);
  const saying = (list: string) => new DoubleModels({ answer: () => list });

  it('gives new photos the tags that the model names, out of the vocabulary as it is then', async () => {
    await using library = await queueLibrary();
    const { catalog } = library;
    catalog.vocabulary.set([{ path: 'animals/Dog', synonyms: ['puppy'] }, { path: 'Sea' }]);
    const ruleId = catalog.folderRules.add(1, tagging);
    const runOfRule = () => catalog.folderRules.list().find(({ id }) => id === ruleId)?.runId ?? 0;
    const queue = await library.queue(saying('Dog, Sea'));
    const [first = 0, second = 0] = await library.addPhotos(2);
    await queue.applyRules([first]);
    await queue.settled(runOfRule());
    expect(pathsOf(catalog, first)).toEqual(['animals/Dog', 'Sea']);
    const { description, identity } = catalog.runs.get(runOfRule());
    expect(description).toEqual({ kind: 'tag', vocabulary: 2 });
    expect(identity?.settings.tags).toMatchObject({
      vocabulary: ['Dog', 'Sea'],
      synonyms: expect.arrayContaining([{ word: 'puppy', tag: 'Dog' }]),
      max: 3,
    });
    catalog.vocabulary.set([{ path: 'Sea' }]);
    await queue.applyRules([second]);
    await queue.settled(runOfRule());
    expect(pathsOf(catalog, second)).toEqual(['Sea']);
    expect(catalog.runs.get(runOfRule()).description).toEqual({ kind: 'tag', vocabulary: 1 });
  });

  it('chooses from a branch only, and does nothing while that has no tags', async () => {
    await using library = await queueLibrary();
    const { catalog } = library;
    const queue = await library.queue(saying('Paris'));
    const ids = await library.addPhotos(1);
    const ruleId = catalog.folderRules.add(1, { ...tagging, tagging: { max: 1, below: 'Places' } });
    catalog.vocabulary.set([{ path: 'people/Paris' }, { path: 'placesetting' }, { path: 'places' }]);
    expect(await queue.applyRules(ids)).toEqual([]);
    expect(catalog.runs.list({ kinds: ['ask'] })).toEqual([]);
    catalog.vocabulary.set([{ path: 'people/Paris' }, { path: 'places' }, { path: 'places/France/Paris' }]);
    expect((await queue.applyRules(ids)).map(({ id }) => id)).toEqual([ruleId]);
    await queue.settled(catalog.folderRules.list()[0]?.runId ?? 0);
    expect(ids.flatMap((id) => pathsOf(catalog, id))).toEqual(['places/France/Paris']);
  });

  it('begins another run where the vocabulary was changed while its run is open', async () => {
    await using library = await queueLibrary();
    const { catalog } = library;
    catalog.vocabulary.set([{ path: 'sea' }]);
    catalog.folderRules.add(1, tagging);
    const queue = await library.queue(saying('sea'));
    queue.pause();
    const [first = 0, second = 0, third = 0] = await library.addPhotos(3);
    await queue.applyRules([first]);
    await queue.applyRules([second]);
    expect(catalog.runs.open().map(({ total }) => total)).toEqual([2]);
    catalog.vocabulary.set([{ path: 'sea' }, { path: 'boat' }]);
    await queue.applyRules([third]);
    expect(catalog.runs.open().map(({ total, identity }) => [total, identity?.tagPaths])).toEqual([
      [2, ['sea']],
      [1, ['boat', 'sea']],
    ]);
  });
});
