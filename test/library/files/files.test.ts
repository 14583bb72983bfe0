/** @file Writing files so that nothing is lost, and the folder where a library lies. */
import { chmod, mkdtemp, readdir, readFile, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createAtomically, keepBackup, writeAtomically } from '../../../main/library/files/atomicWrite.ts';
import { withReason } from '../../../main/library/files/fileSystemError.ts';
import { makeFolderWithin } from '../../../main/library/files/folderWithin.ts';
import { LibraryError } from '../../../main/library/files/libraryError.ts';
import { electronFolder, libraryFolder } from '../../../main/library/files/libraryFolder.ts';
import { prepareDerivedFile, prepareOutputFile } from '../../../main/library/interchange/outputFile.ts';
import { ForeignFileError } from '../../../native-models/foreignFile.ts';

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'vignette-files-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe('writing a file', () => {
  it('replaces it and leaves nothing else behind', async () => {
    const folder = await emptyFolder();
    const file = path.join(folder, 'x');
    await writeFile(file, 'before');
    await writeAtomically(file, 'after');
    expect(await readFile(file, 'utf8')).toBe('after');
    expect(await readdir(folder)).toEqual(['x']);
  });

  it.skipIf(process.platform === 'win32')('keeps its permissions (Windows has no such ones)', async () => {
    const file = path.join(await emptyFolder(), 'x');
    await writeFile(file, 'before');
    await chmod(file, 0o640);
    await writeAtomically(file, 'after');
    expect((await stat(file)).mode & 0o777).toBe(0o640);
  });

  it('leaves nothing behind when it fails', async () => {
    const folder = await emptyFolder();
    await writeFile(path.join(folder, 'file'), '');
    await expect(writeAtomically(path.join(folder, 'file', 'x'), 'text')).rejects.toThrow();
    await expect(writeAtomically(folder, 'text')).rejects.toThrow();
    expect(await readdir(folder)).toEqual(['file']);
  });

  it('makes a new one only where there is none', async () => {
    const folder = await emptyFolder();
    const file = path.join(folder, 'x');
    expect(await createAtomically(file, 'first')).toBe(true);
    expect(await createAtomically(file, 'second')).toBe(false);
    expect(await readFile(file, 'utf8')).toBe('first');
    expect(await readdir(folder)).toEqual(['x']);
  });

  it('works with a name as long as names can be', async () => {
    const folder = await emptyFolder();
    await writeAtomically(path.join(folder, 'n'.repeat(255)), 'text');
    expect(await readdir(folder)).toEqual(['n'.repeat(255)]);
  });

  it('numbers backups and never replaces one', async () => {
    const folder = await emptyFolder();
    const file = path.join(folder, 'x');
    for (const content of ['1', '2', '3']) {
      await writeFile(file, content);
      await keepBackup(file);
    }
    expect(await readdir(folder)).toEqual(['x', 'x.bak', 'x.bak2', 'x.bak3']);
    expect(await readFile(`${file}.bak2`, 'utf8')).toBe('2');
  });
});

describe('an output file', () => {
  it('is written where a link points', async () => {
    const folder = await emptyFolder();
    await writeFile(path.join(folder, 'real.json'), '{}');
    await symlink('real.json', path.join(folder, 'link.json'));
    expect(path.basename(await prepareOutputFile(path.join(folder, 'link.json')))).toBe('real.json');
  });

  it('is not written through a link where no person named it', async () => {
    const folder = await emptyFolder();
    await writeFile(path.join(folder, 'real.json'), '{}');
    await symlink('real.json', path.join(folder, 'link.json'));
    await symlink('nowhere.json', path.join(folder, 'broken.json'));
    expect(await prepareDerivedFile(path.join(folder, 'real.json'))).toBe(
      path.join(await realpath(folder), 'real.json'),
    );
    for (const name of ['link.json', 'broken.json']) {
      await expect(prepareDerivedFile(path.join(folder, name))).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
    }
  });

  it.skipIf(process.platform === 'win32')('is never a device (not on Windows, where none is a file)', async () => {
    await expect(prepareOutputFile('/dev/null')).rejects.toMatchObject({ code: 'OUTPUT_NOT_WRITABLE' });
  });
});

describe('an error on the way', () => {
  const refusal = (reason: string, cause: unknown) =>
    new LibraryError('OUTPUT_NOT_WRITABLE', `a cannot be written: ${reason}.`, {}, cause);
  const failed = (error: unknown) => withReason(() => Promise.reject(error), refusal);

  it('is said in words where it is the file system’s', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    await expect(failed(full)).rejects.toMatchObject({
      code: 'OUTPUT_NOT_WRITABLE',
      message: 'a cannot be written: the disk is full.',
      cause: full,
    });
    await expect(failed(new ForeignFileError('EISDIR', 'is a folder'))).rejects.toThrow(
      'a cannot be written: it is a folder.',
    );
  });

  it.each([
    ['one of ours', new LibraryError('SIDECAR_UNREADABLE', 'a is not valid XMP.')],
    ['a mistake in the program', new TypeError('x is undefined')],
    ['one that Node gives a code', Object.assign(new Error('aborted'), { code: 'ABORT_ERR' })],
  ])('passes through where it is %s: it is no fault of the file', async (_, error) => {
    await expect(failed(error)).rejects.toBe(error);
  });
});

describe('folders below one that a person named', () => {
  it('are made there and nowhere else, whatever way leads out', async () => {
    const top = await emptyFolder();
    const elsewhere = await emptyFolder();
    await makeFolderWithin(top, path.join(top, 'a', 'b'));
    expect((await stat(path.join(top, 'a', 'b'))).isDirectory()).toBe(true);
    await makeFolderWithin(top, top);
    const refused = expect.objectContaining({ code: 'OUTPUT_NOT_WRITABLE' });
    await symlink(elsewhere, path.join(top, 'link'));
    for (const folder of [path.join(elsewhere, 'c'), path.join(top, '..', 'c'), path.join(top, 'link', 'c')]) {
      await expect(makeFolderWithin(top, folder), folder).rejects.toThrow(refused);
    }
    expect(await readdir(elsewhere)).toEqual([]);
    expect(await readdir(path.dirname(top))).not.toContain('c');
  });
});

describe("the library's folder", () => {
  const base = { env: {}, homeFolder: '/home/ann', cwd: '/work' };

  it('is the option, else VIGNETTE_HOME, else the place of the platform', () => {
    const env = { VIGNETTE_HOME: 'from-env', XDG_DATA_HOME: '/data' };
    expect(libraryFolder({ ...base, platform: 'linux', env, option: 'lib' })).toBe('/work/lib');
    expect(libraryFolder({ ...base, platform: 'linux', env })).toBe('/work/from-env');
    expect(libraryFolder({ ...base, platform: 'linux', env: { XDG_DATA_HOME: '/data' } })).toBe('/data/vignette');
    expect(libraryFolder({ ...base, platform: 'linux' })).toBe('/home/ann/.local/share/vignette');
    expect(libraryFolder({ ...base, platform: 'darwin' })).toBe('/home/ann/Library/Application Support/Vignette');
    expect(libraryFolder({ ...base, platform: 'win32', env: { LOCALAPPDATA: '/local' } })).toBe('/local/Vignette');
  });

  it.each(['darwin', 'win32'] as const)(
    'is not that of Electron, even where capitals make no difference: %s',
    (platform) => {
      const sources = { ...base, platform, env: { APPDATA: '/ann/Roaming', LOCALAPPDATA: '/ann/Local' } };
      const [ours, electrons] = [libraryFolder(sources), electronFolder(sources) ?? ''].map((one) => one.toLowerCase());
      expect(electrons).not.toBe('');
      expect(`${electrons}/`.startsWith(`${ours}/`) || `${ours}/`.startsWith(`${electrons}/`)).toBe(false);
      expect(electrons).not.toContain('roaming');
      expect(ours).not.toContain('roaming');
    },
  );

  it('ignores a relative XDG_DATA_HOME and an empty VIGNETTE_HOME', () => {
    const env = { VIGNETTE_HOME: '', XDG_DATA_HOME: 'data' };
    expect(libraryFolder({ ...base, platform: 'linux', env })).toBe('/home/ann/.local/share/vignette');
  });
});
