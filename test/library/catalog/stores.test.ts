/** @file What the catalog answers about roots, folders and photos. */
import { rm } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { FolderRuleStore } from '../../../main/library/catalog/jobs/folderRules.ts';
import type { PhotoDetails } from '../../../main/library/catalog/photos/photoDetails.ts';
import { identityWith } from '../queue/queueLibrary.ts';
import { WatchedLibrary } from '../watch/watchedLibrary.ts';

const details: PhotoDetails = {
  format: 'JPEG',
  width: 3,
  height: 2,
  orientation: 6,
  takenLocal: '2024-05-06T07:08:09',
  takenOffsetMinutes: 120,
  takenAtMs: 1_714_972_089_000,
  latitude: 48.85,
  longitude: 2.35,
  altitudeM: null,
  cameraMake: 'Maker',
  cameraModel: 'Model',
  lens: null,
  iso: 100,
  exposureS: 0.01,
  aperture: 2.8,
  focalLengthMm: 50,
  colourProfile: 'sRGB',
  rating: 5,
};

async function filled(): Promise<WatchedLibrary> {
  const library = await WatchedLibrary.open();
  for (const file of ['a.jpg', 'in/b.jpg', 'in/deep/c.jpg']) await library.write(file);
  await library.add();
  await library.scan();
  return library;
}

describe('the photos', () => {
  it('are due to be read until they were, and again when their content changed', async () => {
    await using library = await filled();
    const due = library.photos.withoutDetails(0, 2);
    expect(due.map(({ path }) => path)).toEqual([library.path('a.jpg'), library.path('in/b.jpg')]);
    expect(library.photos.withoutDetails(due.at(-1)?.id ?? 0, 2)).toHaveLength(1);
    const id = due[0]?.id ?? 0;
    expect(library.photos.get(id).details).toBeUndefined();
    expect(library.photos.setDetails(id, 1, details)).toBe(true);
    expect(library.photos.get(id)).toMatchObject({ details, problem: undefined });
    expect(library.photos.withoutDetails(0, 10).map((photo) => photo.id)).not.toContain(id);
    await library.write('a.jpg', 'edited');
    await library.scan();
    expect(library.photos.withoutDetails(0, 10).map((photo) => photo.id)).toContain(id);
    expect(library.photos.setDetails(id, 1, details)).toBe(false);
  });

  it('that cannot be read say why, and are not tried again before they change', async () => {
    await using library = await filled();
    const id = library.at('a.jpg')?.id ?? 0;
    const problem = { code: 'IMAGE_CORRUPT', message: 'This file is damaged.' };
    library.photos.setProblem(id, 1, problem);
    expect(library.photos.get(id)).toMatchObject({ details: undefined, problem });
    expect(library.photos.withoutDetails(0, 10)).toHaveLength(2);
    expect(library.photos.withoutLooks(0, 10)).toEqual([]);
  });

  it('that are copies of one that ended a process have its reason too, until their own content changes', async () => {
    await using library = await WatchedLibrary.open();
    for (const file of ['a.jpg', 'copy.jpg']) await library.write(file, 'the same');
    await library.write('other.jpg', 'not the same');
    await library.add();
    await library.scan();
    const fingerprintOf = (file: string) => library.at(file)?.fingerprint ?? '';
    const problem = { code: 'IMAGE_DECODER_CRASHED', message: 'It is skipped.' };
    expect(library.photos.problemOf(fingerprintOf('a.jpg'))).toBeUndefined();
    library.photos.setProblemOf(fingerprintOf('a.jpg'), problem);
    expect(['a.jpg', 'copy.jpg', 'other.jpg'].map((file) => library.at(file)?.problem)).toEqual([
      ...[problem, problem, undefined],
    ]);
    expect(library.photos.problemOf(fingerprintOf('copy.jpg'))).toEqual(problem);
    expect(library.photos.withoutDetails(0, 10).map(({ path }) => path)).toEqual([library.path('other.jpg')]);
    await library.write('a.jpg', 'edited');
    await library.write('copy.jpg', 'edited');
    await library.scan();
    expect(library.photos.problemOf(fingerprintOf('a.jpg'))).toBeUndefined();
    expect(library.photos.withoutDetails(0, 10)).toHaveLength(3);
  });

  it('on a drive that is away, or missing, are not due', async () => {
    await using library = await filled();
    await rm(library.path('a.jpg'));
    await library.scan();
    expect(library.photos.withoutDetails(0, 10)).toHaveLength(2);
    library.roots.setState(1, 'offline');
    expect(library.photos.withoutDetails(0, 10)).toEqual([]);
    expect(library.at('in/b.jpg')?.rootState).toBe('offline');
  });

  it('are found by folder, with or without what is below', async () => {
    await using library = await filled();
    const folder = library.folders.find(1, 'in')?.id ?? 0;
    expect(library.photos.idsIn(folder)).toEqual([library.at('in/b.jpg')?.id]);
    expect(library.photos.idsIn(folder, { below: true })).toHaveLength(2);
  });

  it('are counted by root and by folder', async () => {
    await using library = await filled();
    await rm(library.path('in/b.jpg'));
    await library.scan();
    expect(library.photos.counts()).toEqual([
      { rootId: 1, photos: 2, missing: 1, sizeBytes: 'a.jpg'.length + 'in/deep/c.jpg'.length },
    ]);
    const folder = library.folders.find(1, 'in')?.id;
    expect(library.folders.counts(1)).toContainEqual({ folderId: folder, photos: 0, missing: 1 });
  });

  it('that do not exist are named', async () => {
    await using library = await filled();
    expect(() => library.photos.get(99)).toThrowError(expect.objectContaining({ code: 'NO_SUCH_PHOTO' }));
    expect(() => library.photos.photoFile(99)).toThrowError(expect.objectContaining({ code: 'NO_SUCH_PHOTO' }));
    expect(() => library.folders.get(99)).toThrowError(expect.objectContaining({ code: 'NO_SUCH_FOLDER' }));
    expect(() => library.roots.get(99)).toThrowError(expect.objectContaining({ code: 'NO_SUCH_FOLDER' }));
  });

  it('tell listeners what changed, when it is stored', async () => {
    await using library = await filled();
    const changed: number[] = [];
    library.connection.onChange(({ photoIds }) => changed.push(...photoIds));
    const id = library.at('a.jpg')?.id ?? 0;
    library.photos.setLooks(id, 1, { hash: Buffer.from('hash'), averageColour: 0x336699 });
    expect(changed).toEqual([id]);
  });
});

describe('a folder that moves onto another', () => {
  it('becomes one with it, and the photo that comes is the one that is there', async () => {
    await using library = await filled();
    await library.write('in/a.jpg', 'another');
    await library.scan();
    const from = library.folders.find(1, 'in/deep')?.id ?? 0;
    await library.write('in/deep/b.jpg', 'the other b');
    await library.scan();
    const arriving = library.at('in/deep/b.jpg')?.id;
    // One that is missing there claims no place.
    await library.write('in/deep/a.jpg', 'gone soon');
    await library.scan();
    library.connection.write(() => library.places.setMissing(library.at('in/deep/a.jpg')?.id ?? 0));
    library.folders.move(from, 1, 'in');
    expect(library.at('in/b.jpg')?.id).toBe(arriving);
    expect(library.present()).toEqual(['a.jpg', 'in/a.jpg', 'in/b.jpg', 'in/c.jpg']);
    expect(library.missing().toSorted()).toEqual(['in/a.jpg', 'in/b.jpg']);
  });
});

it('folders that hold nothing are forgotten, unless photos, a rule or another folder hang on them', async () => {
  await using library = await filled();
  const id = (place: string) => library.folders.ensure(1, place);
  const [empty, ruled, above, below, gone] = [id('empty'), id('ruled'), id('above'), id('above/below'), id('in/deep')];
  const rules = new FolderRuleStore(library.connection);
  rules.add(ruled, {
    kind: 'caption',
    description: { kind: 'named', name: 'Caption new photos' },
    identity: identityWith('writer'),
    questions: [],
    priority: 0,
    preset: 'caption',
  });
  library.connection.write(() => library.places.setMissing(library.at('in/deep/c.jpg')?.id ?? 0));
  const top = library.folders.find(1, '')?.id ?? 0;
  library.folders.removeEmpty([top, empty, ruled, above, gone]);
  const left = library.folders.ofRoot(1).map((folder) => folder.id);
  expect(left).not.toContain(empty);
  expect(left).toEqual(expect.arrayContaining([top, ruled, above, below, gone]));
  expect(rules.list()).toHaveLength(1);
  library.folders.removeEmpty([below, above]);
  expect(library.folders.find(1, 'above')).toBeUndefined();
});
