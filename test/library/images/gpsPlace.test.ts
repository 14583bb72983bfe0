/** @file Names of places by GPS positions: real positions, and those that have no town or are none. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { FileInfoStore } from '../../../main/library/catalog/photos/fileInfo.ts';
import { searchIds } from '../../../main/library/catalog/search/searchPhotos.ts';
import { placeNear } from '../../../main/library/images/fileInfo/gpsPlace.ts';
import { namePlaces } from '../../../main/library/images/namePlaces.ts';
import { parseQuery } from '../../../main/library/query/parseQuery.ts';
import { type FilePlace, noFileInfo } from '../../../schemas/fileInfo.ts';
import { plainDetails } from '../../support/photoDetails.ts';
import { WatchedLibrary } from '../watch/watchedLibrary.ts';
import { openImageTools } from './imageTools.ts';
import { cornersPicture } from './pictures.ts';

const nearIn = async (latitude: number, longitude: number) => {
  const place = await placeNear({ latitude, longitude });
  return place === null ? null : `${place.city}, ${place.country}, ${place.countryCode}`;
};

describe('the town at a position', () => {
  const towns: readonly (readonly [what: string, latitude: number, longitude: number, town: string])[] = [
    ['in the middle of a city', 38.7139, -9.1394, 'Lisbon, Portugal, PT'],
    ['in a city, nearer to the middle of a suburb', 48.8584, 2.2945, 'Paris, France, FR'],
    ['in a city, nearer to the middle of a borough', 51.539, -0.1426, 'London, United Kingdom, GB'],
    ['in a city of its own beside a larger one', 29.9792, 31.1342, 'Giza, Egypt, EG'],
    ['in the south', -33.8568, 151.2153, 'Sydney, Australia, AU'],
    ['in the west', 40.758, -73.9855, 'New York City, United States, US'],
    ['on a mountain', 45.9765, 7.6586, 'Zermatt, Switzerland, CH'],
  ];
  it.for(towns)('is found %s', async ([, latitude, longitude, town]) => {
    expect(await nearIn(latitude, longitude)).toBe(town);
  });

  it.for([
    ['at sea', 56, 3],
    ['in a desert', 23.4, 12],
    ['at a pole', 90, 0],
    ['at the other pole', -90, 180],
    ['at 0, 0, which receivers write without a fix', 0, 0],
    ['at a latitude that there is not', 91, 10],
    ['at a longitude that there is not', 48.8, 182.3],
    ['where the numbers are none', Number.NaN, Number.NaN],
    ['at infinity', Number.POSITIVE_INFINITY, 2],
  ] as const)('is none %s', async ([, latitude, longitude]) => {
    expect(await nearIn(latitude, longitude)).toBeNull();
  });
});

const named = (kind: FilePlace['kind'], city: string): FilePlace => {
  const source = { property: kind === 'gps' ? 'Composite:GPSPosition' : 'XMP-photoshop:City', sidecar: null };
  return { kind, sublocation: null, city, state: null, country: null, countryCode: null, ...source };
};

it('a file with a position is read with the town there, unless the file or its sidecar names a place', async () => {
  await using tools = await openImageTools();
  const file = path.join(tools.folder, 'lisbon.jpg');
  await writeFile(file, await cornersPicture(60, 40).jpeg().toBuffer());
  const position = ['-GPSLatitude=38.7139', '-GPSLatitudeRef=N', '-GPSLongitude=9.1394', '-GPSLongitudeRef=W'];
  const exifTool = await tools.exifTool.get();
  await exifTool.write(file, {}, { writeArgs: [...position, '-overwrite_original'] });
  const placesOf = async (...sidecars: string[]) => {
    const read = await tools.pictures.read(
      file,
      sidecars.map((sidecar) => ({ file: sidecar, own: null })),
    );
    return read.info.places.map(({ kind, city, property }) => [kind, city, property]);
  };
  expect(await placesOf()).toEqual([['gps', 'Lisbon', 'Composite:GPSPosition']]);

  const sidecar = `${file}.xmp`;
  await writeFile(
    sidecar,
    `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
      <rdf:Description rdf:about="" xmlns:p="http://ns.adobe.com/photoshop/1.0/" p:City="Belém"/></rdf:RDF></x:xmpmeta>`,
  );
  expect(await placesOf(sidecar)).toEqual([['located', 'Belém', 'XMP-photoshop:City']]);
});

it('photos that were read before get the town at their position once, and keep a place that their file names', async () => {
  await using library = await WatchedLibrary.with('lisbon.jpg', 'named.jpg', 'sea.jpg', 'nowhere.jpg');
  await using tools = await openImageTools();
  const fileInfo = new FileInfoStore(library.connection);
  const idOf = (name: string) => library.at(name)?.id ?? 0;
  const read = (
    name: string,
    position: { latitude: number; longitude: number } | undefined,
    ...places: FilePlace[]
  ) => {
    const info = { ...noFileInfo, places };
    library.photos.setDetails(
      idOf(name),
      1,
      { ...plainDetails, ...position },
      { info, sidecars: [], sidecarProblems: [] },
    );
  };
  read('lisbon.jpg', { latitude: 38.7139, longitude: -9.1394 });
  read('named.jpg', { latitude: 38.7139, longitude: -9.1394 }, named('located', 'Belém'));
  read('sea.jpg', { latitude: 56, longitude: 3 });
  read('nowhere.jpg', undefined);

  await namePlaces({ fileInfo, pictures: tools.pictures });
  const cities = () =>
    ['lisbon.jpg', 'named.jpg', 'sea.jpg', 'nowhere.jpg'].map((name) => fileInfo.of(idOf(name)).places[0]?.city);
  expect(cities()).toEqual(['Lisbon', 'Belém', undefined, undefined]);
  const found = (query: string) => [...searchIds(library.connection, { query: parseQuery(query), nowMs: 0 })];
  expect(found('place:portugal')).toEqual([idOf('lisbon.jpg')]);
  expect(found('lisbon -name:lisbon')).toEqual([]);
  expect(found('portugal')).toEqual([idOf('lisbon.jpg')]);

  // Once: what is read from now on is looked up with the rest of it.
  read('lisbon.jpg', { latitude: 48.8584, longitude: 2.2945 });
  await namePlaces({ fileInfo, pictures: tools.pictures });
  expect(cities()[0]).toBeUndefined();
});
