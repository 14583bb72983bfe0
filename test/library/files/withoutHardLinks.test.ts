/** @file Making files on drives that have no hard links, as FAT: what is there is not replaced there either. */
import { readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, vi } from 'vitest';
import { createAtomically } from '../../../main/library/files/atomicWrite.ts';
import { it } from '../../support/fixtures.ts';

vi.mock('node:fs/promises', async (importOriginal) => ({
  ...(await importOriginal<typeof import('node:fs/promises')>()),
  link: async () => {
    throw Object.assign(new Error('EPERM: operation not permitted, link'), { code: 'EPERM' });
  },
}));

it('without hard links, createAtomically makes a file where there is none', async ({ folder }) => {
  const file = path.join(folder.path, 'x');
  expect(await createAtomically(file, 'ours')).toBe(true);
  expect(await readFile(file, 'utf8')).toBe('ours');
  expect(await readdir(folder.path)).toEqual(['x']);
});

it('without hard links, createAtomically leaves a file that is there as it is, an empty one too', async ({
  folder,
}) => {
  for (const content of ['theirs', '']) {
    const file = path.join(folder.path, `x${content}`);
    await writeFile(file, content);
    expect(await createAtomically(file, 'ours')).toBe(false);
    expect(await readFile(file, 'utf8')).toBe(content);
  }
  expect(await readdir(folder.path)).toEqual(['x', 'xtheirs']);
});

it.skipIf(process.platform === 'win32')(
  'without hard links, createAtomically leaves a link as it is that leads nowhere',
  async ({ folder }) => {
    await symlink('nowhere', path.join(folder.path, 'x'));
    expect(await createAtomically(path.join(folder.path, 'x'), 'ours')).toBe(false);
    expect(await readdir(folder.path)).toEqual(['x']);
  },
);
