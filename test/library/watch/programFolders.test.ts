/** @file Libraries and caches of other programs: their insides are no photos of the person's. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect } from 'vitest';
import { findPhotos } from '../../../main/library/photos/findPhotos.ts';
import { isPassedOver, programOf } from '../../../main/library/photos/photoKinds.ts';
import { ignoreRules } from '../../../main/library/watch/ignorePatterns.ts';
import { addRoot } from '../../../main/library/watch/libraryRoots.ts';
import { it } from '../../support/fixtures.ts';
import { WatchedLibrary } from './watchedLibrary.ts';

const insides = [
  'Photos Library.photoslibrary/originals/0/a.jpg',
  'iPhoto Library.photolibrary/Masters/a.jpg',
  'Old.APLIBRARY/a.jpg',
  'Catalog Previews.lrdata/0/a.jpg',
  'Catalog Smart Previews.lrdata/a.dng',
  'Catalog.lrcat-data/a.jpg',
  'My Lightroom Library.lrlibrary/a.jpg',
  'Studio.cocatalog/Cache/Thumbnails/a.jpg',
  'shoot/CaptureOne/Cache/Proxies/a.jpg',
  'shoot/CaptureOne/Settings153/a.jpg',
  'mipmaps-0a1b2c3d4e5f.d/3/1.jpg',
  'data/appdata_oc1a2b3c4d5e/preview/a.jpg',
  'nas/@eaDir/a.jpg/SYNOPHOTO_THUMB_XL.jpg',
  'nas/@Recycle/a.jpg',
  'site/node_modules/pkg/logo.png',
  'Viewer.app/Contents/Resources/icon.png',
];
const ours = [
  'shoot/a.jpg',
  'shoot/CaptureOne/a.jpg',
  'CaptureOne/b.jpg',
  'lrdata/a.jpg',
  'cache/a.jpg',
  'Settings/a.jpg',
  'Export.lrdata.jpg',
  'my.app.png',
  'darktable_exported/a.jpg',
  'mipmaps/a.jpg',
];

describe('the insides of other programs', () => {
  it('are passed over in scans, whatever the folder is part of, and nothing else is', () => {
    const rules = ignoreRules({ ignored: [], nameRule: 'exact' });
    const isTaken = (file: string) => {
      const parts = file.split('/');
      const folders = parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join('/'));
      return folders.every((folder) => rules.takesFolder(folder)) && rules.takesFile(file);
    };
    expect(insides.filter(isTaken)).toEqual([]);
    expect(ours.filter((file) => !isTaken(file))).toEqual([]);
  });

  it('are passed over by a search through folders, and named when asked for', async ({ folder }) => {
    for (const file of [...insides, ...ours]) {
      await mkdir(path.dirname(path.join(folder.path, file)), { recursive: true });
      await writeFile(path.join(folder.path, file), 'x');
    }
    const { photos, problems } = await findPhotos(['.'], { cwd: folder.path });
    expect(photos.map(({ relativePath }) => relativePath).sort()).toEqual(ours.toSorted());
    expect(problems).toEqual([]);
    const asked = await findPhotos(['Photos Library.photoslibrary', 'shoot/a.jpg'], { cwd: folder.path });
    expect(asked.photos.map(({ shownAs }) => shownAs)).toEqual(['shoot/a.jpg']);
    expect(asked.problems.map(({ error }) => [error.code, error.message.includes('Apple Photos')])).toEqual([
      ['PATH_OF_A_PROGRAM', true],
    ]);
  });

  it('are no folder of the library', async ({ folder }) => {
    const photos = path.join(folder.path, 'Photos Library.photoslibrary');
    await mkdir(photos);
    await using library = await WatchedLibrary.open();
    await expect(addRoot(library.context, photos, { watched: true })).rejects.toMatchObject({
      code: 'PATH_OF_A_PROGRAM',
      message: expect.stringContaining('Export the photos'),
    });
    expect(library.context.catalog.roots.list()).toEqual([]);
  });

  it('are known by how a folder is named, not a photo', () => {
    expect(programOf('Photos Library.photoslibrary')).toBe('Apple Photos');
    expect(programOf('2024.trip')).toBeUndefined();
    expect(isPassedOver('Cache')).toBe(false);
    expect(isPassedOver('Cache', 'CaptureOne')).toBe(true);
  });
});
