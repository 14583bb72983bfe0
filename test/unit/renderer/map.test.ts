/** @file The map's projection and the query of an area. */
import { describe, expect, it } from 'vitest';
import { areaBetween, fitted, project } from '../../../renderer/components/map/mapWindow.ts';
import { areaQuery } from '../../../renderer/state/areaQuery.ts';
import { worldSize } from '../../../schemas/mercator.ts';

const windowSize = { width: 800, height: 600 };
const nice = { south: 43.6, west: 7.1, north: 43.8, east: 7.4 };

describe('the projection', () => {
  it('makes a square of the world, north at the top', () => {
    expect(project(0, 0)).toEqual({ x: worldSize / 2, y: worldSize / 2 });
    expect(project(90, -180).x).toBe(0);
    expect(project(90, -180).y).toBeCloseTo(0, 3);
    expect(project(-90, 180).y).toBeCloseTo(worldSize, 3);
    // As web maps number their tiles: Paris lies in 16/33195/22545.
    const paris = project(48.8583, 2.3508);
    expect(Math.floor((paris.x / worldSize) * 2 ** 16)).toBe(33195);
    expect(Math.floor((paris.y / worldSize) * 2 ** 16)).toBe(22545);
  });

  it('shows an area in the middle of the window, all of it, no larger than it may', () => {
    const shown = fitted(nice, windowSize, { maxK: 2 ** 18, paddingPx: 0 });
    const whole = areaBetween(shown, { x: 0, y: 0 }, { x: 800, y: 600 });
    expect(whole.south).toBeLessThanOrEqual(nice.south + 1e-9);
    expect(whole.north).toBeGreaterThanOrEqual(nice.north - 1e-9);
    expect(whole.west).toBeLessThanOrEqual(nice.west + 1e-9);
    expect(whole.east).toBeGreaterThanOrEqual(nice.east - 1e-9);
    const one = { south: 10, west: 20, north: 10, east: 20 };
    const near = fitted(one, windowSize, { maxK: 1024, paddingPx: 20 });
    expect(near.k).toBe(1024);
    const center = areaBetween(near, { x: 400, y: 300 }, { x: 400, y: 300 });
    expect(center.south).toBeCloseTo(10);
    expect(center.west).toBeCloseTo(20);
  });

  it('says of a rectangle which area it is, whichever corner it began at, and of what is beyond the world its edge', () => {
    const shown = fitted(nice, windowSize, { maxK: 2 ** 18, paddingPx: 0 });
    const [from, to] = [
      { x: 10, y: 20 },
      { x: 300, y: 200 },
    ];
    expect(areaBetween(shown, to, from)).toEqual(areaBetween(shown, from, to));
    const all = areaBetween({ k: 0.5, x: 0, y: 0 }, { x: -50, y: -50 }, { x: 500, y: 500 });
    expect(all).toMatchObject({ west: -180, east: 180 });
    expect(all.north).toBeCloseTo(85.0511, 3);
  });
});

describe('the query of an area', () => {
  it('keeps what was searched for, and whatever lies on the edge', () => {
    expect(areaQuery('', nice)).toBe('within:43.6,7.1,43.8,7.4');
    expect(areaQuery('boat OR sea', { south: -1.0000001, west: 0.0000001, north: 1e-7, east: 2 })).toBe(
      '(boat OR sea) within:-1.00001,0,0.00001,2',
    );
  });
});
