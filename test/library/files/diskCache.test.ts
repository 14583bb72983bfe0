/** @file A cache on disk: what it keeps, what it lets go, and what it does with damage. */
import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect } from 'vitest';
import { DiskCache } from '../../../main/library/files/diskCache.ts';
import { it } from '../../support/fixtures.ts';

const hour = 60 * 60 * 1000;

async function aged(folder: string, name: string, hours: number): Promise<void> {
  const time = (Date.now() - hours * hour) / 1000;
  await utimes(path.join(folder, name.slice(0, 2), name), time, time);
}

describe('a disk cache', () => {
  it('gives back what was written, in one of 256 folders', async ({ folder }) => {
    const cache = new DiskCache({ folder: folder.path, maxBytes: 1e6 });
    await cache.write('ab12-256.webp', Buffer.from('content'));
    expect((await cache.read('ab12-256.webp'))?.toString()).toBe('content');
    expect(await cache.read('ab12-512.webp')).toBeUndefined();
    expect(await readdir(path.join(folder.path, 'ab'))).toEqual(['ab12-256.webp']);
    await cache.settled();
  });

  it('has nothing under a name where the file was cut, altered or emptied, until it is written again', async ({
    folder,
  }) => {
    const cache = new DiskCache({ folder: folder.path, maxBytes: 1e6 });
    const file = path.join(folder.path, 'cd', 'cd.jpg');
    await cache.write('cd.jpg', Buffer.from('some content'));
    const whole = await readFile(file);
    const altered = Buffer.from(whole);
    altered.writeUInt8(altered.readUInt8(3) ^ 1, 3);
    for (const damaged of [whole.subarray(0, 9), altered, Buffer.alloc(whole.byteLength), Buffer.alloc(0)]) {
      await writeFile(file, damaged);
      expect(await cache.read('cd.jpg')).toBeUndefined();
      expect(await cache.pathOf('cd.jpg')).toBeUndefined();
    }
    await cache.write('cd.jpg', Buffer.from('some content'));
    expect(await cache.pathOf('cd.jpg')).toBe(file);
    await cache.settled();
  });

  it('stays below its limit by letting the least recently used go', async ({ folder }) => {
    const cache = new DiskCache({ folder: folder.path, maxBytes: 10_040 });
    const names = Array.from({ length: 10 }, (_, i) => `${(i * 16).toString(16).padStart(2, '0')}.bin`);
    for (const [i, name] of names.entries()) {
      await cache.write(name, Buffer.alloc(996, i));
      await aged(folder.path, name, 100 - i);
    }
    await cache.settled();
    // The oldest is looked at and so becomes the newest.
    expect(await cache.read('00.bin')).toBeDefined();
    await cache.write('ff.bin', Buffer.alloc(996));
    await cache.settled();
    const kept = await Promise.all([...names, 'ff.bin'].map(async (name) => (await cache.read(name)) !== undefined));
    expect(kept).toEqual([true, false, false, ...names.slice(3).map(() => true), true]);
  });

  it.for(['rising', 'falling'] as const)(
    'lets the oldest go and no others, with ages %s by name',
    async (order, { folder }) => {
      const earlier = new DiskCache({ folder: folder.path, maxBytes: 1e6 });
      const names = Array.from({ length: 10 }, (_, i) => `${(i * 16).toString(16).padStart(2, '0')}.bin`);
      for (const [i, name] of names.entries()) {
        await earlier.write(name, Buffer.alloc(996, i));
        await aged(folder.path, name, order === 'rising' ? 10 + i : 100 - i);
      }
      await earlier.settled();
      const cache = new DiskCache({ folder: folder.path, maxBytes: 8900 });
      await cache.write('ff.bin', Buffer.alloc(996));
      await cache.settled();
      const kept = await readdir(folder.path, { recursive: true, withFileTypes: true });
      const left = kept.filter((entry) => entry.isFile()).map(({ name }) => name);
      // Eleven files of 1,000 bytes; down to nine tenths of the limit, eight of them stay.
      const youngest = order === 'rising' ? names.slice(0, 7) : names.slice(3);
      expect(left.sort()).toEqual([...youngest, 'ff.bin'].sort());
    },
  );

  it('counts what an earlier process left, and clears away what it left half-written', async ({ folder }) => {
    const earlier = new DiskCache({ folder: folder.path, maxBytes: 1e6 });
    await earlier.write('aa.bin', Buffer.alloc(5000));
    await aged(folder.path, 'aa.bin', 5);
    await writeFile(path.join(folder.path, 'aa', 'left.tmp'), 'half');
    await utimes(path.join(folder.path, 'aa', 'left.tmp'), 0, 0);
    await earlier.settled();
    const cache = new DiskCache({ folder: folder.path, maxBytes: 6000 });
    await cache.write('bb.bin', Buffer.alloc(2000));
    await cache.settled();
    expect(await readdir(path.join(folder.path, 'aa'))).toEqual([]);
    expect(await readdir(path.join(folder.path, 'bb'))).toEqual(['bb.bin']);
  });

  it('notes a use in the file’s time, for the next process to see', async ({ folder }) => {
    const cache = new DiskCache({ folder: folder.path, maxBytes: 1e6 });
    await cache.write('ab.bin', Buffer.from('x'));
    await aged(folder.path, 'ab.bin', 5);
    await cache.read('ab.bin');
    const { mtimeMs } = await stat(path.join(folder.path, 'ab', 'ab.bin'));
    expect(Date.now() - mtimeMs).toBeLessThan(hour);
    await cache.settled();
  });

  it('tells of trouble in the background, and refuses names that would lead out of its folder', async ({ folder }) => {
    const cache = new DiskCache({ folder: folder.path, maxBytes: 1e6 });
    await expect(cache.read('../../x')).rejects.toThrow(RangeError);
    await expect(cache.write('ab/../../x', Buffer.from('x'))).rejects.toThrow(RangeError);
    await writeFile(path.join(folder.path, 'ee'), 'a file where a folder should be');
    await expect(cache.write('ee.bin', Buffer.from('x'))).rejects.toMatchObject({ code: 'EEXIST' });
  });
});
