/** @file The Mercator projection of web maps: the world as a square of 256 units, north at the top, and a window onto it. Pure; renderer only. */
import type { GeoArea } from '../../../schemas/geoArea.ts';

export const worldSize = 256;
/** Where the square ends, in degrees. */
const maxLatitude = 85.0511;

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
  const radians = (Math.min(maxLatitude, Math.max(-maxLatitude, latitude)) * Math.PI) / 180;
  return {
    x: ((longitude + 180) / 360) * worldSize,
    y: (0.5 - Math.asinh(Math.tan(radians)) / (2 * Math.PI)) * worldSize,
  };
}

function latitudeOf(y: number): number {
  return (Math.atan(Math.sinh((0.5 - y / worldSize) * 2 * Math.PI)) * 180) / Math.PI;
}

/** What lies in a rectangle of the window, as far as there is a world. */
export function areaBetween({ k, x, y }: MapTransform, from: Point, to: Point): GeoArea {
  const inWorld = (value: number) => Math.min(worldSize, Math.max(0, value));
  const longitude = (pixels: number) => (inWorld((pixels - x) / k) / worldSize) * 360 - 180;
  const latitude = (pixels: number) => latitudeOf(inWorld((pixels - y) / k));
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
