/** @file Tag operations: what each does to a photo's tags, shown beforehand and revertible. */
import { describe, expect } from 'vitest';
import { editTags, previewTagEdit } from '../../../main/library/editing/editTags.ts';
import type { TagOperation } from '../../../schemas/tagOperation.ts';
import { it } from '../../support/fixtures.ts';
import { testCatalog } from '../../support/testCatalog.ts';

async function edited(before: readonly string[], operation: TagOperation): Promise<string[]> {
  await using test = await testCatalog();
  const { catalog } = test;
  const photoId = test.addPhoto('a.jpg');
  catalog.runs.within({ kind: 'import', description: { kind: 'named', name: 'Import' } }, (runId) => {
    for (const path of before) catalog.tags.add(photoId, runId, { path, source: 'import' });
  });
  const runId = await editTags(catalog, { photoIds: [photoId], operation });
  const after = catalog.tags.of(photoId).map(({ path }) => path);
  if (runId !== undefined) {
    await catalog.undo.revert(runId);
    expect(catalog.tags.of(photoId).map(({ path }) => path)).toEqual([...before].sort());
  }
  return after;
}

describe('a tag operation, which undo reverts,', () => {
  it.each<[string, string[], TagOperation, string[]]>([
    ['adds', ['a'], { type: 'add', paths: ['b/c', ' d '] }, ['a', 'b/c', 'd']],
    ['removes with what is below', ['a', 'a/b', 'ab'], { type: 'remove', paths: ['A'] }, ['ab']],
    [
      'renames with what is below',
      ['sea', 'sea/north', 'seal'],
      { type: 'merge', from: ['sea'], into: 'ocean' },
      ['ocean', 'ocean/north', 'seal'],
    ],
    ['moves below another', ['france'], { type: 'merge', from: ['france'], into: 'places/france' }, ['places/france']],
    [
      'moves several with what is below',
      ['a/b', 'a/b/c', 'd', 'ab'],
      { type: 'move', paths: ['A/b', 'd'], below: 'x' },
      ['ab', 'x/b', 'x/b/c', 'x/d'],
    ],
    ['moves to the top', ['a/b', 'a'], { type: 'move', paths: ['a/b'], below: '' }, ['a', 'b']],
    ['merges into one that is there', ['sea', 'ocean'], { type: 'merge', from: ['sea'], into: 'ocean' }, ['ocean']],
    ['merges several', ['a', 'b'], { type: 'merge', from: ['a', 'b'], into: 'c' }, ['c']],
    [
      'replaces by a regular expression',
      ['2023-x', '2024-y'],
      { type: 'replace', pattern: '^(\\d+)-', flags: '', replacement: 'y/$1/' },
      ['y/2023/x', 'y/2024/y'],
    ],
    [
      'removes what becomes empty',
      ['junk', 'a'],
      { type: 'replace', pattern: '^junk$', flags: '', replacement: '' },
      ['a'],
    ],
    ['keeps a vocabulary only', ['a', 'b', 'a/c'], { type: 'keep-only', paths: ['A', 'x'] }, ['a']],
    ['drops what a deeper one implies', ['a', 'a/b', 'ab'], { type: 'drop-implied' }, ['a/b', 'ab']],
    ['does nothing where there is nothing to do', ['a'], { type: 'remove', paths: ['b'] }, ['a']],
  ])('%s', async (_what, before, operation, after) => {
    expect(await edited(before, operation)).toEqual(after);
  });

  it('is shown beforehand exactly, and keeps who gave a renamed tag', async ({ test }) => {
    const { catalog } = test;
    const [first = 0, second = 0, third = 0] = ['1', '2', '3'].map((name) => test.addPhoto(name));
    const runId = catalog.runs.begin({ kind: 'import', description: { kind: 'named', name: 'Import' } });
    for (const photoId of [first, second])
      catalog.tags.add(photoId, runId, { path: 'sea', source: 'model', confidence: 0.5 });
    catalog.tags.add(first, runId, { path: 'sea', source: 'human' });
    catalog.tags.add(third, runId, { path: 'hill', source: 'human' });
    const operation = { type: 'merge', from: ['sea'], into: 'ocean' } as const;
    const photoIds = [first, second, third];
    expect(previewTagEdit(catalog, { photoIds, operation })).toEqual({
      photoIds: [first, second],
      removed: [{ path: 'sea', photos: 2 }],
      added: [{ path: 'ocean', photos: 2 }],
    });
    await editTags(catalog, { photoIds, operation });
    expect(catalog.tags.of(first)).toMatchObject([
      { path: 'ocean', source: 'model', confidence: 0.5 },
      { path: 'ocean', source: 'human' },
    ]);
  });

  it('refuses what is no regular expression, and a tag without a name', async ({ test }) => {
    const attempt = (operation: TagOperation) => editTags(test.catalog, { photoIds: [], operation });
    const code = (name: string) => expect.objectContaining({ code: name });
    await expect(attempt({ type: 'replace', pattern: '(', flags: '', replacement: '' })).rejects.toThrow(
      code('TAG_PATTERN_INVALID'),
    );
    await expect(attempt({ type: 'add', paths: ['a//b'] })).rejects.toThrow(code('TAG_NAME_INVALID'));
  });
});
