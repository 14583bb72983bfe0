/** @file What a person names on the command line: paths, addresses, and patterns that no shell has expanded. */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pathOfFileUrl } from '../../../main/library/photos/fileUrl.ts';
import { findPhotos } from '../../../main/library/photos/findPhotos.ts';
import { namedPlace, namedPlaces } from '../../../main/library/photos/namedPlaces.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

describe('an address', () => {
  it.each<[NodeJS.Platform, string, string]>([
    ['linux', 'file:///home/me/a%20photo.jpg', '/home/me/a photo.jpg'],
    ['linux', 'FILE:///home/me/a.jpg', '/home/me/a.jpg'],
    ['linux', 'file:/home/me/a.jpg', '/home/me/a.jpg'],
    ['linux', 'file://localhost/home/me/a.jpg', '/home/me/a.jpg'],
    ['linux', 'file:///home/me/%E5%8C%97%E4%BA%AC/é.jpg', '/home/me/北京/é.jpg'],
    ['linux', 'file:///home/me/100%.jpg', '/home/me/100%.jpg'],
    ['linux', 'file:///home/me/a#1?.jpg', '/home/me/a#1?.jpg'],
    ['linux', 'file:///home/me/%23.jpg', '/home/me/#.jpg'],
    ['win32', 'file:///C:/Photos/a%20b.jpg', 'C:\\Photos\\a b.jpg'],
    ['win32', 'file:///c|/Photos', 'c:\\Photos'],
    ['win32', 'file://server/share/a.jpg', '\\\\server\\share\\a.jpg'],
    ['linux', '/home/me/file.jpg', '/home/me/file.jpg'],
    ['linux', 'file.jpg', 'file.jpg'],
    ['linux', 'file:notes.jpg', 'file:notes.jpg'],
    ['win32', 'C:\\Photos\\a.jpg', 'C:\\Photos\\a.jpg'],
  ])('on %s %s is %s', (platform, named, expected) => {
    expect(pathOfFileUrl(named, platform)).toBe(expected);
  });

  it.each<[NodeJS.Platform, string, string]>([
    ['linux', 'file://server/share/a.jpg', 'on another computer'],
    ['linux', 'file:///a%2Fb.jpg', 'not the path of a file'],
    ['win32', 'file:///home/me/a.jpg', 'not the path of a file'],
  ])('on %s %s is refused: %s', (platform, named, message) => {
    expect(() => pathOfFileUrl(named, platform)).toThrow(
      expect.objectContaining({ code: 'PATH_INVALID', message: expect.stringContaining(message) }),
    );
  });
});

describe('a pattern', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  const files = ['a1.jpg', 'a2.JPG', 'a10.jpg', 'b.png', 'notes.txt', '.hidden.jpg', 'in[1].jpg', 'day 1/c.jpg'].concat(
    ['day 1/deep/d.jpg', 'day 2/e.jpg', 'day 2/readme.md', '.cache/f.jpg', 'é.jpg', 'data/x.bin', 'data/y.bin'],
  );

  beforeAll(async () => {
    folder = await temporaryFolder();
    for (const file of files) {
      await mkdir(path.dirname(path.join(folder.path, file)), { recursive: true });
      await writeFile(path.join(folder.path, file), 'x');
    }
    await symlink('..', path.join(folder.path, 'day 2', 'loop'));
  });

  afterAll(() => folder[Symbol.asyncDispose]());

  const shown = async (named: string, platform: NodeJS.Platform = 'linux') =>
    (await namedPlaces(named, { cwd: folder.path, platform })).map(({ shownAs }) => shownAs);

  it.each<[pattern: string, ...matches: string[]]>([
    ['*.jpg', 'a1.jpg', 'a10.jpg', 'é.jpg', 'in[1].jpg'],
    ['a?.jpg', 'a1.jpg'],
    ['a[0-9].*', 'a1.jpg', 'a2.JPG'],
    ['a[!1].*', 'a2.JPG'],
    ['*.{jpg,png}', 'a1.jpg', 'a10.jpg', 'b.png', 'é.jpg', 'in[1].jpg'],
    ['day */*.jpg', 'day 1/c.jpg', 'day 2/e.jpg'],
    ['day ?', 'day 1', 'day 2'],
    ['**/*.jpg', 'a1.jpg', 'a10.jpg', 'day 1/c.jpg', 'day 1/deep/d.jpg', 'day 2/e.jpg', 'é.jpg', 'in[1].jpg'],
    ['day 1/**/d.jpg', 'day 1/deep/d.jpg'],
    ['.*.jpg', '.hidden.jpg'],
    ['*', 'a1.jpg', 'a2.JPG', 'a10.jpg', 'b.png', 'data', 'day 1', 'day 2', 'é.jpg', 'in[1].jpg'],
    ['*.txt', 'notes.txt'],
    ['data/*', 'data/x.bin', 'data/y.bin'],
    ['./*.png', 'b.png'],
    ['day 1/../*.png', 'day 1/../b.png'],
    ['in[1].jpg', 'in[1].jpg'],
    ['e\u0301.jp?', 'é.jpg'],
  ])('%s', async (pattern, ...matches) => {
    expect(new Set((await shown(pattern)).map((name) => path.normalize(name)))).toEqual(
      new Set(matches.map((name) => path.normalize(name))),
    );
  });

  it('tells capitals apart where file names do', async () => {
    await expect(shown('A*.jpg')).rejects.toMatchObject({ code: 'PATH_NOT_FOUND' });
    expect(await shown('A*.jpg', 'win32')).toEqual(['a1.jpg', 'a2.JPG', 'a10.jpg']);
    expect(await shown('day 1\\*.jpg', 'win32')).toEqual(['day 1/c.jpg']);
  });

  it('can be absolute, and takes no time that grows with its stars', async () => {
    expect(await shown(path.join(folder.path, 'day 1', '*'))).toEqual([
      path.join(folder.path, 'day 1', 'c.jpg'),
      path.join(folder.path, 'day 1', 'deep'),
    ]);
    const long = 'a'.repeat(200);
    await writeFile(path.join(folder.path, 'data', long), 'x');
    await expect(shown(`data/${'a*'.repeat(60)}b`)).rejects.toMatchObject({ code: 'PATH_NOT_FOUND' });
  });

  it('that matches nothing is named as it was', async () => {
    const { photos, problems } = await findPhotos(['*.gif', 'b.png'], { cwd: folder.path, platform: 'linux' });
    expect(photos.map(({ shownAs }) => shownAs)).toEqual(['b.png']);
    expect(problems).toMatchObject([
      { shownAs: '*.gif', error: { code: 'PATH_NOT_FOUND', message: 'No file or folder matches this pattern.' } },
    ]);
  });

  it('and an address find the photos that a shell would have named', async () => {
    const address = pathToFileURL(path.join(folder.path, 'day 1')).href;
    const { photos, folders } = await findPhotos(['day 2/*.jpg', address], { cwd: folder.path, platform: 'linux' });
    expect(photos.map(({ relativePath }) => relativePath)).toEqual(['day 1/c.jpg', 'day 1/deep/d.jpg', 'day 2/e.jpg']);
    expect(folders).toEqual([path.join(folder.path, 'day 2'), path.join(folder.path, 'day 1')]);
  });

  it('stands for one file where one is wanted', async () => {
    const one = (named: string) => namedPlace(named, { cwd: folder.path, platform: 'linux' });
    expect(await one('b.*')).toBe(path.join(folder.path, 'b.png'));
    expect(await one('not there.jpg')).toBe(path.join(folder.path, 'not there.jpg'));
    await expect(one('a*.jpg')).rejects.toMatchObject({
      code: 'PATH_INVALID',
      message: expect.stringContaining('2 files'),
    });
  });
});
