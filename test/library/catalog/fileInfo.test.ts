/** @file What files say of their photos, in the catalog. */

import { expect, it } from 'vitest';
import { photoFileInfo } from '../../../main/library/catalog/photos/fileInfo.ts';
import type { PhotoDetails } from '../../../main/library/catalog/photos/photoDetails.ts';
import { searchIds } from '../../../main/library/catalog/search/searchPhotos.ts';
import { parseQuery } from '../../../main/library/query/parseQuery.ts';
import { type FileInfo, noFileInfo } from '../../../schemas/fileInfo.ts';
import { plainDetails } from '../../support/photoDetails.ts';
import { WatchedLibrary } from '../watch/watchedLibrary.ts';

const details: PhotoDetails = { ...plainDetails, rating: 5 };

const inFile = { property: 'XMP-dc:Title', sidecar: null };
const inSidecar = { property: 'XMP-digiKam:TagsList', sidecar: 'a.jpg.xmp' };

const info: FileInfo = {
  texts: [
    { kind: 'title', text: 'The harbour', ...inFile },
    { kind: 'caption', text: 'Two boats', ...inSidecar },
    { kind: 'creator', text: 'Ann', ...inFile },
    { kind: 'creator', text: 'Bob', ...inFile },
  ],
  keywords: [
    { path: 'Places/France', ...inSidecar },
    { path: 'sea', ...inFile },
  ],
  people: [
    {
      name: 'Cy',
      region: { left: 0.1, top: 0.2, width: 0.3, height: 0.4, drawnOn: { width: 4000, height: 3000 } },
      ...inFile,
    },
    { name: 'Dora', region: { left: 0, top: 0, width: 1, height: 1, drawnOn: null }, ...inFile },
    { name: 'Ed', region: null, ...inSidecar },
  ],
  places: [
    {
      kind: 'located',
      sublocation: 'Old port',
      city: 'Brest',
      state: null,
      country: 'France',
      countryCode: 'FRA',
      ...inFile,
    },
    { kind: 'taken', sublocation: null, city: 'Quimper', state: null, country: null, countryCode: null, ...inSidecar },
  ],
  rating: { stars: 5, ...inSidecar },
};

const of = (said: FileInfo) => ({ info: said, sidecars: [], sidecarProblems: [] });

const found = ({ connection }: WatchedLibrary, query: string) => [
  ...searchIds(connection, { query: parseQuery(query), nowMs: 0 }),
];

it('what a file says is kept with its sources, replaced when it is read again, and gone with the photo', async () => {
  await using library = await WatchedLibrary.with('a.jpg', 'b.jpg');
  const id = library.at('a.jpg')?.id ?? 0;
  expect(photoFileInfo(library.connection, id)).toEqual(noFileInfo);
  expect(library.photos.setDetails(id, 1, details, of(info))).toBe(true);
  expect(photoFileInfo(library.connection, id)).toEqual(info);
  expect(photoFileInfo(library.connection, library.at('b.jpg')?.id ?? 0)).toEqual(noFileInfo);

  const less = { ...noFileInfo, keywords: [{ path: 'sea', ...inFile }] };
  library.photos.setDetails(id, 1, { ...details, rating: null }, of(less));
  expect(photoFileInfo(library.connection, id)).toEqual(less);
  // Of an older content nothing is stored.
  expect(library.photos.setDetails(id, 0, details, of(info))).toBe(false);
  expect(photoFileInfo(library.connection, id)).toEqual(less);

  library.photos.setDetails(id, 1, details, of(info));
  library.connection.write(() => library.places.delete(id));
  expect(photoFileInfo(library.connection, id)).toEqual(noFileInfo);
});

it('photos are found by every word of it, and no longer by what it said before', async () => {
  await using library = await WatchedLibrary.with('a.jpg', 'b.jpg');
  const id = library.at('a.jpg')?.id ?? 0;
  library.photos.setDetails(id, 1, details, of(info));
  const words = ['harbour', 'boat', 'bob', 'france', 'sea', 'cy', 'dora', 'ed', '"old port"', 'brest', 'quimper'];
  for (const word of words) expect(found(library, word), word).toEqual([id]);
  // No phrase begins in one text and ends in the next.
  expect(found(library, '"harbour two"')).toEqual([]);
  library.photos.setDetails(id, 1, details, of(noFileInfo));
  for (const word of words) expect(found(library, word), word).toEqual([]);
});
