/** @file Reading whole files in the background, and telling photos apart by it. */
import { rename, rm, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { hashContents } from '../../../main/library/watch/hashPhotos.ts';
import { sha256OfFile } from '../../../native-models/compiler/fileHash.ts';
import { WatchedLibrary } from './watchedLibrary.ts';

const long = 400_000;

describe('hashing contents', () => {
  it('reads what was only sampled, and nothing else', async () => {
    await using library = await WatchedLibrary.open();
    await library.write('short.jpg', 'short');
    await library.write('long.jpg', Buffer.alloc(long, 'a'));
    await library.write('gone.jpg', Buffer.alloc(long, 'b'));
    await library.add();
    await library.scanUntilSure();
    expect(library.at('long.jpg')?.contentSha256).toBeUndefined();
    await rm(library.path('gone.jpg'));
    expect(await hashContents(library.context.disk, { photos: library.photos })).toBe(1);
    expect(library.at('long.jpg')?.contentSha256).toBe((await sha256OfFile(library.path('long.jpg'))).sha256);
    expect(await hashContents(library.context.disk, { photos: library.photos })).toBe(0);
  });

  it('keeps nothing of a file that is not the one that was found', async () => {
    await using library = await WatchedLibrary.open();
    await library.write('long.jpg', Buffer.alloc(long, 'a'));
    await library.add();
    await library.scanUntilSure();
    await writeFile(library.path('long.jpg'), Buffer.alloc(long + 1, 'a'));
    expect(await hashContents(library.context.disk, { photos: library.photos })).toBe(0);
    expect(library.at('long.jpg')?.contentSha256).toBeUndefined();
  });

  it('tells files apart that differ between the samples only', async () => {
    await using library = await WatchedLibrary.open();
    const content = Buffer.alloc(3 * long, 'a');
    await library.write('one.jpg', content, 1_500_000_000_000);
    content.writeUInt8(0, 200_000);
    await library.write('two.jpg', content, 1_500_000_100_000);
    await library.add();
    await library.scanUntilSure();
    expect(library.at('one.jpg')?.fingerprint).toBe(library.at('two.jpg')?.fingerprint);
    await hashContents(library.context.disk, { photos: library.photos });
    library.caption('one.jpg');
    library.caption('two.jpg');
    await rename(library.path('one.jpg'), library.path('x'));
    await rename(library.path('two.jpg'), library.path('one.jpg'));
    await rename(library.path('x'), library.path('two.jpg'));
    await library.scanUntilSure();
    expect(library.captionsAt('two.jpg')).toEqual(['caption of one.jpg']);
    expect(library.captionsAt('one.jpg')).toEqual(['caption of two.jpg']);
  });
});
