/** @file What the keeper of a library tells those who show how far it is. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, vi } from 'vitest';
import { LibraryKeeper } from '../../main/library/libraryKeeper.ts';
import { openLibrary } from '../../main/library/openLibrary.ts';
import { addRoot } from '../../main/library/watch/libraryRoots.ts';
import { eventually } from '../support/eventually.ts';
import { it } from '../support/fixtures.ts';

it('the keeper of a library tells when the last photo was read, also long after looking for photos has ended', async ({
  folder,
}) => {
  const photos = join(folder.path, 'photos');
  await mkdir(photos);
  const picture = sharp({ create: { width: 8, height: 8, channels: 3, background: '#336699' } });
  await writeFile(join(photos, 'a.jpg'), await picture.jpeg().toBuffer());
  let keeper: LibraryKeeper | undefined;
  await using library = await openLibrary({
    libraryFolder: join(folder.path, 'library'),
    owner: 'test',
    debounceMs: 0,
    onWatchEvent: (event) => keeper?.take(event),
    onNotice: () => undefined,
    queue: { openModel: () => Promise.reject(new Error('no model is needed here')) },
  });
  const mayRead = Promise.withResolvers<void>();
  const { read } = library.pictures;
  vi.spyOn(library.pictures, 'read').mockImplementation(async (...asked) => {
    await mayRead.promise;
    return await read.apply(library.pictures, asked);
  });
  const { root } = await addRoot(library.watch, photos, { watched: true });
  /** What was shown last: as it was when something was told. */
  let shown = { scanning: true, unread: -1 };
  keeper = new LibraryKeeper({
    library,
    onChange: () => {
      shown = { scanning: keeper?.state.scanning ?? true, unread: library.catalog.photos.countWithoutDetails() };
    },
  });
  await using kept = keeper;
  kept.start();
  kept.scan(root.id);
  await eventually(() => expect(shown).toEqual({ scanning: false, unread: 1 }), 20_000);
  mayRead.resolve();
  await eventually(() => expect(shown).toEqual({ scanning: false, unread: 0 }), 20_000);
});
