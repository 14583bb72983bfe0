/** @file The photos of a query in an area of the map, as a query. Pure; renderer only. */
import type { GeoArea } from '../../schemas/geoArea.ts';

/** A metre or so: whoever chose an area by hand did not mean it more exactly. */
const decimals = 5;

/** @param query what the map is of; may be empty */
export function areaQuery(query: string, { south, west, north, east }: GeoArea): string {
  // Outwards, so that a photo at its edge stays in it.
  const down = (degrees: number) => Math.floor(degrees * 10 ** decimals) / 10 ** decimals;
  const up = (degrees: number) => Math.ceil(degrees * 10 ** decimals) / 10 ** decimals;
  const within = `within:${[down(south), down(west), up(north), up(east)].map((degrees) => text(degrees)).join(',')}`;
  return query.trim() === '' ? within : `(${query}) ${within}`;
}

/** Never in powers of ten. */
function text(degrees: number): string {
  return String(Number(degrees.toFixed(decimals)));
}
