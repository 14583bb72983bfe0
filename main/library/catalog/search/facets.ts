/** @file Counts, for the photos that a query finds, how many have which value of each facet. Reader threads. */
import type { Facet, FacetName, FacetValue } from '../../../../schemas/facet.ts';
import { type ChosenValues, chosenValues, facetKey, facetStates, isSame } from '../../query/facetQuery.ts';
import type { CatalogConnection } from '../connection.ts';
import type { PhotosWritten } from '../photosWritten.ts';
import { type FacetColumn, facetColumns } from './facetColumns.ts';
import { type SearchArgs, searchIds } from './searchPhotos.ts';

export interface FacetsArgs extends SearchArgs {
  /** Of these photos only. */
  readonly among?: readonly number[] | undefined;
  /** By now, in the catalog's process: what was kept of all photos is brought up to date by these. */
  readonly written?: PhotosWritten | undefined;
}

/** Of a facet, besides those that are chosen. */
const maxValues = 100;

/**
 * What is chosen of a facet narrows down all others, and not itself: its other values are counted, too.
 * @throws QueryError for words that cannot be searched for
 */
export function facets(connection: CatalogConnection, args: FacetsArgs): Facet[] {
  const columns = facetColumns(connection, args.written);
  const among = args.among === undefined ? undefined : new Set(args.among);
  const foundBy = (query: SearchArgs['query']): Uint8Array => {
    const found = new Uint8Array(columns.endId);
    for (const id of searchIds(connection, { ...args, query })) if (among?.has(id) ?? true) found[id] = 1;
    return found;
  };
  const found = foundBy(args.query);
  const chosen = chosenValues(args.query);
  return columns.facets.map((column) => {
    const own = chosen.get(facetKey(column.facet));
    return countedFacet(column, own, own === undefined ? found : foundBy(own.rest));
  });
}

interface Counted {
  readonly value: FacetValue;
  readonly photos: number;
  readonly chosen: boolean;
}

function countedFacet(
  { facet, field, ...column }: FacetColumn,
  asked: ChosenValues | undefined,
  found: Uint8Array,
): Facet {
  const isChosen = (value: FacetValue) => asked?.values.some((one) => isSame(one, value)) ?? false;
  const without = column.optional ? found.slice() : null;
  const known = column.values.map(({ value, photoIds }): Counted => {
    let photos = 0;
    for (const id of photoIds) photos += found[id] ?? 0;
    if (without !== null) for (const id of photoIds) without[id] = 0;
    return { value, photos, chosen: isChosen(value) };
  });
  if (without !== null) {
    let photos = 0;
    for (const isFound of without) photos += isFound;
    known.push({ value: null, photos, chosen: isChosen(null) });
  }
  // One that no photo has can be chosen no longer, but taken away.
  const unknown = (asked?.values ?? []).filter((one) => !known.some(({ value }) => isSame(one, value)));
  const counted = [
    ...known.filter(({ photos, chosen }) => photos > 0 || chosen),
    ...unknown.map((value): Counted => ({ value, photos: 0, chosen: true })),
  ];
  const byPhotos = counted.toSorted((one, other) => other.photos - one.photos);
  const limit = facet === 'taken' ? byPhotos.length : maxValues;
  const shown = [...byPhotos.slice(0, limit), ...byPhotos.slice(limit).filter(({ chosen }) => chosen)];
  return {
    facet,
    ...(field === undefined ? {} : { field }),
    values: shown.sort(orders[facet] ?? byCount),
    more: counted.length - shown.length,
  };
}

type Order = (one: Counted, other: Counted) => number;

const collator = new Intl.Collator('en', { numeric: true });

function byCount(one: Counted, other: Counted): number {
  return noneLast(one, other) || other.photos - one.photos || collator.compare(one.value ?? '', other.value ?? '');
}

/** The latest first, a year before its months. */
function byDate(one: Counted, other: Counted): number {
  const [first, second] = [one.value ?? '', other.value ?? ''];
  const years = second.slice(0, 4).localeCompare(first.slice(0, 4));
  return noneLast(one, other) || years || first.length - second.length || second.localeCompare(first);
}

function byStars(one: Counted, other: Counted): number {
  return noneLast(one, other) || Number(other.value) - Number(one.value);
}

function byState(one: Counted, other: Counted): number {
  const states: readonly FacetValue[] = [...facetStates.keys()];
  return states.indexOf(one.value) - states.indexOf(other.value);
}

function noneLast(one: Counted, other: Counted): number {
  return Number(one.value === null) - Number(other.value === null);
}

const orders: Partial<Record<FacetName, Order>> = { taken: byDate, rating: byStars, state: byState };
