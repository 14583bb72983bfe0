/** @file Which part of a photo is fetched with every pixel. */
import { describe, expect, it } from 'vitest';
import { partFor, serves, visiblePart } from '../../../renderer/state/photo/photoPart.ts';

const photo = { width: 20_000, height: 10_000 };
const frame = { width: 1000, height: 500 };
const centre = { left: 9500, top: 4750, width: 1000, height: 500 };

describe('what is seen of a photo', () => {
  it('is all of it while it fits', () => {
    expect(visiblePart({ scale: 0.05, x: 0, y: 0 }, frame, photo, 0)).toEqual({ left: 0, top: 0, ...photo });
    expect(visiblePart({ scale: 0.01, x: 0, y: 0 }, frame, photo, 0)).toEqual({ left: 0, top: 0, ...photo });
  });

  it('is the middle at 100 %, and moves against the photo', () => {
    expect(visiblePart({ scale: 1, x: 0, y: 0 }, frame, photo, 0)).toEqual(centre);
    expect(visiblePart({ scale: 1, x: 300, y: -200 }, frame, photo, 0)).toEqual({ ...centre, left: 9200, top: 4950 });
  });

  it('is told in pixels of the upright photo, however the view is turned', () => {
    // A quarter clockwise, what is seen at the right lies at the top.
    const turned = visiblePart({ scale: 1, x: -4500, y: 0 }, frame, photo, 90);
    expect(turned).toEqual({ left: 9750, top: 0, width: 500, height: 1000 });
    expect(visiblePart({ scale: 1, x: 4500, y: 0 }, frame, photo, 270)).toEqual(turned);
    expect(visiblePart({ scale: 1, x: 9500, y: 0 }, frame, photo, 180)).toEqual({
      ...centre,
      left: 19_000,
    });
  });
});

describe('the part that is fetched', () => {
  it('is the whole photo where a page can hold it', () => {
    const camera = { width: 9504, height: 6336 };
    expect(partFor(centre, camera, 1)).toEqual({ left: 0, top: 0, ...camera, shrink: 1 });
    expect(partFor(centre, { width: 40_000, height: 800 }, 1)).not.toMatchObject({ width: 40_000 });
    expect(partFor(centre, { width: 11_648, height: 8736 }, 1)).not.toMatchObject({ width: 11_648 });
  });

  it('is what is seen and a little more, and lies in the photo', () => {
    const part = partFor(centre, photo, 1);
    expect(part).toEqual({ left: 9216, top: 4096, width: 2048, height: 1536, shrink: 1 });
    const corner = { left: 19_000, top: 9500, width: 1000, height: 500 };
    const last = partFor(corner, photo, 1);
    expect([last.left + last.width, last.top + last.height]).toEqual([photo.width, photo.height]);
    expect(partFor({ ...corner, left: 0, top: 0 }, photo, 1)).toMatchObject({ left: 0, top: 0 });
  });

  it.each([
    [2, 1],
    [1, 1],
    [0.51, 1],
    [0.5, 2],
    [0.3, 2],
    [0.125, 8],
    [0.01, 8],
  ] as const)('has at least the pixels of the screen at %d', (scale, shrink) => {
    expect(partFor(centre, photo, scale).shrink).toBe(shrink);
  });

  it('serves until the view leaves it, or comes closer than its pixels', () => {
    const part = partFor(centre, photo, 0.5);
    expect(serves(part, centre, 0.5)).toBe(true);
    expect(serves(part, { ...centre, left: centre.left - 200 }, 0.5)).toBe(true);
    expect(serves(part, { ...centre, left: 0 }, 0.5)).toBe(false);
    expect(serves(part, centre, 0.6)).toBe(false);
    expect(serves(part, centre, 0.25)).toBe(true);
  });
});
