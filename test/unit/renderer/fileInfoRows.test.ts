/** @file What the panel shows of a file's information, and what a click on it searches for. */
import { expect, it } from 'vitest';
import { FileInfoStore } from '../../../main/library/catalog/photos/fileInfo.ts';
import { searchIds } from '../../../main/library/catalog/search/searchPhotos.ts';
import { parseQuery } from '../../../main/library/query/parseQuery.ts';
import { fileInfoRows } from '../../../renderer/state/photo/fileInfo.ts';
import { texts } from '../../../resources/messages/texts.ts';
import { type FileInfo, noFileInfo } from '../../../schemas/fileInfo.ts';
import { WatchedLibrary } from '../../library/watch/watchedLibrary.ts';
import { plainDetails } from '../../support/photoDetails.ts';

const from = { property: 'XMP-x:Some', sidecar: null };
const nowhere = { sublocation: null, state: null, country: null, countryCode: null };
const info: FileInfo = {
  ...noFileInfo,
  texts: [
    { kind: 'title', text: 'The "old" harbour: none', ...from },
    { kind: 'caption', text: 'Two boats', ...from },
    { kind: 'label', text: 'Zu bearbeiten', ...from },
  ],
  keywords: [
    { path: 'places/New York', ...from },
    { path: 'none', ...from },
    { path: 'a*b (c)', ...from },
  ],
  people: ['Ann "A." O’Neil', 'any'].map((name) => ({ name, region: null, ...from })),
  places: [{ ...nowhere, kind: 'gps', city: 'Lisbon', country: 'Portugal', countryCode: 'PT', ...from }],
};

it('names that a file says are links to a search that finds the photo and no other', async () => {
  await using library = await WatchedLibrary.with('a.jpg', 'b.jpg');
  const [said = 0, other = 0] = ['a.jpg', 'b.jpg'].map((name) => library.at(name)?.id);
  const read = { sidecars: [], sidecarProblems: [] };
  library.photos.setDetails(said, 1, plainDetails, { info, ...read });
  const others = { ...noFileInfo, people: [{ name: 'Anybody', region: null, ...from }] };
  library.photos.setDetails(other, 1, plainDetails, { info: others, ...read });
  expect(new FileInfoStore(library.connection).of(other).people).toHaveLength(1);

  const values = fileInfoRows(info, texts.en.photo).flatMap(({ key, values: shown }) =>
    shown.map((value) => ({ key, ...value })),
  );
  expect(values.filter(({ query }) => query === null).map(({ key }) => key)).toEqual(['caption']);
  const links = values.flatMap(({ query }) => query ?? []);
  expect(links).toHaveLength(8);
  for (const query of links) {
    expect([...searchIds(library.connection, { query: parseQuery(query), nowMs: 0 })], query).toEqual([said]);
  }
});

it('a place by GPS is told from one that the file names', () => {
  const placesOf = (kind: 'gps' | 'located') => {
    const place = { ...nowhere, kind, city: 'Lisbon', country: 'Portugal', countryCode: 'PT', ...from };
    return fileInfoRows({ ...noFileInfo, places: [place] }, texts.en.photo).map(({ values, sources }) => [
      ...values.map(({ text }) => text),
      ...sources,
    ]);
  };
  expect(placesOf('located')).toEqual([['Lisbon, Portugal', 'XMP-x:Some']]);
  expect(placesOf('gps')).toEqual([
    ['near Lisbon, Portugal (from GPS)', 'the town nearest to the GPS position; no place is named in the file'],
  ]);
});
