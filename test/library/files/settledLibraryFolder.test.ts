/** @file A library at its former place is moved whole, or used where it is. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, vi } from 'vitest';
import { settledLibraryFolder } from '../../../main/library/files/libraryFolder.ts';
import { it as plainIt } from '../../support/fixtures.ts';

const renaming = vi.hoisted(() => ({ before: (): void => undefined }));
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  const renameSync: typeof fs.renameSync = (from, to) => {
    renaming.before();
    fs.renameSync(from, to);
  };
  return { ...fs, default: fs, renameSync };
});

interface Places {
  readonly former: string;
  readonly present: string;
}

const it = plainIt.extend('places', ({ folder }): Places => {
  renaming.before = () => undefined;
  return {
    former: path.join(folder.path, 'Roaming', 'Vignette'),
    present: path.join(folder.path, 'Local', 'Vignette'),
  };
});

function settledIn(
  { former, present }: Places,
  more: Partial<Parameters<typeof settledLibraryFolder>[0]> = {},
): string {
  const env = { APPDATA: path.dirname(former), LOCALAPPDATA: path.dirname(present) };
  return settledLibraryFolder({ env, platform: 'win32', homeFolder: '/home/ann', cwd: '/work', ...more });
}

async function libraryAt(place: string, content: string): Promise<void> {
  await mkdir(path.join(place, 'models', 'one'), { recursive: true });
  await writeFile(path.join(place, 'catalog.db'), content);
  await writeFile(path.join(place, 'models', 'one', 'model.json'), '{}');
}

const contentAt = (place: string) => readFile(path.join(place, 'catalog.db'), 'utf8');

describe('a library in the roaming folder of Windows', () => {
  it('moves to the local one, with everything in it', async ({ places }) => {
    const { former, present } = places;
    await libraryAt(former, 'texts');
    await mkdir(present, { recursive: true });
    expect(settledIn(places)).toBe(present);
    expect(await contentAt(present)).toBe('texts');
    expect(await readdir(path.join(present, 'models', 'one'))).toEqual(['model.json']);
    expect(await readdir(path.dirname(former))).toEqual([]);
    expect(settledIn(places)).toBe(present);
  });

  it('is used where it is when it cannot be moved, and moves later', async ({ places }) => {
    const { former, present } = places;
    await libraryAt(former, 'texts');
    for (const code of ['EXDEV', 'EPERM', 'EBUSY']) {
      renaming.before = () => {
        throw Object.assign(new Error(code), { code });
      };
      expect(settledIn(places)).toBe(former);
      expect(await contentAt(former)).toBe('texts');
    }
    renaming.before = () => undefined;
    expect(settledIn(places)).toBe(present);
  });

  it('is moved by one of two that start together, and found by the other', async ({ places }) => {
    const { former, present } = places;
    await libraryAt(former, 'texts');
    renaming.before = () => {
      renaming.before = () => undefined;
      expect(settledIn(places)).toBe(present);
    };
    expect(settledIn(places)).toBe(present);
    expect(await contentAt(present)).toBe('texts');
  });

  it('never mixes with another', async ({ places }) => {
    const { former, present } = places;
    await libraryAt(former, 'old');
    await libraryAt(present, 'new');
    expect(settledIn(places)).toBe(present);
    expect(await contentAt(former)).toBe('old');
    expect(await contentAt(present)).toBe('new');
  });

  it('leaves what is no library of ours alone, at either place', async ({ places }) => {
    const { former, present } = places;
    await mkdir(former, { recursive: true });
    await writeFile(path.join(former, 'Preferences'), '{}');
    expect(settledIn(places)).toBe(present);
    expect(await readdir(former)).toEqual(['Preferences']);
    await libraryAt(former, 'texts');
    await mkdir(present, { recursive: true });
    await writeFile(path.join(present, 'notes.txt'), 'mine');
    expect(settledIn(places)).toBe(former);
    expect(await readdir(present)).toEqual(['notes.txt']);
  });

  it('stays where a person named another place, and on other systems', async ({ places }) => {
    const { former } = places;
    await libraryAt(former, 'texts');
    expect(settledIn(places, { option: '/elsewhere' })).toBe('/elsewhere');
    expect(settledIn(places, { platform: 'linux' })).toBe('/home/ann/.local/share/vignette');
    expect(await contentAt(former)).toBe('texts');
  });
});
