/** @file Files and folders that are renamed, moved and swapped: photos stay who they are. */
import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { WatchedLibrary } from './watchedLibrary.ts';

describe('a file that moved', () => {
  it('keeps its texts when it is renamed', async () => {
    await using library = await WatchedLibrary.with('a.jpg', 'b.jpg');
    library.caption('a.jpg');
    await rename(library.path('a.jpg'), library.path('c.jpg'));
    const result = await library.scan();
    expect(result).toMatchObject({ found: 0, moved: 1, missing: 0 });
    expect(library.captionsAt('c.jpg')).toEqual(['caption of a.jpg']);
    expect(library.missing()).toEqual([]);
  });

  it('keeps its texts in another folder, and in another watched folder', async () => {
    await using library = await WatchedLibrary.open();
    for (const file of ['one/a.jpg', 'one/b.jpg', 'two/c.jpg']) await library.write(file);
    await library.add('one');
    await library.add('two');
    await library.scan();
    for (const file of ['one/a.jpg', 'one/b.jpg', 'two/c.jpg']) library.caption(file);
    await mkdir(library.path('one/deep/er'), { recursive: true });
    await rename(library.path('one/a.jpg'), library.path('one/deep/er/a.jpg'));
    await rename(library.path('one/b.jpg'), library.path('two/b.jpg'));
    await rename(library.path('two/c.jpg'), library.path('one/c.jpg'));
    expect(await library.scan()).toMatchObject({ found: 0, changed: 0, moved: 3 });
    expect(library.captionsAt('one/deep/er/a.jpg')).toEqual(['caption of one/a.jpg']);
    expect(library.captionsAt('two/b.jpg')).toEqual(['caption of one/b.jpg']);
    expect(library.captionsAt('one/c.jpg')).toEqual(['caption of two/c.jpg']);
    expect(library.missing()).toEqual([]);
  });

  it('keeps its texts when two names are swapped, also of files with equal size and time', async () => {
    await using library = await WatchedLibrary.with();
    await library.write('a.jpg', 'content one', 1_600_000_000_000);
    await library.write('b.jpg', 'content two', 1_600_000_000_000);
    await library.scan();
    library.caption('a.jpg');
    library.caption('b.jpg');
    await rename(library.path('a.jpg'), library.path('x'));
    await rename(library.path('b.jpg'), library.path('a.jpg'));
    await rename(library.path('x'), library.path('b.jpg'));
    expect(await library.scan()).toMatchObject({ found: 0, changed: 0, moved: 2, missing: 0 });
    expect(library.captionsAt('a.jpg')).toEqual(['caption of b.jpg']);
    expect(library.captionsAt('b.jpg')).toEqual(['caption of a.jpg']);
    expect(library.all().map(({ revision }) => revision)).toEqual([1, 1]);
  });

  it('keeps its texts when all numbers move up by one', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `${index}.jpg`);
    await using library = await WatchedLibrary.with(...names);
    for (const name of names) library.caption(name);
    for (let index = 19; index >= 0; index -= 1) {
      await rename(library.path(`${index}.jpg`), library.path(`${index + 1}.jpg`));
    }
    await library.scan();
    for (let index = 0; index < 20; index += 1) {
      expect(library.captionsAt(`${index + 1}.jpg`)).toEqual([`caption of ${index}.jpg`]);
    }
    expect(library.all()).toHaveLength(20);
  });

  it('keeps its texts although another file with its old name was made', async () => {
    await using library = await WatchedLibrary.with('a.jpg');
    library.caption('a.jpg');
    // The name that is looked at first is the new file's, in either order.
    for (const [from, to] of [
      ['a.jpg', 'z.jpg'],
      ['z.jpg', 'b.jpg'],
    ] as const) {
      await rename(library.path(from), library.path(to));
      await library.write(from, `another at ${from}`);
      await library.scan();
      expect(library.captionsAt(to)).toEqual(['caption of a.jpg']);
      expect(library.captionsAt(from)).toEqual([]);
      expect(library.at(to)?.revision).toBe(1);
    }
  });

  it('keeps its texts although it took the place of another photo', async () => {
    await using library = await WatchedLibrary.with('a.jpg', 'b.jpg');
    library.caption('a.jpg');
    library.caption('b.jpg');
    await rename(library.path('a.jpg'), library.path('b.jpg'));
    await library.scan();
    expect(library.captionsAt('b.jpg')).toEqual(['caption of a.jpg']);
    expect(library.missing()).toEqual(['b.jpg']);
  });

  it.each(['a person’s', 'a model’s'])(
    'keeps texts, %s, when it was copied to another drive and deleted here, with a scan between',
    async (whose) => {
      await using library = await WatchedLibrary.open();
      await library.write('one/a.jpg');
      await mkdir(library.path('two'));
      await library.add('one');
      await library.add('two');
      await library.scan();
      library.caption('one/a.jpg');
      if (whose === 'a model’s') library.connection.database.exec(`UPDATE caption SET source = 'model'`);
      await copyFile(library.path('one/a.jpg'), library.path('two/a.jpg'));
      await library.scan();
      expect(library.captionsAt('one/a.jpg')).toEqual(['caption of one/a.jpg']);
      await rm(library.path('one/a.jpg'));
      await library.scan();
      expect(library.captionsAt('two/a.jpg')).toEqual(['caption of one/a.jpg']);
      expect(library.missing()).toEqual([]);
    },
  );

  it('goes on in the copy of its own name, where it was copied under several', async () => {
    await using library = await WatchedLibrary.with('a.jpg');
    library.caption('a.jpg');
    await mkdir(library.path('copies'));
    for (const name of ['0.jpg', 'a.jpg', 'z.jpg']) {
      await copyFile(library.path('a.jpg'), library.path(`copies/${name}`));
      await library.scan();
    }
    await rm(library.path('a.jpg'));
    await library.scan();
    expect(library.captionsAt('copies/a.jpg')).toEqual(['caption of a.jpg']);
    expect(library.missing()).toEqual([]);
  });

  it('is told from equal ones by its name when a folder of copies is moved', async () => {
    await using library = await WatchedLibrary.with();
    await library.write('from/a.jpg', 'equal');
    await library.write('from/b.jpg', 'equal');
    await library.write('from/c.jpg', 'equal');
    await library.scan();
    for (const name of ['a', 'b', 'c']) library.caption(`from/${name}.jpg`);
    await mkdir(library.path('to'));
    for (const name of ['c', 'a', 'b']) await rename(library.path(`from/${name}.jpg`), library.path(`to/${name}.jpg`));
    await library.scan();
    for (const name of ['a', 'b', 'c']) {
      expect(library.captionsAt(`to/${name}.jpg`)).toEqual([`caption of from/${name}.jpg`]);
    }
  });
});

describe('a folder that moved', () => {
  it('keeps photos, texts and the folder itself, with all that is below', async () => {
    await using library = await WatchedLibrary.with(
      '2024/a.jpg',
      '2024/trip/b.jpg',
      '2024/trip/day/c.jpg',
      '2024/empty/x.txt',
    );
    library.caption('2024/trip/day/c.jpg');
    const root = library.roots.list()[0]?.id ?? 0;
    const before = library.folders.find(root, '2024/trip')?.id;
    await mkdir(library.path('old'));
    await rename(library.path('2024'), library.path('old/twenty-four'));
    await library.scan();
    expect(library.present()).toEqual([
      'old/twenty-four/a.jpg',
      'old/twenty-four/trip/b.jpg',
      'old/twenty-four/trip/day/c.jpg',
    ]);
    expect(library.captionsAt('old/twenty-four/trip/day/c.jpg')).toEqual(['caption of 2024/trip/day/c.jpg']);
    expect(library.folders.find(root, 'old/twenty-four/trip')?.id).toBe(before);
    expect(library.folders.find(root, '2024')).toBeUndefined();
    expect(library.missing()).toEqual([]);
  });

  it('keeps its photos when it was moved into a folder of its own old name', async () => {
    await using library = await WatchedLibrary.with('a/1.jpg', 'a/b/2.jpg');
    library.caption('a/1.jpg');
    library.caption('a/b/2.jpg');
    await rename(library.path('a'), library.path('x'));
    await mkdir(library.path('a'));
    await rename(library.path('x'), library.path('a/a'));
    await library.scan();
    expect(library.captionsAt('a/a/1.jpg')).toEqual(['caption of a/1.jpg']);
    expect(library.captionsAt('a/a/b/2.jpg')).toEqual(['caption of a/b/2.jpg']);
    expect(library.all()).toHaveLength(2);
  });

  it('keeps its photos when two folders swap names, and when one takes the place of another', async () => {
    await using library = await WatchedLibrary.with('a/1.jpg', 'a/2.jpg', 'b/1.jpg', 'b/3.jpg', 'c/1.jpg');
    for (const file of library.present()) library.caption(file);
    await rename(library.path('a'), library.path('x'));
    await rename(library.path('b'), library.path('a'));
    await rename(library.path('x'), library.path('b'));
    await library.scan();
    expect(library.captionsAt('b/1.jpg')).toEqual(['caption of a/1.jpg']);
    expect(library.captionsAt('b/2.jpg')).toEqual(['caption of a/2.jpg']);
    expect(library.captionsAt('a/1.jpg')).toEqual(['caption of b/1.jpg']);
    expect(library.captionsAt('a/3.jpg')).toEqual(['caption of b/3.jpg']);
    expect(library.all()).toHaveLength(5);
    await rm(library.path('c'), { recursive: true });
    await rename(library.path('b'), library.path('c'));
    await library.scan();
    expect(library.captionsAt('c/1.jpg')).toEqual(['caption of a/1.jpg']);
    expect(library.missing()).toEqual(['c/1.jpg']);
  });

  it('is told from another that happens to have got its number', async () => {
    await using library = await WatchedLibrary.with('a/1.jpg');
    const root = library.roots.list()[0]?.id ?? 0;
    const before = library.folders.find(root, 'a');
    await rm(library.path('a'), { recursive: true });
    await library.write('b/other.jpg');
    const state = await library.context.disk.state(library.path('b'));
    library.folders.setInode(before?.id ?? 0, state.inode);
    await library.scan();
    expect(library.present()).toEqual(['b/other.jpg']);
    expect(library.missing()).toEqual(['a/1.jpg']);
  });
});
