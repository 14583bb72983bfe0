/** @file Who a file is where its name, its size and its times do not tell: equal times, equal contents, new numbers. */
import { copyFile, mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import { photoHash } from '../../../main/library/captioning/photoHash.ts';
import { type Disk, type DiskState, realDisk } from '../../../main/library/photos/disk.ts';
import { type FileState, isSameState, stateWhenRead } from '../../../main/library/photos/fileState.ts';
import { StableNumbers } from '../../../main/library/photos/stableNumbers.ts';
import { assertOnDisk } from '../../../main/library/queue/jobRunner.ts';
import { fingerprintBuffer, readFingerprint, wholeLimitBytes } from '../../../main/library/watch/fingerprint.ts';
import { hashContents } from '../../../main/library/watch/hashPhotos.ts';
import { WatchedLibrary } from './watchedLibrary.ts';

/** A drive whose clock stands still: all files have the same times, as copies that were made within a tick. */
function diskOfOneMoment(options: { readonly hasNumbers: boolean }): Disk {
  const still = (state: DiskState): DiskState => ({
    ...state,
    modifiedMs: 1_600_000_000_001,
    changedMs: 1_600_000_000_001,
    modifiedNs: 0,
    changedNs: 0,
    fileNumber: options.hasNumbers ? state.inode : null,
  });
  return {
    ...realDisk,
    state: async (place) => still(await realDisk.state(place)),
    open: async (file) => {
      const opened = await realDisk.open(file);
      return {
        state: async () => still(await opened.state()),
        read: (buffer, position) => opened.read(buffer, position),
        [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
      };
    },
  };
}

async function libraryOf(disk: Disk, files: Readonly<Record<string, string>>): Promise<WatchedLibrary> {
  const library = await WatchedLibrary.open({ disk });
  for (const [file, content] of Object.entries(files)) await library.write(file, content);
  await library.add();
  await library.scan();
  return library;
}

async function swap(library: WatchedLibrary, a: string, b: string): Promise<void> {
  await rename(library.path(a), library.path('x'));
  await rename(library.path(b), library.path(a));
  await rename(library.path('x'), library.path(b));
}

const number = (count: number) =>
  Array.from({ length: count }, (_, index) => `dup${String(index + 1).padStart(2, '0')}`);

it('a file that was moved away and copied back is two photos at once, and the texts went with the file', async () => {
  await using library = await WatchedLibrary.with('a.jpg', 'z.jpg');
  library.caption('a.jpg');
  library.caption('z.jpg');
  // One comes before what it was copied from, the other behind it.
  for (const [from, to] of [
    ['a.jpg', 'm.jpg'],
    ['z.jpg', 'c.jpg'],
  ] as const) {
    await rename(library.path(from), library.path(to));
    await copyFile(library.path(to), library.path(from));
  }
  await library.scan();
  expect(library.present()).toEqual(['a.jpg', 'c.jpg', 'm.jpg', 'z.jpg']);
  expect(library.captionsAt('m.jpg')).toEqual(['caption of a.jpg']);
  expect(library.captionsAt('c.jpg')).toEqual(['caption of z.jpg']);
});

describe('files of equal size and equal times', () => {
  it('keep their texts when the folders they are in swap names, however deep down', async () => {
    const contents = { 'a/1.jpg': 'one', 'a/in/2.jpg': 'two', 'b/1.jpg': 'ONE', 'b/in/2.jpg': 'TWO' };
    await using library = await libraryOf(diskOfOneMoment({ hasNumbers: true }), contents);
    for (const file of library.present()) library.caption(file);
    await swap(library, 'a', 'b');
    expect(await library.scan()).toMatchObject({ found: 0, changed: 0, missing: 0 });
    expect(library.captionsAt('b/1.jpg')).toEqual(['caption of a/1.jpg']);
    expect(library.captionsAt('b/in/2.jpg')).toEqual(['caption of a/in/2.jpg']);
    expect(library.captionsAt('a/1.jpg')).toEqual(['caption of b/1.jpg']);
    expect(library.captionsAt('a/in/2.jpg')).toEqual(['caption of b/in/2.jpg']);
  });

  it('keep them also when an earlier version noted no numbers, by the folders’ own', async () => {
    const contents = { 'a/1.jpg': 'one', 'a/in/2.jpg': 'two', 'b/1.jpg': 'ONE', 'b/in/2.jpg': 'TWO' };
    await using library = await libraryOf(diskOfOneMoment({ hasNumbers: true }), contents);
    for (const file of library.present()) library.caption(file);
    library.connection.database.exec('UPDATE photo SET modified_ns = NULL, changed_ns = NULL, file_number = NULL');
    await swap(library, 'a', 'b');
    await library.scan();
    expect(library.captionsAt('b/in/2.jpg')).toEqual(['caption of a/in/2.jpg']);
    expect(library.captionsAt('a/1.jpg')).toEqual(['caption of b/1.jpg']);
  });

  it('keep them when they swap names themselves, and when one takes the place of another', async () => {
    const contents = { 'a.jpg': 'one', 'b.jpg': 'two', 'c.jpg': 'six' };
    await using library = await libraryOf(diskOfOneMoment({ hasNumbers: true }), contents);
    for (const file of library.present()) library.caption(file);
    await swap(library, 'a.jpg', 'b.jpg');
    await rename(library.path('b.jpg'), library.path('c.jpg'));
    await library.scan();
    expect(library.captionsAt('a.jpg')).toEqual(['caption of b.jpg']);
    expect(library.captionsAt('c.jpg')).toEqual(['caption of a.jpg']);
    expect(library.missing()).toEqual(['c.jpg']);
  });

  it('are read once more when they were read within a tick of being written', async () => {
    await using library = await libraryOf(diskOfOneMoment({ hasNumbers: true }), { 'a.jpg': 'one' });
    const photo = library.places.get(library.at('a.jpg')?.id ?? 0);
    if (photo === undefined) throw new Error('no photo');
    library.places.setState(photo.id, stateWhenRead(photo, photo.changedMs + 5));
    await writeFile(library.path('a.jpg'), 'two');
    expect(await library.scan()).toMatchObject({ changed: 1 });
    // From then on its times are to be trusted.
    expect(isSameState(library.places.get(photo.id) ?? photo, photo)).toBe(true);
  });

  it('of an earlier version are taken as they are, unread, and their state noted as exactly as it is known now', async () => {
    await using library = await libraryOf(diskOfOneMoment({ hasNumbers: true }), { 'a.jpg': 'one' });
    const before = library.places.get(library.at('a.jpg')?.id ?? 0);
    library.connection.database.exec('UPDATE photo SET modified_ns = NULL, changed_ns = NULL, file_number = NULL');
    library.context.disk.open = () => Promise.reject(new Error('was read'));
    expect(await library.scan()).toMatchObject({ changed: 0, problems: 0 });
    expect(library.places.get(before?.id ?? 0)).toEqual(before);
  });
});

describe('a file of equal size and times that was given the name of another', () => {
  it('is not taken for the other when all bytes are read in the background', async () => {
    const contents = { 'a.jpg': 'a'.repeat(400_000), 'b.jpg': 'b'.repeat(400_000) };
    await using library = await libraryOf(diskOfOneMoment({ hasNumbers: true }), contents);
    await swap(library, 'a.jpg', 'b.jpg');
    expect(await hashContents(library.context.disk, { photos: library.photos })).toBe(0);
  });

  it('is not taken for the other when the queue stores an answer, nor when an export asks for the hash', async () => {
    await using library = await WatchedLibrary.open();
    const photo = (file: string) => library.at(file)?.id ?? 0;
    for (const name of ['a.jpg', 'b.jpg']) await library.write(name, Buffer.alloc(400_000, name), 1_600_000_000_000);
    await library.add();
    await library.scan();
    const { fileNumber } = library.places.get(photo('a.jpg')) ?? {};
    expect(fileNumber).toEqual(expect.any(Number));
    const [head] = library.photos.withoutContentHash(0, 1);
    if (head === undefined) throw new Error('no photo');
    const due = { ...head, file: head.path, rootPath: library.folder, takenLocal: undefined, jobs: [] };
    await assertOnDisk(due);
    const stores = { photos: library.photos, places: library.places };
    expect(await photoHash(stores, photo('b.jpg'))).toMatch(/^[0-9a-f]{64}$/);
    await swap(library, 'a.jpg', 'b.jpg');
    await expect(assertOnDisk(due)).rejects.toMatchObject({ code: 'PHOTO_CHANGED' });
    await expect(photoHash(stores, photo('a.jpg'))).rejects.toMatchObject({ code: 'PATH_UNREADABLE' });
  });
});

describe('the state of a file that was read', () => {
  const state: FileState = {
    sizeBytes: 1,
    modifiedMs: 1_600_000_000_000,
    changedMs: 1_600_000_000_123,
    modifiedNs: 0,
    changedNs: 4,
    fileNumber: 5,
  };

  it.each([
    ['just after it was changed', state.changedMs + 20, true],
    ['by a clock that is a little behind', state.changedMs - 20, true],
    ['later', state.changedMs + 2001, false],
    ['long before, by the clock', state.changedMs - 100_000, false],
    ['within the two seconds in which FAT counts, of the time that has no fraction', state.modifiedMs + 1900, true],
  ])('%s is in doubt or not', (_when, readAtMs, isInDoubt) => {
    expect(isSameState(stateWhenRead(state, readAtMs), state)).toBe(!isInDoubt);
  });

  it('is the same to the nanosecond, and by the file’s number, where both are known', () => {
    expect(isSameState(state, { ...state })).toBe(true);
    expect(isSameState(state, { ...state, modifiedNs: 1 })).toBe(false);
    expect(isSameState(state, { ...state, changedNs: 5 })).toBe(false);
    expect(isSameState(state, { ...state, fileNumber: 6 })).toBe(false);
    expect(isSameState(state, { ...state, modifiedNs: null, changedNs: null, fileNumber: null })).toBe(true);
  });

  it('has all nanoseconds and the number that the system tells', async () => {
    await using library = await WatchedLibrary.with('a.jpg');
    const system = await stat(library.path('a.jpg'), { bigint: true });
    const { modifiedMs, modifiedNs, changedMs, changedNs, inode } = await realDisk.state(library.path('a.jpg'));
    expect(BigInt(modifiedMs) * 1_000_000n + BigInt(modifiedNs ?? 0)).toBe(system.mtimeNs);
    expect(BigInt(changedMs) * 1_000_000n + BigInt(changedNs ?? 0)).toBe(system.ctimeNs);
    expect(BigInt(inode)).toBe(system.ino);
  });

  it('has a number only on drives whose files keep theirs', async () => {
    const ext4 = new StableNumbers('linux', async () => 0xef53);
    const fat = new StableNumbers('linux', async () => 0x4d44);
    const gone = new StableNumbers('linux', () => Promise.reject(new Error('gone')));
    expect(await Promise.all([ext4, fat, gone].map((numbers) => numbers.areOn(1, '/x')))).toEqual([true, false, false]);
    expect(await new StableNumbers('win32', async () => 0xef53).areOn(1, 'C:\\x')).toBe(false);
  });
});

describe.each([
  ['by their numbers', true],
  ['without numbers, by their names and what is left', false],
])('identical copies, told apart %s', (_how, hasNumbers) => {
  it.each([20, 150])('of which there are %i keep their texts when some are renamed and moved', async (count) => {
    const names = number(count);
    const contents = Object.fromEntries(names.map((name) => [`${name}.jpg`, 'equal']));
    await using library = await libraryOf(diskOfOneMoment({ hasNumbers }), contents);
    library.caption('dup15.jpg');
    library.caption('dup17.jpg');
    await mkdir(library.path('sub'));
    // In the order of names it comes before the one whose name tells who it is.
    await rename(library.path('dup15.jpg'), library.path('a new name.jpg'));
    await rename(library.path('dup17.jpg'), library.path('sub/dup17.jpg'));
    expect(await library.scan()).toMatchObject({ found: 0, changed: 0, moved: 2, missing: 0 });
    expect(library.captionsAt('a new name.jpg')).toEqual(['caption of dup15.jpg']);
    expect(library.captionsAt('sub/dup17.jpg')).toEqual(['caption of dup17.jpg']);
    expect(library.all()).toHaveLength(count);
  });

  it('get the texts of none of the others when one more is made', async () => {
    const contents = Object.fromEntries(number(12).map((name) => [`${name}.jpg`, 'equal']));
    await using library = await libraryOf(diskOfOneMoment({ hasNumbers }), contents);
    for (const file of library.present()) library.caption(file);
    await copyFile(library.path('dup12.jpg'), library.path('copy.jpg'));
    expect(await library.scan()).toMatchObject({ found: 1, moved: 0, missing: 0 });
    expect(library.captionsAt('copy.jpg')).toEqual([]);
  });

  it('all gone but the last: the texts go on living in it, unless somebody wrote about it', async () => {
    const names = number(12);
    const contents = Object.fromEntries(names.map((name) => [`${name}.jpg`, 'equal']));
    await using library = await libraryOf(diskOfOneMoment({ hasNumbers }), contents);
    library.caption('dup01.jpg');
    // Whoever wrote about these keeps them.
    for (const name of names.slice(1, 11)) library.caption(`${name}.jpg`);
    await rm(library.path('dup01.jpg'));
    await library.scan();
    expect(library.captionsAt('dup12.jpg')).toEqual(['caption of dup01.jpg']);
    expect(library.missing()).toEqual([]);
  });
});

describe('identical copies', () => {
  it('take their texts along when they swap names, and when one is moved over another', async () => {
    const contents = { 'a.jpg': 'equal', 'b.jpg': 'equal', 'c.jpg': 'equal' };
    await using library = await libraryOf(diskOfOneMoment({ hasNumbers: true }), contents);
    for (const file of library.present()) library.caption(file);
    await swap(library, 'a.jpg', 'b.jpg');
    await library.scan();
    expect(library.captionsAt('a.jpg')).toEqual(['caption of b.jpg']);
    expect(library.captionsAt('b.jpg')).toEqual(['caption of a.jpg']);
    await rename(library.path('a.jpg'), library.path('c.jpg'));
    await library.scan();
    expect(library.captionsAt('c.jpg')).toEqual(['caption of b.jpg']);
    expect(library.missing()).toEqual(['c.jpg']);
  });

  it('keep their texts when a program saves one anew with the bytes that it had', async () => {
    await using library = await libraryOf(diskOfOneMoment({ hasNumbers: true }), {
      'a.jpg': 'equal',
      'b.jpg': 'equal',
    });
    for (const file of library.present()) library.caption(file);
    await writeFile(library.path('new'), 'equal');
    await rename(library.path('new'), library.path('a.jpg'));
    expect(await library.scan()).toMatchObject({ found: 0, moved: 0, changed: 0, missing: 0 });
    expect(library.captionsAt('a.jpg')).toEqual(['caption of a.jpg']);
    expect(library.captionsAt('b.jpg')).toEqual(['caption of b.jpg']);
  });
});

describe('the fingerprint of a long file', () => {
  const sizeBytes = wholeLimitBytes * 3 + 17;

  it.each([0, sizeBytes - 1, 65_535, sizeBytes - 65_536])('changes with the byte at %i', async (position) => {
    await using library = await WatchedLibrary.open();
    await library.write('a.jpg', Buffer.alloc(sizeBytes, 'x'));
    const file = library.path('a.jpg');
    const read = async () =>
      (await readFingerprint(realDisk, file, await realDisk.state(file), fingerprintBuffer()))?.fingerprint;
    const before = await read();
    await using handle = await open(file, 'r+');
    await handle.write('y', position);
    expect(await read()).not.toEqual(before);
  });
});

describe('comparing with the disk', () => {
  it('asks the catalog nothing for which it would have to go through all photos', async () => {
    await using library = await WatchedLibrary.open();
    const asked = new Set<string>();
    const scan = async () => {
      using prepare = vi.spyOn(library.connection, 'prepare');
      await library.scan();
      for (const [sql] of prepare.mock.calls) asked.add(sql);
    };
    for (const name of ['a.jpg', 'b.jpg', 'in/c.jpg', 'in/d.jpg']) await library.write(name);
    await library.write('same.jpg', 'a.jpg');
    await library.add();
    await scan();
    library.caption('a.jpg');
    library.caption('in/c.jpg');
    await rename(library.path('b.jpg'), library.path('in/moved.jpg'));
    await library.write('in/d.jpg', 'edited');
    await rm(library.path('a.jpg'));
    await scan();
    expect(library.captionsAt('same.jpg')).toEqual(['caption of a.jpg']);
    const plans = [...asked].flatMap((sql) =>
      planOf(library, sql).map((detail) => ({ detail, sql: sql.replaceAll(/\s+/g, ' ') })),
    );
    expect(plans.length).toBeGreaterThan(20);
    expect(plans.filter(({ detail }) => /^SCAN photo\b/.test(detail))).toEqual([]);
  });
});

function planOf({ connection }: WatchedLibrary, sql: string): string[] {
  if (!/^\s*(SELECT|UPDATE|DELETE|WITH)\b/.test(sql)) return [];
  const names = [...sql.matchAll(/[@$:]([A-Za-z]\w*)/g)].map(([, name]) => [name, null]);
  const parameters = names.length > 0 ? [Object.fromEntries(names)] : Array.from(sql.matchAll(/\?/g), () => null);
  return connection.database
    .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
    .all(...parameters)
    .map(({ detail }) => detail);
}
