/** @file A window onto the world of the Mercator projection. Pure; renderer only. */
import type { GeoArea } from '../../../schemas/geoArea.ts';
import { latitudeAt, longitudeAt, mercatorX, mercatorY, worldSize } from '../../../schemas/mercator.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Pixels of the window are units of the world, times `k`, plus `x` and `y`. */
export interface MapTransform extends Point {
  readonly k: number;
}

export interface WindowSize {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
}

/** In units of the world. */
export function project(latitude: number, longitude: number): Point {
  return { x: mercatorX(longitude), y: mercatorY(latitude) };
}

/** What lies in a rectangle of the window, as far as there is a world. */
export function areaBetween({ k, x, y }: MapTransform, from: Point, to: Point): GeoArea {
  const inWorld = (value: number) => Math.min(worldSize, Math.max(0, value));
  const longitude = (pixels: number) => longitudeAt(inWorld((pixels - x) / k));
  const latitude = (pixels: number) => latitudeAt(inWorld((pixels - y) / k));
  return {
    south: latitude(Math.max(from.y, to.y)),
    west: longitude(Math.min(from.x, to.x)),
    north: latitude(Math.min(from.y, to.y)),
    east: longitude(Math.max(from.x, to.x)),
  };
}

/** Shows all of the area in the middle of the window, no larger than `maxK`. */
export function fitted(
  { south, west, north, east }: GeoArea,
  { width, height }: WindowSize,
  { maxK, paddingPx }: { readonly maxK: number; readonly paddingPx: number },
): MapTransform {
  const topLeft = project(north, west);
  const bottomRight = project(south, east);
  const room = (size: number) => Math.max(1, size - 2 * paddingPx);
  const k = Math.min(
    maxK,
    room(width) / Math.max(1e-9, bottomRight.x - topLeft.x),
    room(height) / Math.max(1e-9, bottomRight.y - topLeft.y),
  );
  return {
    k,
    x: width / 2 - (k * (topLeft.x + bottomRight.x)) / 2,
    y: height / 2 - (k * (topLeft.y + bottomRight.y)) / 2,
  };
}
