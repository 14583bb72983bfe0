/** @file Photos on the map: how many have a position and where, and which lie near each other at a scale. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { locatedPhotos, type PhotoCluster, photoClusters } from '../../../main/library/catalog/photos/photoMap.ts';
import { parseQuery } from '../../../main/library/query/parseQuery.ts';
import { randomNumbers } from '../../support/randomNumbers.ts';
import { nowMs, type SearchLibrary, searchLibrary } from './searchLibrary.ts';

const world = { south: -90, west: -180, north: 90, east: 180 };
let library: SearchLibrary;

function located(query = '') {
  return locatedPhotos(library.catalog.connection, { query: parseQuery(query), nowMs });
}

function clusters(zoom: number, area = world, query = ''): PhotoCluster[] {
  return photoClusters(library.catalog.connection, { query: parseQuery(query), nowMs, area, zoom });
}

function sum(all: readonly PhotoCluster[]): number {
  return all.reduce((total, { count }) => total + count, 0);
}

beforeAll(async () => {
  library = await searchLibrary();
  const place = (name: string, latitude: number | null, longitude: number | null, caption?: string) =>
    library.add(name, { columns: { latitude, longitude }, ...(caption === undefined ? {} : { caption }) });
  place('nice1.jpg', 43.7, 7.26, 'a boat');
  place('nice2.jpg', 43.71, 7.27);
  place('lisbon.jpg', 38.7, -9.14, 'a boat');
  place('sydney.jpg', -33.87, 151.2);
  place('pole.jpg', -90, 0);
  place('fiji.jpg', -17, 179.9);
  place('half.jpg', 12, null);
  place('nowhere.jpg', null, null, 'a boat');
});
afterAll(() => library[Symbol.asyncDispose]());

describe('photos with a position', () => {
  it('are counted, with the area that holds them', () => {
    expect(located()).toEqual({ count: 6, area: { south: -90, west: -9.14, north: 43.71, east: 179.9 } });
    expect(located('boat')).toEqual({ count: 2, area: { south: 38.7, west: -9.14, north: 43.7, east: 7.26 } });
    expect(located('name:nowhere')).toEqual({ count: 0, area: null });
  });

  it('are one cluster where they are near each other, the largest first, and apart where the map is larger', () => {
    expect(clusters(4).map(({ count }) => count)).toEqual([2, 1, 1, 1, 1]);
    const [nice] = clusters(4);
    expect(nice).toMatchObject({ count: 2, area: { south: 43.7, west: 7.26, north: 43.71, east: 7.27 } });
    expect(nice?.latitude).toBeCloseTo(43.705);
    expect(library.nameOf(nice?.photoId ?? 0)).toBe('nice2.jpg');
    expect(clusters(16).map(({ count }) => count)).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('are those of the query and the area only, also across the 180th meridian', () => {
    expect(sum(clusters(3, world, 'boat'))).toBe(2);
    expect(
      clusters(3, { south: -30, west: 170, north: 0, east: -170 }).map(({ photoId }) => library.nameOf(photoId)),
    ).toEqual(['fiji.jpg']);
  });

  it('are each in one cluster, which is no larger than its cell, at every scale', () => {
    const random = randomNumbers(5);
    for (let index = 0; index < 300; index++) {
      const [latitude, longitude] = [random() * 170 - 85, random() * 360 - 180];
      library.add(`random${index}.jpg`, { columns: { latitude, longitude } });
    }
    for (const zoom of [0, 1, 3, 7, 12, 22]) {
      const all = clusters(zoom);
      expect(sum(all)).toBe(located().count);
      const cellDegrees = (360 * 72) / (256 * 2 ** zoom);
      for (const { area } of all) expect(area.east - area.west).toBeLessThanOrEqual(cellDegrees);
    }
    expect(clusters(0).length).toBeLessThan(40);
  });
});
