/** @file The folders that a person chooses from: theirs as they are, others' tricks left out. */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect } from 'vitest';
import { foldersOnDisk } from '../../../main/library/photos/foldersOnDisk.ts';
import { it } from '../../support/fixtures.ts';

describe('the folders in a folder', () => {
  it('are listed in the order of their numbers, with how many photos lie beside them', async ({ folder }) => {
    for (const name of ['2024', '2', '10', '.hidden', '海']) await mkdir(path.join(folder.path, name));
    for (const name of ['a.jpg', 'b.HEIC', 'notes.txt']) await writeFile(path.join(folder.path, name), '');
    const found = await foldersOnDisk(folder.path);
    expect(found.folders.map(({ name }) => name)).toEqual(['2', '10', '2024', '海']);
    expect(found).toMatchObject({ path: folder.path, parent: path.dirname(folder.path), photos: 2, isCut: false });
    expect(await foldersOnDisk(found.folders[0]?.path)).toMatchObject({ parent: folder.path, folders: [] });
  });

  it.skipIf(process.platform === 'win32')('leave out links and names that nobody could read', async ({ folder }) => {
    await mkdir(path.join(folder.path, 'two\nlines'));
    await symlink('/', path.join(folder.path, 'link'));
    expect((await foldersOnDisk(folder.path)).folders).toEqual([]);
  });

  it('end at the top', async () => {
    const { root } = path.parse(process.cwd());
    expect(await foldersOnDisk(root)).toMatchObject({ path: root, parent: null });
  });

  it.for([
    ['that is not there', 'gone', 'PATH_NOT_FOUND'],
    ['that is a file', 'a.jpg', 'PATH_NOT_A_FOLDER'],
    ['with a null byte', 'a\0b', 'PATH_NOT_A_FOLDER'],
  ])('are not those of a folder %s', async ([, name, code], { folder }) => {
    await writeFile(path.join(folder.path, 'a.jpg'), '');
    await expect(foldersOnDisk(`${folder.path}${path.sep}${name}`)).rejects.toMatchObject({ code });
  });

  it('are not those of a path that begins nowhere', async () => {
    await expect(foldersOnDisk('photos')).rejects.toMatchObject({ code: 'PATH_NOT_A_FOLDER' });
  });
});
