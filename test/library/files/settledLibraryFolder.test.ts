/** @file A library at its former place is moved whole, or used where it is. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { settledLibraryFolder } from '../../../main/library/files/libraryFolder.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const renaming = vi.hoisted(() => ({ before: (): void => undefined }));
vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  const renameSync: typeof fs.renameSync = (from, to) => {
    renaming.before();
    fs.renameSync(from, to);
  };
  return { ...fs, default: fs, renameSync };
});

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let former = '';
let present = '';

beforeEach(async () => {
  folder = await temporaryFolder();
  former = path.join(folder.path, 'Roaming', 'Vignette');
  present = path.join(folder.path, 'Local', 'Vignette');
  renaming.before = () => undefined;
});
afterEach(() => folder[Symbol.asyncDispose]());

function settled(more: Partial<Parameters<typeof settledLibraryFolder>[0]> = {}): string {
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
  it('moves to the local one, with everything in it', async () => {
    await libraryAt(former, 'texts');
    await mkdir(present, { recursive: true });
    expect(settled()).toBe(present);
    expect(await contentAt(present)).toBe('texts');
    expect(await readdir(path.join(present, 'models', 'one'))).toEqual(['model.json']);
    expect(await readdir(path.dirname(former))).toEqual([]);
    expect(settled()).toBe(present);
  });

  it('is used where it is when it cannot be moved, and moves later', async () => {
    await libraryAt(former, 'texts');
    for (const code of ['EXDEV', 'EPERM', 'EBUSY']) {
      renaming.before = () => {
        throw Object.assign(new Error(code), { code });
      };
      expect(settled()).toBe(former);
      expect(await contentAt(former)).toBe('texts');
    }
    renaming.before = () => undefined;
    expect(settled()).toBe(present);
  });

  it('is moved by one of two that start together, and found by the other', async () => {
    await libraryAt(former, 'texts');
    renaming.before = () => {
      renaming.before = () => undefined;
      expect(settled()).toBe(present);
    };
    expect(settled()).toBe(present);
    expect(await contentAt(present)).toBe('texts');
  });

  it('never mixes with another', async () => {
    await libraryAt(former, 'old');
    await libraryAt(present, 'new');
    expect(settled()).toBe(present);
    expect(await contentAt(former)).toBe('old');
    expect(await contentAt(present)).toBe('new');
  });

  it('leaves what is no library of ours alone, at either place', async () => {
    await mkdir(former, { recursive: true });
    await writeFile(path.join(former, 'Preferences'), '{}');
    expect(settled()).toBe(present);
    expect(await readdir(former)).toEqual(['Preferences']);
    await libraryAt(former, 'texts');
    await mkdir(present, { recursive: true });
    await writeFile(path.join(present, 'notes.txt'), 'mine');
    expect(settled()).toBe(former);
    expect(await readdir(present)).toEqual(['notes.txt']);
  });

  it('stays where a person named another place, and on other systems', async () => {
    await libraryAt(former, 'texts');
    expect(settled({ option: '/elsewhere' })).toBe('/elsewhere');
    expect(settled({ platform: 'linux' })).toBe('/home/ann/.local/share/vignette');
    expect(await contentAt(former)).toBe('texts');
  });
});
