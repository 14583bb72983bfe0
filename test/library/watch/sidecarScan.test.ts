/** @file Sidecars that come, change, move and go, while nobody looks and while folders are watched. */
import { mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDetails } from '../../../main/library/images/readDetails.ts';
import { LibraryKeeper } from '../../../main/library/libraryKeeper.ts';
import { type Library, openLibrary } from '../../../main/library/openLibrary.ts';
import { addRoot } from '../../../main/library/watch/libraryRoots.ts';
import { scanLibrary } from '../../../main/library/watch/scan.ts';
import type { WatchEvent } from '../../../main/library/watch/watchContext.ts';
import { eventually } from '../../support/eventually.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { cornersPicture } from '../images/pictures.ts';

const xmp = (title: string, description = '') =>
  `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
  <dc:title><rdf:Alt><rdf:li xml:lang="x-default">${title}</rdf:li></rdf:Alt></dc:title>
  <dc:description><rdf:Alt><rdf:li xml:lang="x-default">${description}</rdf:li></rdf:Alt></dc:description>
  </rdf:Description></rdf:RDF></x:xmpmeta>`;

interface SidecarLibrary extends AsyncDisposable {
  readonly library: Library;
  listen(to: (event: WatchEvent) => void): void;
  /** Absolute. */
  at(...names: readonly string[]): string;
  /** Compares everything and reads what is due. Returns how many photos were read. */
  scan(): Promise<number>;
  titleOf(name: string): string | undefined;
  photoId(name: string): number;
}

async function sidecarLibrary(...names: readonly string[]): Promise<SidecarLibrary> {
  const folder = await temporaryFolder();
  const at = (...parts: readonly string[]) => path.join(folder.path, 'photos', ...parts);
  await mkdir(at('in'), { recursive: true });
  for (const [shade, name] of names.entries()) {
    const picture = cornersPicture(60 + shade, 40).jpeg();
    await writeFile(at(name), await picture.toBuffer());
    // Long finished.
    await utimes(at(name), 1_700_000_000, 1_700_000_000);
  }
  let listener: ((event: WatchEvent) => void) | undefined;
  const library = await openLibrary({
    libraryFolder: path.join(folder.path, 'library'),
    owner: 'test',
    debounceMs: 0,
    onWatchEvent: (event) => listener?.(event),
    onNotice: () => undefined,
    queue: {
      isBackground: false,
      openModel: () => {
        throw new Error('nothing is asked of a model here');
      },
    },
  });
  const { catalog, watch, pictures } = library;
  await addRoot(watch, at(), { watched: true });
  const photoId = (name: string) =>
    catalog.connection.prepare<[string], number>('SELECT id FROM photo WHERE name = ?').pluck().get(name) ?? 0;
  return {
    library,
    listen: (to) => {
      listener = to;
    },
    at,
    photoId,
    async scan() {
      await scanLibrary(watch);
      const { photos, fileInfo, writtenXmp, embeddedText } = catalog;
      return await readDetails({ photos, fileInfo, writtenXmp, embeddedText, metadata: pictures });
    },
    titleOf: (name) => catalog.fileInfo.of(photoId(name)).texts.find(({ kind }) => kind === 'title')?.text,
    async [Symbol.asyncDispose]() {
      await library[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

describe('a sidecar', () => {
  it('is read with its photo, and again when it came, changed or went', async () => {
    await using test = await sidecarLibrary('a.jpg', 'b.jpg', 'c.jpg');
    await writeFile(test.at('a.jpg.xmp'), xmp('one'));
    expect(await test.scan()).toBe(3);
    expect([test.titleOf('a.jpg'), test.titleOf('b.jpg')]).toEqual(['one', undefined]);
    expect(await test.scan()).toBe(0);

    await writeFile(test.at('a.jpg.xmp'), xmp('two'));
    await writeFile(test.at('b.xmp'), xmp('of b'));
    expect(await test.scan()).toBe(2);
    expect([test.titleOf('a.jpg'), test.titleOf('b.jpg'), test.titleOf('c.jpg')]).toEqual(['two', 'of b', undefined]);

    await rm(test.at('a.jpg.xmp'));
    expect(await test.scan()).toBe(1);
    expect(test.titleOf('a.jpg')).toBeUndefined();
    expect(await test.scan()).toBe(0);
  });

  it('named like two photos is nobody’s; beside a raw file it is the raw file’s', async () => {
    await using test = await sidecarLibrary('a.jpg', 'a.png', 'b.jpg', 'b.dng');
    for (const name of ['a.xmp', 'b.xmp', 'b_01.jpg.xmp']) await writeFile(test.at(name), xmp(name));
    await test.scan();
    const names = ['a.jpg', 'a.png', 'b.jpg', 'b.dng'];
    expect(names.map(test.titleOf)).toEqual([undefined, undefined, undefined, 'b.xmp']);
  });

  it('counts for the photo that it lies beside after a move of both, or of one', async () => {
    await using test = await sidecarLibrary('a.jpg', 'b.jpg');
    await writeFile(test.at('a.jpg.xmp'), xmp('of a'));
    await test.scan();
    await rename(test.at('a.jpg'), test.at('in', 'moved.jpg'));
    await rename(test.at('a.jpg.xmp'), test.at('in', 'moved.jpg.xmp'));
    await test.scan();
    expect(test.titleOf('moved.jpg')).toBe('of a');
    await rename(test.at('in', 'moved.jpg'), test.at('a.jpg'));
    await test.scan();
    expect(test.titleOf('a.jpg')).toBeUndefined();
  });

  it('that cannot be read says why until it can, and leaves its photo as it is', async () => {
    await using test = await sidecarLibrary('a.jpg');
    await writeFile(test.at('a.jpg.xmp'), 'no XMP at all');
    await test.scan();
    const { catalog } = test.library;
    expect(catalog.fileInfo.problemsOf(test.photoId('a.jpg'))).toEqual([{ sidecar: 'a.jpg.xmp', reason: 'notXmp' }]);
    expect(catalog.photos.get(test.photoId('a.jpg'))).toMatchObject({ problem: undefined, details: { width: 60 } });
    await writeFile(test.at('a.jpg.xmp'), xmp('mended'));
    await test.scan();
    expect(catalog.fileInfo.problemsOf(test.photoId('a.jpg'))).toEqual([]);
    expect(test.titleOf('a.jpg')).toBe('mended');
  });

  it('does not give back what Vignette wrote into it, also when it was moved with its photo', async () => {
    await using test = await sidecarLibrary('a.jpg');
    await test.scan();
    const { catalog } = test.library;
    const captionOf = (name: string) =>
      catalog.fileInfo.of(test.photoId(name)).texts.find(({ kind }) => kind === 'caption')?.text;
    await writeFile(test.at('a.jpg.xmp'), xmp('theirs', 'ours'));
    catalog.writtenXmp.set(test.photoId('a.jpg'), test.at('a.jpg.xmp'), { description: 'ours', values: {} });
    await test.scan();
    expect([test.titleOf('a.jpg'), captionOf('a.jpg')]).toEqual(['theirs', undefined]);
    await rename(test.at('a.jpg'), test.at('in', 'a.jpg'));
    await rename(test.at('a.jpg.xmp'), test.at('in', 'a.jpg.xmp'));
    await test.scan();
    expect([test.titleOf('a.jpg'), captionOf('a.jpg')]).toEqual(['theirs', undefined]);
    await writeFile(test.at('in', 'a.jpg.xmp'), xmp('theirs', 'also theirs'));
    await test.scan();
    expect(captionOf('a.jpg')).toBe('also theirs');
  });

  it('that changes while it is read is read once more', async () => {
    await using test = await sidecarLibrary('a.jpg');
    await writeFile(test.at('a.jpg.xmp'), xmp('before'));
    const { catalog, watch, pictures } = test.library;
    await scanLibrary(watch);
    let reads = 0;
    const metadata: Parameters<typeof readDetails>[0]['metadata'] = {
      async read(...args) {
        const read = await pictures.read(...args);
        reads += 1;
        if (reads === 1) {
          await writeFile(test.at('a.jpg.xmp'), xmp('meanwhile'));
          await scanLibrary(watch);
        }
        return read;
      },
    };
    const { photos, fileInfo, writtenXmp, embeddedText } = catalog;
    await readDetails({ photos, fileInfo, writtenXmp, embeddedText, metadata });
    expect(photos.withoutDetails(0, 10)).toHaveLength(1);
    await readDetails({ photos, fileInfo, writtenXmp, embeddedText, metadata });
    expect(test.titleOf('a.jpg')).toBe('meanwhile');
  });

  it('that another program changes while folders are watched is read again', async () => {
    await using test = await sidecarLibrary('a.jpg', 'b.jpg');
    const { library, at } = test;
    await using keeper = new LibraryKeeper({ library, onChange: () => undefined });
    test.listen((event) => keeper.take(event));
    keeper.start();
    const isTitled = (title: string | undefined) => eventually(() => expect(test.titleOf('a.jpg')).toBe(title), 30_000);
    await eventually(() => expect(library.catalog.photos.countWithoutDetails()).toBe(0), 30_000);
    await writeFile(at('a.jpg.xmp'), xmp('came'));
    await isTitled('came');
    // As most programs save: into another file, which then takes the name.
    await writeFile(at('a.jpg.xmp.tmp'), xmp('changed'));
    await rename(at('a.jpg.xmp.tmp'), at('a.jpg.xmp'));
    await isTitled('changed');
    await rm(at('a.jpg.xmp'));
    await isTitled(undefined);
  });
});
