/** @file The Mercator projection of web maps: the world as a square of 256 units, north at the top. Any process; pure. */

export const worldSize = 256;
/** Where the square ends, in degrees. */
const maxLatitude = 85.0511;

/** @param longitude in degrees @returns units of the world */
export function mercatorX(longitude: number): number {
  return ((longitude + 180) / 360) * worldSize;
}

/** @param latitude in degrees @returns units of the world; what lies beyond the square lies at its edge */
export function mercatorY(latitude: number): number {
  const radians = (Math.min(maxLatitude, Math.max(-maxLatitude, latitude)) * Math.PI) / 180;
  return (0.5 - Math.asinh(Math.tan(radians)) / (2 * Math.PI)) * worldSize;
}

/** @param y in units of the world @returns degrees */
export function latitudeAt(y: number): number {
  return (Math.atan(Math.sinh((0.5 - y / worldSize) * 2 * Math.PI)) * 180) / Math.PI;
}

/** @param x in units of the world @returns degrees */
export function longitudeAt(x: number): number {
  return (x / worldSize) * 360 - 180;
}
