/** @file How what files say comes into the catalog: some photos in one transaction, so that a scan does not wait for the disk after each. */
import { expect, it } from 'vitest';
import { EmbeddedTextStore } from '../../../main/library/catalog/exports/embeddedText.ts';
import { WrittenXmpStore } from '../../../main/library/catalog/exports/writtenXmp.ts';
import { FileInfoStore } from '../../../main/library/catalog/photos/fileInfo.ts';
import type { PhotoMetadata } from '../../../main/library/images/photoMetadata.ts';
import { type ReadDetailsOptions, readDetails } from '../../../main/library/images/readDetails.ts';
import { ImageError } from '../../../native-models/preprocess/imageError.ts';
import { noFileInfo } from '../../../schemas/fileInfo.ts';
import { WatchedLibrary } from '../watch/watchedLibrary.ts';

const plain: PhotoMetadata = {
  format: 'JPEG',
  storedSize: { width: 60, height: 40 },
  shownSize: { width: 60, height: 40 },
  orientation: 1,
  takenAt: null,
  position: null,
  camera: {
    make: null,
    model: null,
    lens: null,
    iso: null,
    exposureSeconds: null,
    aperture: null,
    focalLengthMm: null,
  },
  info: noFileInfo,
  sidecarProblems: [],
  colourProfile: null,
  warnings: [],
};

const names = Array.from({ length: 40 }, (_, index) => `${String(index).padStart(2, '0')}.jpg`);

function optionsFor({ photos, connection }: WatchedLibrary, read: ReadDetailsOptions['metadata']['read']) {
  return {
    photos,
    fileInfo: new FileInfoStore(connection),
    writtenXmp: new WrittenXmpStore(connection),
    embeddedText: new EmbeddedTextStore(connection),
    metadata: { read },
  };
}

it('photos are stored sixteen in a transaction, those that cannot be read among them, and told of once', async () => {
  await using library = await WatchedLibrary.with(...names);
  const told: number[] = [];
  library.connection.onChange(({ photoIds }) => told.push(photoIds.size));
  const read = async (file: string) => {
    if (file.endsWith('03.jpg')) throw new ImageError('IMAGE_CORRUPT', 'This file is damaged.');
    return plain;
  };
  expect(await readDetails(optionsFor(library, read))).toBe(names.length);
  expect(told).toEqual([16, 16, 8]);
  expect(library.photos.countWithoutDetails()).toBe(0);
  expect(library.at('03.jpg')?.problem?.code).toBe('IMAGE_CORRUPT');
  expect(library.at('04.jpg')?.details?.width).toBe(60);
});

it('what was stored before reading was stopped stays, and the rest is read the next time', async () => {
  await using library = await WatchedLibrary.with(...names);
  const stop = new AbortController();
  const read = async (file: string) => {
    if (file.endsWith('20.jpg')) stop.abort();
    return plain;
  };
  const reading = readDetails({ ...optionsFor(library, read), signal: stop.signal });
  await expect(reading).rejects.toThrow(stop.signal.reason);
  const left = library.photos.countWithoutDetails();
  expect(left).toBeLessThan(names.length);
  expect(left).toBeGreaterThan(0);
  expect(await readDetails(optionsFor(library, async () => plain))).toBe(left);
  expect(library.photos.countWithoutDetails()).toBe(0);
});
