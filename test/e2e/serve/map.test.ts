/** @file The map in a browser: where photos were taken, and the way from there to them. */
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityProblems, openPage, type ServedLibrary, serveLibrary } from './servedLibrary.ts';
import type { OpenedPage } from './serving.ts';

let library: ServedLibrary;
let opened: OpenedPage;
let page: Page;

/** In degrees. */
const places: Readonly<Record<string, readonly [latitude: number | null, longitude: number | null]>> = {
  'IMG_1000.jpg': [43.7, 7.26],
  'IMG_1005.jpg': [43.71, 7.27],
  'IMG_1010.jpg': [43.71, 7.27],
  'IMG_1015.jpg': [38.7, -9.14],
  'IMG_1020.jpg': [-33.87, 151.2],
  'IMG_1025.jpg': [null, null],
};

beforeAll(async () => {
  library = await serveLibrary(['Coast']);
  const place = library.app.catalog.connection.prepare<[number | null, number | null, number]>(
    'UPDATE photo SET latitude = ?, longitude = ? WHERE id = ?',
  );
  for (const [name, [latitude, longitude]] of Object.entries(places)) {
    place.run(latitude, longitude, library.photoId(name));
  }
});
afterAll(() => library[Symbol.asyncDispose]());
afterEach(() => opened[Symbol.asyncDispose]());

async function open(hash: string): Promise<void> {
  opened = await openPage(library, hash);
  page = opened.page;
}

const map = () => page.getByRole('group', { name: /^Map\./ });
const cluster = (name: string) => map().getByRole('button', { name, exact: true });
const clusters = () =>
  map()
    .getByRole('button')
    .evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')).toSorted());
const filter = () => page.getByRole('combobox', { name: 'Filter' });
const shown = () => page.getByRole('listbox', { name: 'Photos' }).getByRole('option');

describe('the map', () => {
  it('shows near photos as one, goes nearer by key, and leads to those that lie in one place', async () => {
    await open('#/map');
    await page.getByText('5 photos with a position').waitFor();
    await expect.poll(clusters).toEqual(['1 photo', '1 photo', '3 photos']);
    await cluster('3 photos').press('Enter');
    await expect.poll(clusters).toEqual(['1 photo', '2 photos']);
    await expect.poll(() => map().evaluate((element) => element === document.activeElement)).toBe(true);
    await page.getByRole('button', { name: 'Show 3 photos in Library' }).waitFor();
    await cluster('2 photos').click();
    await expect.poll(() => shown().count()).toBe(2);
    await page.goBack();
    await expect.poll(clusters).toEqual(['1 photo', '1 photo', '3 photos']);
    expect(opened.complaints).toEqual([]);
  });

  it('leads to a photo that lies alone, and is moved and zoomed by keys and buttons', async () => {
    await open('#/map?q=name%3AIMG_1015.jpg');
    await page.getByText('1 photo with a position, matching name:IMG_1015.jpg').waitFor();
    await cluster('1 photo').waitFor();
    const left = () => cluster('1 photo').evaluate((one) => one.getBoundingClientRect().left);
    const before = await left();
    await map().press('ArrowRight');
    await expect.poll(left).toBeLessThan(before);
    await map().press('ArrowLeft');
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await map().press('-');
    await map().press('+');
    await cluster('1 photo').click();
    await expect.poll(() => page.url()).toContain(`#/photo/${library.photoId('IMG_1015.jpg')}`);
    expect(opened.complaints).toEqual([]);
  });

  it('shows the photos of an area drawn with Shift, among those that the filter finds', async () => {
    await open('#/map?q=name%3AIMG_*');
    await cluster('3 photos').waitFor();
    const box = await cluster('3 photos').boundingBox();
    const [x, y] = [box?.x ?? 0, box?.y ?? 0];
    await page.keyboard.down('Shift');
    await page.mouse.move(x - 5, y - 5);
    await page.mouse.down();
    await page.mouse.move(x + 30, y + 30);
    await page.mouse.move(x + 62, y + 62);
    await page.mouse.up();
    await page.keyboard.up('Shift');
    await expect.poll(() => shown().count()).toBe(3);
    await expect.poll(() => filter().inputValue()).toMatch(/^\(name:IMG_\*\) within:/);
    expect(opened.complaints).toEqual([]);
  });

  it('says where no photo has a position', async () => {
    await open('#/map?q=name%3AIMG_1025.jpg');
    await page.getByText('None of the matching photos has GPS data.').waitFor();
    expect(opened.complaints).toEqual([]);
  });

  it('has no problem that axe finds', async () => {
    await open('#/map');
    await cluster('3 photos').waitFor();
    expect(await accessibilityProblems(opened)).toEqual([]);
  });
});
