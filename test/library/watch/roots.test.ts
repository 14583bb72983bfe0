/** @file Folders of the library: added, removed, one within the other, and on drives that come and go. */
import { cp, mkdir, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { LiveSidecarStore } from '../../../main/library/catalog/exports/liveSidecars.ts';
import { realDisk } from '../../../main/library/photos/disk.ts';
import { applyPlan } from '../../../main/library/watch/applyPlan.ts';
import { addRoot, coveringRoot, removeRoot } from '../../../main/library/watch/libraryRoots.ts';
import { systemVolumes, type Volumes } from '../../../main/library/watch/volumes.ts';
import { WatchedLibrary } from './watchedLibrary.ts';

describe('adding a folder', () => {
  it('takes it by its real path', async () => {
    await using library = await WatchedLibrary.open();
    await library.write('real/a.jpg');
    await symlink(library.path('real'), library.path('link'));
    const { root } = await addRoot(library.context, library.path('link'), { watched: true });
    expect(root.path).toBe(library.path('real'));
  });

  it('names what is no folder', async () => {
    await using library = await WatchedLibrary.open();
    await library.write('a.jpg');
    await expect(library.add('nowhere')).rejects.toMatchObject({ code: 'PATH_NOT_FOUND' });
    await expect(library.add('a.jpg')).rejects.toMatchObject({ code: 'PATH_NOT_A_FOLDER' });
  });

  it('is no change when it is there', async () => {
    await using library = await WatchedLibrary.open();
    const id = await library.add('', { ignored: ['x'] });
    expect(await addRoot(library.context, library.folder, { watched: true })).toMatchObject({
      root: { id, ignored: ['x'] },
      outcome: 'known',
    });
  });

  it('is refused within a watched folder', async () => {
    await using library = await WatchedLibrary.open();
    await mkdir(library.path('in'));
    await library.add();
    await expect(library.add('in')).rejects.toMatchObject({ code: 'FOLDER_IN_LIBRARY' });
  });

  it('takes over the folders within it, with their photos, texts and ignore patterns', async () => {
    await using library = await WatchedLibrary.open();
    for (const file of ['in/a.jpg', 'in/rejects/b.jpg', 'other/rejects/c.jpg', 'd.jpg']) await library.write(file);
    await library.add('in', { ignored: ['rejects', '/x/y'], liveSidecars: true });
    await library.scan();
    library.caption('in/a.jpg');
    const id = library.at('in/a.jpg')?.id;
    const outer = await library.add();
    expect(library.roots.list().map((root) => root.id)).toEqual([outer]);
    expect(library.roots.get(outer).ignored).toEqual(['/in/**/rejects', '/in/x/y']);
    expect(await library.scan()).toMatchObject({ found: 2, moved: 0, missing: 0 });
    expect(library.present()).toEqual(['d.jpg', 'in/a.jpg', 'other/rejects/c.jpg']);
    expect(library.at('in/a.jpg')?.id).toBe(id);
    expect(library.captionsAt('in/a.jpg')).toEqual(['caption of in/a.jpg']);
    // Whose sidecars were kept in step, those still are, and no others.
    expect(library.roots.get(outer).liveSidecars).toBe(false);
    const ids = ['in/a.jpg', 'd.jpg', 'other/rejects/c.jpg'].map((name) => library.at(name)?.id ?? 0);
    expect(new LiveSidecarStore(library.connection).among(ids)).toEqual([id]);
    // Nor does that end when the folder is renamed, or is empty for a while.
    await rename(library.path('in'), library.path('within'));
    await library.scan();
    expect(new LiveSidecarStore(library.connection).folders()).toMatchObject([{ relativePath: 'within' }]);
    await rename(library.path('within/a.jpg'), library.path('a.jpg'));
    await library.scan();
    expect(new LiveSidecarStore(library.connection).among([id ?? 0])).toEqual([]);
    expect(new LiveSidecarStore(library.connection).folders()).toMatchObject([{ relativePath: 'within' }]);
  });

  it('takes a part out of a folder that only a command had named, and leaves the rest there', async () => {
    await using library = await WatchedLibrary.open();
    for (const file of ['a.jpg', 'in/b.jpg', 'in/deep/c.jpg']) await library.write(file);
    const outer = await library.add('', { watched: false });
    await library.scan({ rootIds: [outer] });
    library.caption('in/deep/c.jpg');
    const inner = await library.add('in');
    expect(library.at('in/deep/c.jpg')?.rootId).toBe(inner);
    expect(library.captionsAt('in/deep/c.jpg')).toEqual(['caption of in/deep/c.jpg']);
    await library.scan({ rootIds: [outer, inner] });
    expect(library.present()).toEqual(['a.jpg', 'in/b.jpg', 'in/deep/c.jpg']);
    expect(library.all()).toHaveLength(3);
    expect(coveringRoot(library.context, library.path('in/deep/c.jpg'))?.id).toBe(inner);
    expect(coveringRoot(library.context, library.path('a.jpg'))?.id).toBe(outer);
  });
});

describe('removing a folder', () => {
  it('makes its photos missing, and adding it again brings them back', async () => {
    await using library = await WatchedLibrary.open();
    await library.write('one/a.jpg');
    await library.write('two/b.jpg');
    const one = await library.add('one');
    await library.add('two');
    await library.scan();
    library.caption('one/a.jpg');
    await removeRoot(library.context, one);
    expect(library.present()).toEqual(['two/b.jpg']);
    expect(library.roots.list()).toHaveLength(1);
    expect(await library.add('one')).toBe(one);
    await library.scan();
    expect(library.captionsAt('one/a.jpg')).toEqual(['caption of one/a.jpg']);
  });

  it('lets nothing come back that was planned before', async () => {
    await using library = await WatchedLibrary.open();
    await library.write('a.jpg');
    const root = await library.add();
    await library.scan();
    const { catalog } = library.context;
    const folderId = catalog.folders.ensure(root, '');
    const file = {
      place: { folderId, name: 'b.jpg', nameKey: 'b.jpg' },
      read: {
        ...{ sizeBytes: 1, modifiedMs: 1, changedMs: 1, modifiedNs: 0, changedNs: 0, fileNumber: null },
        ...{ fingerprint: Buffer.alloc(32, 1), contentSha256: null },
      },
    };
    await removeRoot(library.context, root);
    const asked = vi.spyOn(catalog.roots, 'isRemoved');
    const other = { ...file, place: { ...file.place, name: 'c.jpg', nameKey: 'c.jpg' } };
    applyPlan(catalog, [{ kind: 'insert', file } as never, { kind: 'insert', file: other } as never]);
    expect(library.present()).toEqual([]);
    // Of a folder with thousands, each would cost.
    expect(asked).toHaveBeenCalledTimes(1);
    catalog.roots.setState(root, 'online');
    applyPlan(catalog, [{ kind: 'insert', file } as never]);
    expect(library.present()).toEqual(['b.jpg']);
  });

  it('is finished by the next scan when it was cut short', async () => {
    await using library = await WatchedLibrary.open();
    await library.write('a.jpg');
    const root = await library.add();
    await library.scan();
    await expect(removeRoot(library.context, root, AbortSignal.abort())).rejects.toThrow();
    expect(library.present()).toEqual(['a.jpg']);
    await library.scan();
    expect(library.present()).toEqual([]);
  });
});

describe('a drive', () => {
  async function libraryOnDrive(volumes?: Volumes): Promise<WatchedLibrary> {
    const library = await WatchedLibrary.open({ volumes });
    for (const file of ['drive/in/a.jpg', 'drive/in/deep/b.jpg', 'here/c.jpg']) await library.write(file);
    await library.add('drive/in');
    await library.add('here');
    await library.scan();
    for (const file of library.present()) library.caption(file);
    return library;
  }
  const all = ['drive/in/a.jpg', 'drive/in/deep/b.jpg', 'here/c.jpg'];

  it('that goes away is offline, and its photos are not missing', async () => {
    await using library = await libraryOnDrive();
    await rename(library.path('drive'), library.path('away'));
    const result = await library.scan();
    expect(result).toMatchObject({ missing: 0, offlineRootIds: [1] });
    expect(library.present()).toEqual(all);
    expect(library.events.filter(({ kind }) => kind === 'offline')).toEqual([{ kind: 'offline', rootId: 1 }]);
    await rename(library.path('away'), library.path('drive'));
    expect(await library.scan()).toMatchObject({ found: 0, missing: 0, offlineRootIds: [] });
    expect(library.events.filter(({ kind }) => kind === 'online')).toEqual([{ kind: 'online', rootId: 1 }]);
  });

  it('that leaves an empty mount point behind is offline, too', async () => {
    await using library = await libraryOnDrive();
    await rename(library.path('drive/in'), library.path('away'));
    await mkdir(library.path('drive/in'));
    expect(await library.scan()).toMatchObject({ missing: 0, offlineRootIds: [1] });
    await library.write('drive/in/something else.jpg');
    expect(await library.scan()).toMatchObject({ found: 0, missing: 0, offlineRootIds: [1] });
    expect(library.present()).toEqual(all);
  });

  it('is there when all its photos were deleted by hand', async () => {
    await using library = await libraryOnDrive();
    await rm(library.path('drive/in/a.jpg'));
    await rm(library.path('drive/in/deep'), { recursive: true });
    expect(await library.scan()).toMatchObject({ missing: 2, offlineRootIds: [] });
  });

  it('that is pulled out during a scan loses nothing', async () => {
    let isPulled = false;
    const refuse = (place: string) => {
      if (isPulled && place.includes(`${path.sep}drive${path.sep}`)) {
        throw Object.assign(new Error('gone'), { code: 'ENOENT' });
      }
    };
    await using library = await WatchedLibrary.open({
      disk: {
        ...realDisk,
        state: async (place) => {
          refuse(place);
          return await realDisk.state(place);
        },
        list: async (place) => {
          refuse(place);
          const entries = await realDisk.list(place);
          if (isPulling && place.endsWith('middle')) isPulled = true;
          return entries;
        },
      },
    });
    let isPulling = false;
    const files = ['drive/in/a.jpg', 'drive/in/middle/b.jpg', 'drive/in/z/c.jpg'];
    for (const file of files) await library.write(file);
    await library.add('drive/in');
    await library.scan();
    isPulling = true;
    expect(await library.scan()).toMatchObject({ missing: 0, offlineRootIds: [1] });
    expect(library.present()).toEqual(files);
  });

  it('that is mounted elsewhere is found there', async () => {
    let mountPoints: readonly string[] = [];
    const volumes: Volumes = {
      placeOf: async (folder) => ({ id: undefined, path: path.basename(folder) === 'in' ? 'in' : '' }),
      mountPoints: async () => [...mountPoints],
    };
    await using library = await libraryOnDrive(volumes);
    mountPoints = [library.path('here'), library.path('media/stick')];
    await mkdir(library.path('media'));
    await rename(library.path('drive'), library.path('media/stick'));
    expect(await library.scan()).toMatchObject({ found: 0, moved: 0, missing: 0, offlineRootIds: [] });
    expect(library.roots.get(1).path).toBe(library.path('media/stick/in'));
    expect(library.captionsAt('media/stick/in/deep/b.jpg')).toEqual(['caption of drive/in/deep/b.jpg']);
  });

  it('is recognised by its photos when its folder is added in another place', async () => {
    await using library = await libraryOnDrive();
    await rename(library.path('drive'), library.path('stick'));
    await library.scan();
    const added = await addRoot(library.context, library.path('stick/in'), { watched: true });
    expect(added).toMatchObject({ outcome: 'returned', root: { id: 1, state: 'online' } });
    expect(await library.scan()).toMatchObject({ found: 0, missing: 0 });
    expect(library.captionsAt('stick/in/a.jpg')).toEqual(['caption of drive/in/a.jpg']);
  });

  it('takes turns with another at one mount point, and neither gets the other’s photos', async () => {
    await using library = await libraryOnDrive();
    await rename(library.path('drive'), library.path('first away'));
    await library.scan();
    await library.write('drive/in/other.jpg');
    const second = await library.add('drive/in');
    expect(second).not.toBe(1);
    await library.scan();
    library.caption('drive/in/other.jpg');
    await rename(library.path('drive'), library.path('second away'));
    await rename(library.path('first away'), library.path('drive'));
    expect(await library.scan()).toMatchObject({ found: 0, missing: 0, offlineRootIds: [second] });
    await rename(library.path('drive'), library.path('first away'));
    await rename(library.path('second away'), library.path('drive'));
    expect(await library.scan()).toMatchObject({ found: 0, missing: 0, offlineRootIds: [1] });
    expect(library.captionsAt('drive/in/other.jpg')).toEqual(['caption of drive/in/other.jpg']);
    expect(library.all().every(({ missingSinceMs }) => missingSinceMs === undefined)).toBe(true);
  });

  it('with other photos does not pass for the one that was there, going by its number', async () => {
    let id = 'uuid 1';
    await using library = await libraryOnDrive({
      placeOf: async () => ({ id, path: 'in' }),
      mountPoints: async () => [],
    });
    id = 'uuid 2';
    await rm(library.path('drive/in/a.jpg'));
    await rm(library.path('drive/in/deep/b.jpg'));
    expect(await library.scan()).toMatchObject({ missing: 0, offlineRootIds: [1, 2].slice(0, 1) });
  });

  it('is known again when everything on it was copied to a new one', async () => {
    let id = 'uuid 1';
    await using library = await libraryOnDrive({
      placeOf: async () => ({ id, path: 'in' }),
      mountPoints: async () => [],
    });
    await cp(library.path('drive'), library.path('new'), { recursive: true, preserveTimestamps: true });
    await rm(library.path('drive'), { recursive: true });
    await rename(library.path('new'), library.path('drive'));
    id = 'uuid 2';
    expect(await library.scan()).toMatchObject({ found: 0, moved: 0, missing: 0, offlineRootIds: [] });
    expect(library.roots.get(1).volume).toEqual({ id: 'uuid 2', path: 'in' });
  });
});

describe('the system’s drives', () => {
  it('give a folder’s place as a path below one of their mount points', async () => {
    await using library = await WatchedLibrary.open();
    const volumes = systemVolumes(realDisk, process.platform);
    const place = await volumes.placeOf(library.folder);
    const mountPoints = await volumes.mountPoints();
    expect(mountPoints.map((mountPoint) => path.join(mountPoint, place.path))).toContain(library.folder);
  });
});
