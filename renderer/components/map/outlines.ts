/** @file The outlines of land and countries, from Natural Earth's at 1 : 50 million. Renderer only. */
import { geoMercator, geoPath } from 'd3-geo';
import { feature, mesh } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import { worldSize } from '../../../schemas/mercator.ts';

/** In units of the world. */
export interface Outlines {
  readonly land: Path2D;
  readonly borders: Path2D;
}

/** Loads them: no other page needs them. */
export async function loadOutlines(): Promise<Outlines> {
  const { default: json } = await import('world-atlas/countries-50m.json');
  const topology = json as unknown as Topology<{ land: GeometryCollection; countries: GeometryCollection }>;
  const { land, countries } = topology.objects;
  const projection = geoMercator()
    .scale(worldSize / (2 * Math.PI))
    .translate([worldSize / 2, worldSize / 2])
    // Its points lie near enough to each other.
    .precision(0);
  const drawn = (geometry: Parameters<ReturnType<typeof geoPath>>[0]) => {
    const path = new Path2D();
    geoPath(projection, path as unknown as CanvasRenderingContext2D)(geometry);
    return path;
  };
  return {
    land: drawn(feature(topology, land)),
    borders: drawn(mesh(topology, countries, (one, other) => one !== other)),
  };
}
