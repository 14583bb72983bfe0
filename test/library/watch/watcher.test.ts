/** @file Watching: real folders, real events of the system; tests wait for what must come, never for a time. */
import { appendFile, rename, rm, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { folderWatching, largeRootWatching } from '../../../main/library/watch/folderWatch.ts';
import { removeRoot } from '../../../main/library/watch/libraryRoots.ts';
import { LibraryWatcher, type WatcherOptions } from '../../../main/library/watch/watcher.ts';
import { eventually } from '../../support/eventually.ts';
import { WatchedLibrary, type WatchedLibraryOptions } from './watchedLibrary.ts';

const graceMs = 30 * 24 * 3_600_000;

/** Long enough for a slow machine; nobody waits that long when it works. */

type WatchedOptions = Partial<WatcherOptions> & WatchedLibraryOptions;

async function openWatched(files: readonly string[], options: WatchedOptions) {
  const stack = new AsyncDisposableStack();
  const library = stack.use(await WatchedLibrary.open(options));
  for (const file of files) await library.write(file);
  await library.add();
  const watcher = stack.use(
    new LibraryWatcher(library.context, { graceMs, quietMs: 50, isNetworkDrive: async () => false, ...options }),
  );
  await watcher.idle();
  return { library, watcher, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

const expectPresent = (library: WatchedLibrary, files: readonly string[]) =>
  eventually(() => expect(library.present()).toEqual(files));

describe.each([
  { way: 'Chokidar', watching: folderWatching },
  { way: 'the watches of the system, as for large roots', watching: largeRootWatching },
])('the watcher by $way', ({ watching }) => {
  const watched = (files: readonly string[], options: WatchedOptions = {}) =>
    openWatched(files, { watching, ...options });

  it('compares everything when it starts', async () => {
    await using it = await watched(['a.jpg', 'b/c.jpg']);
    expect(it.library.present()).toEqual(['a.jpg', 'b/c.jpg']);
  });

  it('notices new, changed, renamed and deleted files', async () => {
    await using it = await watched(['a.jpg', 'b/c.jpg']);
    const { library } = it;
    await library.write('b/d.jpg');
    await expectPresent(library, ['a.jpg', 'b/c.jpg', 'b/d.jpg']);
    library.caption('b/d.jpg');
    await rename(library.path('b/d.jpg'), library.path('e.jpg'));
    await eventually(() => expect(library.captionsAt('e.jpg')).toEqual(['caption of b/d.jpg']));
    await appendFile(library.path('e.jpg'), 'edited');
    await eventually(() => expect(library.at('e.jpg')?.revision).toBe(2));
    await rm(library.path('e.jpg'));
    await expectPresent(library, ['a.jpg', 'b/c.jpg']);
    expect(library.missing()).toEqual(['e.jpg']);
  });

  it('notices files in folders that are new, renamed, or took the name of another', async () => {
    await using it = await watched(['a/1.jpg', 'b/2.jpg']);
    const { library, watcher } = it;
    await library.write('new/deep/er/3.jpg');
    await expectPresent(library, ['a/1.jpg', 'b/2.jpg', 'new/deep/er/3.jpg']);
    await watcher.idle();
    await library.write('new/deep/er/4.jpg');
    await expectPresent(library, ['a/1.jpg', 'b/2.jpg', 'new/deep/er/3.jpg', 'new/deep/er/4.jpg']);
    await rm(library.path('new'), { recursive: true });
    await rename(library.path('a'), library.path('x'));
    await rename(library.path('b'), library.path('a'));
    await rename(library.path('x'), library.path('b'));
    await expectPresent(library, ['a/2.jpg', 'b/1.jpg']);
    await watcher.idle();
    await library.write('a/5.jpg');
    await library.write('b/6.jpg');
    await expectPresent(library, ['a/2.jpg', 'a/5.jpg', 'b/1.jpg', 'b/6.jpg']);
    await rename(library.path('a'), library.path('b/in'));
    await expectPresent(library, ['b/1.jpg', 'b/6.jpg', 'b/in/2.jpg', 'b/in/5.jpg']);
    expect(library.missing()).toEqual(['new/deep/er/3.jpg', 'new/deep/er/4.jpg']);
  });

  it('has a file that was written bit by bit as it is in the end', async () => {
    await using it = await watched([], { debounceMs: 300 });
    const { library } = it;
    await writeFile(library.path('a.jpg'), 'beginning');
    for (let part = 0; part < 8; part += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      await appendFile(library.path('a.jpg'), 'more');
    }
    await eventually(() => expect(library.at('a.jpg')?.sizeBytes).toBe('beginning'.length + 8 * 4));
  });

  it('follows folders that are added to the library and removed from it', async () => {
    await using it = await watched([]);
    const { library } = it;
    await library.write('../other/a.jpg');
    const other = await library.add('../other');
    await expectPresent(library, ['../other/a.jpg']);
    await library.write('../other/b.jpg');
    await expectPresent(library, ['../other/a.jpg', '../other/b.jpg']);
    await removeRoot(library.context, other);
    expect(library.present()).toEqual([]);
  });

  it('notices that a drive goes away and comes back, and what changed on it meanwhile', async () => {
    await using it = await watched(['a.jpg'], { presenceEveryMs: 50 });
    const { library } = it;
    await rename(library.folder, library.path('../away'));
    await eventually(() => expect(library.roots.get(1).state).toBe('offline'));
    await library.write('../away/b.jpg');
    await rename(library.path('../away'), library.folder);
    await expectPresent(library, ['a.jpg', 'b.jpg']);
    await library.write('c.jpg');
    await expectPresent(library, ['a.jpg', 'b.jpg', 'c.jpg']);
  });

  it('looks through network drives from time to time', async () => {
    await using it = await watched(['a.jpg'], { pollEveryMs: 50, isNetworkDrive: async () => true });
    const { library } = it;
    await library.write('b.jpg');
    await expectPresent(library, ['a.jpg', 'b.jpg']);
  });

  it('ends at once, whatever it is doing', async () => {
    const library = await WatchedLibrary.open({ debounceMs: 3_000_000 });
    await library.write('a.jpg');
    await library.add();
    const watcher = new LibraryWatcher(library.context, { graceMs });
    await eventually(() => expect(library.events.some(({ kind }) => kind === 'progress')).toBe(true));
    await watcher[Symbol.asyncDispose]();
    await library[Symbol.asyncDispose]();
  });

  it('goes on when the catalog could not be written for a while', async () => {
    await using it = await watched(['a.jpg'], { retryAfterMs: 50 });
    const { library } = it;
    library.connection.database.pragma('query_only = ON');
    await library.write('b.jpg');
    await eventually(() => expect(library.events.filter(({ kind }) => kind === 'notice')).not.toHaveLength(0));
    expect(library.present()).toEqual(['a.jpg']);
    library.connection.database.pragma('query_only = OFF');
    await expectPresent(library, ['a.jpg', 'b.jpg']);
  });

  it('says what to do when the system watches no more folders, and looks through them from time to time', async () => {
    await using it = await watched(['a.jpg'], {
      pollEveryMs: 50,
      watching: ({ onFailure }) => ({
        watchOnly(_root, folders) {
          for (const folder of folders) onFailure(folder, Object.assign(new Error('no more'), { code: 'ENOSPC' }));
          return [];
        },
        forget() {},
        [Symbol.dispose]() {},
      }),
    });
    const { library } = it;
    const notices = library.events.flatMap((event) => (event.kind === 'notice' ? [event.error.code] : []));
    expect(notices).toEqual(['WATCH_LIMIT_REACHED']);
    await library.write('b.jpg');
    await expectPresent(library, ['a.jpg', 'b.jpg']);
  });
});
