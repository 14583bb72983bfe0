/** @file Finding photos: order, relative paths, and what stands in the way. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { diskReader, findPhotos } from '../../../main/library/photos/findPhotos.ts';
import { naturalPathOrder } from '../../../main/library/photos/order.ts';

async function folderWith(...files: string[]): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'vignette-find-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const file of files) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), file);
  }
  return folder;
}

describe('a search for photos', () => {
  it('gives paths relative to the one folder asked for', async () => {
    const cwd = await folderWith('p/b/1.jpg', 'p/a.jpg');
    const { photos, baseFolder } = await findPhotos(['p'], { cwd });
    expect(photos.map((photo) => photo.relativePath)).toEqual(['a.jpg', 'b/1.jpg']);
    expect(photos.map((photo) => photo.shownAs)).toEqual(['p/a.jpg', 'p/b/1.jpg']);
    expect(baseFolder).toBe(path.join(cwd, 'p'));
    expect(photos[0]).toMatchObject({ path: path.join(cwd, 'p', 'a.jpg'), sizeBytes: 7 });
    expect(Number.isInteger(photos[0]?.modifiedMs)).toBe(true);
  });

  it('gives paths relative to the folder that holds all that was asked for', async () => {
    const cwd = await folderWith('p/coast/1.jpg', 'p/town/1.jpg', 'p/town/old/2.jpg');
    const { photos } = await findPhotos(['p/town', 'p/coast/1.jpg'], { cwd });
    expect(photos.map((photo) => photo.relativePath)).toEqual(['coast/1.jpg', 'town/1.jpg', 'town/old/2.jpg']);
  });

  it('does not lose a link that leads nowhere', async () => {
    const cwd = await folderWith('p/a.jpg');
    await symlink('nowhere', path.join(cwd, 'p', 'b.jpg'));
    await symlink('nowhere', path.join(cwd, 'p', 'notes'));
    const { photos, problems } = await findPhotos(['p'], { cwd });
    expect(photos).toHaveLength(1);
    expect(problems.map(({ shownAs, error }) => [shownAs, error.code])).toEqual([['p/b.jpg', 'PATH_NOT_FOUND']]);
  });

  it.skipIf(process.platform === 'win32')(
    'names what is neither file nor folder when asked for it (not on Windows)',
    async () => {
      const { problems } = await findPhotos(['/dev/null'], { cwd: '/' });
      expect(problems[0]?.error.code).toBe('PATH_NOT_A_FILE');
    },
  );

  it('goes on when a file vanishes between listing and looking', async () => {
    const cwd = await folderWith('p/a.jpg', 'p/b.jpg');
    const reader = {
      ...diskReader,
      stat: async (file: string) => {
        if (file.endsWith('a.jpg')) {
          throw Object.assign(new Error('gone'), { code: 'ENOENT' });
        }
        return await diskReader.stat(file);
      },
    };
    const { photos, problems } = await findPhotos(['p'], { cwd, reader });
    expect(photos.map((photo) => photo.relativePath)).toEqual(['b.jpg']);
    expect(problems.map(({ shownAs }) => shownAs)).toEqual(['p/a.jpg']);
  });

  it('ends when it is aborted', async () => {
    const cwd = await folderWith('p/a.jpg');
    await expect(findPhotos(['p'], { cwd, signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('natural order', () => {
  it('goes by numbers and by folders', () => {
    const paths = ['IMG_10.jpg', 'IMG_9.jpg', 'b/1.jpg', 'a 2/1.jpg', 'a 10/1.jpg', 'a/z.jpg', 'IMG_9.png'];
    expect([...paths].sort(naturalPathOrder())).toEqual([
      'a/z.jpg',
      'a 2/1.jpg',
      'a 10/1.jpg',
      'b/1.jpg',
      'IMG_9.jpg',
      'IMG_9.png',
      'IMG_10.jpg',
    ]);
  });

  it('is the same whatever order the names come in, also where they only differ in leading zeros', () => {
    const paths = ['IMG_01.jpg', 'IMG_1.jpg', 'IMG_001.jpg', 'img_1.jpg'];
    const sorted = [...paths].sort(naturalPathOrder());
    expect([...paths].reverse().sort(naturalPathOrder())).toEqual(sorted);
  });
});
