/** @file How a photo lies in its frame while it is zoomed and moved. */
import { describe, expect, it } from 'vitest';
import { thirdsOf } from '../../../renderer/state/photo/seenPlace.ts';
import {
  bounded,
  fitted,
  isCoarse,
  movedBy,
  placedAs,
  seenPart,
  stepZoom,
  turned,
  turnedBy,
  turnedPoint,
  wheelFactor,
  zoomedAt,
} from '../../../renderer/state/photo/zoom.ts';

const photo = { width: 4000, height: 3000 };
/** With 12 pixels on each side that a fitted photo leaves free. */
const frame = { width: 1024, height: 624 };

it('a picture is coarse where the screen shows clearly more pixels than it has and the photo has more', () => {
  expect(isCoarse(photo, 1600, 1)).toBe(true);
  expect(isCoarse(photo, 1600, 0.4)).toBe(false);
  expect(isCoarse(photo, 8192, 8)).toBe(false);
  expect(isCoarse({ width: 800, height: 1200 }, 1600, 8)).toBe(false);
  // The long side decides, whichever it is.
  expect(isCoarse({ width: 4000, height: 900 }, 1600, 1)).toBe(true);
  expect(isCoarse({ width: 900, height: 4000 }, 1600, 1)).toBe(true);
});

describe('a turned view', () => {
  it('comes back after four quarters, either way', () => {
    expect([1, 2, 3, 4].map((quarters) => turnedBy(0, quarters))).toEqual([90, 180, 270, 0]);
    expect(turnedBy(0, -1)).toBe(270);
    expect(turnedBy(270, 1)).toBe(0);
  });

  it('swaps the sides of the photo at each quarter', () => {
    expect(turned({ width: 3, height: 2 }, 90)).toEqual({ width: 2, height: 3 });
    expect(turned({ width: 3, height: 2 }, 180)).toEqual({ width: 3, height: 2 });
  });

  it('shows the upper left corner where it comes to lie', () => {
    const corner = { x: 0, y: 0 };
    expect(turnedPoint(corner, 90)).toEqual({ x: 1, y: 0 });
    expect(turnedPoint(corner, 180)).toEqual({ x: 1, y: 1 });
    expect(turnedPoint(corner, 270)).toEqual({ x: 0, y: 1 });
    const region = { left: 0, top: 0, width: 0.3, height: 0.3 };
    expect(([0, 90, 180, 270] as const).map((turn) => thirdsOf(region, turn))).toEqual([
      [0, 0],
      [0, 2],
      [2, 2],
      [2, 0],
    ]);
  });
});

describe('a photo in its frame', () => {
  it('is fitted by its tighter side, in the middle', () => {
    expect(fitted(photo, frame)).toEqual({ scale: 0.2, x: 0, y: 0 });
    expect(fitted({ width: 100, height: 100 }, frame).scale).toBe(4);
  });

  it('keeps the point under the pointer where it is while it grows', () => {
    const before = fitted(photo, frame);
    const at = { x: 100, y: 50 };
    const after = zoomedAt(before, 4, at, photo, frame);
    const under = (placement: typeof before) => ({
      x: (at.x - placement.x) / placement.scale,
      y: (at.y - placement.y) / placement.scale,
    });
    expect(after.scale).toBeCloseTo(0.8);
    expect(under(after).x).toBeCloseTo(under(before).x);
    expect(under(after).y).toBeCloseTo(under(before).y);
  });

  it('cannot be made smaller than the frame, nor larger than blocks of pixels', () => {
    expect(zoomedAt(fitted(photo, frame), 0.1, { x: 0, y: 0 }, photo, frame)).toEqual(fitted(photo, frame));
    expect(zoomedAt(fitted(photo, frame), 1e6, { x: 0, y: 0 }, photo, frame).scale).toBe(8);
  });

  it('shows a small photo at its own size as the smallest', () => {
    const small = { width: 100, height: 100 };
    expect(zoomedAt(fitted(small, frame), 0.01, { x: 0, y: 0 }, small, frame).scale).toBe(1);
  });

  it('cannot be pulled out of the frame', () => {
    const placement = { scale: 0.5, x: 0, y: 0 };
    expect(movedBy(placement, { x: 9999, y: -9999 }, photo, frame)).toEqual({ scale: 0.5, x: 488, y: -438 });
    expect(movedBy(fitted(photo, frame), { x: 50, y: 50 }, photo, frame)).toEqual(fitted(photo, frame));
  });

  it('stays within its bounds when the frame shrinks', () => {
    expect(bounded({ scale: 0.5, x: 500, y: 0 }, photo, { width: 1900, height: 624 }).x).toBe(50);
  });

  it('comes back to the same size after a step in and a step out', () => {
    const start = { scale: 0.5, x: 0, y: 0 };
    expect(stepZoom(stepZoom(start, 1, photo, frame), -1, photo, frame).scale).toBeCloseTo(0.5);
  });

  it('grows when the wheel goes up, by lines and pages as by pixels, and faster by a pinch', () => {
    expect(wheelFactor(-100, 0, false)).toBeGreaterThan(1);
    expect(wheelFactor(100, 0, false)).toBeLessThan(1);
    expect(wheelFactor(-3, 1, false)).toBeCloseTo(wheelFactor(-48, 0, false));
    expect(wheelFactor(-1, 2, false)).toBeGreaterThan(wheelFactor(-1, 1, false));
    expect(wheelFactor(-5, 0, true)).toBeGreaterThan(wheelFactor(-5, 0, false));
  });
});

it('the same part of a photo of another size is seen in another frame, as far as its size lets it', () => {
  const placement = zoomedAt(fitted(photo, frame), 4, { x: 200, y: -100 }, photo, frame);
  const seen = seenPart(placement, photo, frame);
  expect(seen.times).toBeCloseTo(4);
  expect(placedAs(seen, photo, frame)).toEqual({
    scale: expect.closeTo(placement.scale),
    x: expect.closeTo(placement.x),
    y: expect.closeTo(placement.y),
  });
  const half = { width: photo.width / 2, height: photo.height / 2 };
  const other = placedAs(seen, half, frame);
  expect(other.scale).toBeCloseTo(placement.scale * 2);
  expect(other.x).toBeCloseTo(placement.x);
  // past its pixels a small one is not enlarged
  expect(placedAs({ ...seen, times: 1000 }, half, frame).scale).toBe(8);
  expect(placedAs({ times: 1, x: 3, y: 3 }, photo, frame)).toEqual(fitted(photo, frame));
});
