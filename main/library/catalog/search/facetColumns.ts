/**
 * @file Which photos have which value of each facet, under the names that people see. Kept until something is written, so
 * that one query after the other only counts; then brought up to date photo by photo, where it is known which ones were
 * written. Reader threads.
 */
import { type Facet, type FacetName, fieldFacet } from '../../../../schemas/facet.ts';
import { facetStates } from '../../query/facetQuery.ts';
import { foldText } from '../../text/searchableText.ts';
import type { CatalogConnection } from '../connection.ts';
import type { PhotosWritten } from '../photosWritten.ts';
import type { AnswerField } from '../texts/answerFields.ts';
import { countedFields, fieldRows, fieldValuesOf } from './facetFields.ts';
import {
  type FacetRows,
  facetRows,
  facetRowsOf,
  numbers,
  type PhotosByValue,
  sourceNames,
  withRowsOf,
} from './facetRows.ts';
import { shownNames } from './fileLabels.ts';
import { allFolders, cameraNames, modelNames } from './labels.ts';

/** The photos of a value, each once; those that are not shown among them. */
export interface PhotosOfValue {
  readonly value: string;
  readonly photoIds: Uint32Array;
}

export interface FacetColumn {
  readonly facet: FacetName;
  /** Of a field. */
  readonly field?: Facet['field'];
  readonly values: readonly PhotosOfValue[];
  /** Photos that are in none of these can be asked for. */
  readonly optional: boolean;
}

export interface FacetColumns {
  /** Every photo's id is below it. */
  readonly endId: number;
  readonly facets: readonly FacetColumn[];
}

interface Kept {
  /** Of the catalog. */
  readonly version: string;
  /** Of what was told of photos that were written; undefined where nothing is. */
  readonly end: number | undefined;
  readonly rows: FacetRows;
  /** How fields were defined. */
  readonly definitions: string;
  readonly columns: FacetColumns;
}

const kept = new WeakMap<CatalogConnection, Kept>();

/** @param written undefined: which photos were written is not known, and after a change all are read anew */
export function facetColumns(connection: CatalogConnection, written?: PhotosWritten): FacetColumns {
  const version = connection.version();
  const before = kept.get(connection);
  if (before?.version === version && before.end === written?.end) return before.columns;
  const fields = countedFields(connection);
  const definitions = JSON.stringify(fields);
  const current = currentRows(connection, before, written);
  const isSame = before === undefined || before.definitions === definitions;
  const rows = isSame ? current : { ...current, fields: fieldRows(connection) };
  const columns = columnsOf(connection, rows, fields);
  kept.set(connection, { version, end: written?.end, rows, definitions, columns });
  return columns;
}

function currentRows(
  connection: CatalogConnection,
  before: Kept | undefined,
  written: PhotosWritten | undefined,
): FacetRows {
  if (before?.end === undefined || written === undefined) return facetRows(connection);
  const more = written.end - before.end;
  if (more > written.photoIds.length) return facetRows(connection);
  const ids = [...new Set(more === 0 ? [] : written.photoIds.slice(-more))];
  return ids.length === 0 ? before.rows : withRowsOf(before.rows, ids, facetRowsOf(connection, ids));
}

function columnsOf(connection: CatalogConnection, rows: FacetRows, fields: readonly AnswerField[]): FacetColumns {
  const endId = (connection.value<number | null>('SELECT max(id) FROM photo') ?? 0) + 1;
  const column = (facet: FacetName, values: readonly PhotosOfValue[], optional = true) => ({ facet, values, optional });
  const named = (names: Iterable<readonly [name: string, photoIds: Uint32Array | undefined]>) => {
    const all = new Named(endId);
    for (const [name, photoIds] of names) if (photoIds !== undefined) all.add(name, photoIds);
    return all.values();
  };
  const rowsOf = (sql: string) => connection.prepare<[], { id: number; name: string }>(sql).all();
  const byRow = (sql: string, photos: PhotosByValue<number>) =>
    named(rowsOf(sql).map(({ id, name }) => [name, photos.get(id)] as const));
  return {
    endId,
    facets: [
      column('taken', taken(rows.months)),
      column('folder', byRow(allFolders, rows.folders), false),
      column('camera', named(cameras(rows.cameras))),
      column('lens', named(inOrder(rows.lenses))),
      column('rating', asTheyAre(rows.ratings)),
      column('flag', asTheyAre(rows.flags)),
      column('label', named(inOrder(rows.labels))),
      column('tag', byRow('SELECT id, path AS name FROM tag', rows.tags)),
      column('person', named(inOrder(rows.people))),
      column('place', named(places(rows.places))),
      column('source', sources(rows.sources), false),
      column('model', named(modelNames(connection).map(({ id, name }) => [name, rows.runs.get(id)])), false),
      column('state', states(connection, rows.states), false),
      ...fields.map((field) => ({
        ...column(fieldFacet(field.name), fieldValuesOf(field, rows.fields), false),
        field: { name: field.name, type: field.type },
      })),
    ],
  };
}

/** Photos by names that are the same whatever their case and accents: a photo may come under one twice. */
class Named {
  readonly #endId: number;
  readonly #names = new Map<string, { readonly value: string; readonly lists: Uint32Array[] }>();

  constructor(endId: number) {
    this.#endId = endId;
  }

  add(name: string, photoIds: Uint32Array): void {
    const key = foldText(name);
    const known = this.#names.get(key);
    if (known === undefined) this.#names.set(key, { value: name, lists: [photoIds] });
    else known.lists.push(photoIds);
  }

  values(): PhotosOfValue[] {
    return [...this.#names.values()].map(({ value, lists }) => ({ value, photoIds: eachOnce(lists, this.#endId) }));
  }
}

function eachOnce(lists: readonly Uint32Array[], endId: number): Uint32Array {
  const [only, ...others] = lists;
  if (only !== undefined && others.length === 0) return only;
  const seen = new Uint8Array(endId);
  const all = new Uint32Array(lists.reduce((length, list) => length + list.length, 0));
  let length = 0;
  for (const list of lists) {
    for (const id of list) {
      if (seen[id] === 1) continue;
      seen[id] = 1;
      all[length] = id;
      length += 1;
    }
  }
  return all.subarray(0, length);
}

/** The same name first, whichever photos were written since: it is the one that is shown. */
function inOrder(photos: PhotosByValue<string>): [string, Uint32Array][] {
  return [...photos].sort(([one], [other]) => (one < other ? -1 : 1));
}

function asTheyAre(photos: PhotosByValue<string | number>): PhotosOfValue[] {
  return [...photos].map(([value, photoIds]) => ({ value: String(value), photoIds }));
}

/** Years and months. A photo of which no more is known than the year is in no month. */
function taken(photos: PhotosByValue<number>): PhotosOfValue[] {
  const years = Map.groupBy(photos, ([month]) => Math.floor(month / 13));
  const nameOf = (year: number) => String(year).padStart(4, '0');
  return [
    // Each photo is in one month at most.
    ...[...years].map(([year, months]) => ({
      value: nameOf(year),
      photoIds: new Uint32Array(months.flatMap(([, photoIds]) => [...photoIds])),
    })),
    ...[...photos]
      .filter(([month]) => month % 13 > 0)
      .map(([month, photoIds]) => ({
        value: `${nameOf(Math.floor(month / 13))}-${String(month % 13).padStart(2, '0')}`,
        photoIds,
      })),
  ];
}

/** A camera may be written in several ways, and one may be called as another one is: all that are found by a name are under it. */
function cameras(photos: PhotosByValue<string>): [string, Uint32Array][] {
  const all = inOrder(photos).map(([camera, photoIds]) => ({ photoIds, names: cameraNames(camera) }));
  const shown = new Set(all.flatMap(({ names }) => names.slice(0, 1).map(foldText)));
  return all.flatMap(({ photoIds, names }) =>
    names.filter((name) => shown.has(foldText(name))).map((name): [string, Uint32Array] => [name, photoIds]),
  );
}

/** Of a place each of its parts: a town is in its country, too. */
function places(photos: PhotosByValue<string>): [string, Uint32Array][] {
  return inOrder(photos).flatMap(([place, photoIds]) =>
    shownNames('place', place).map((name): [string, Uint32Array] => [name, photoIds]),
  );
}

function sources(photos: PhotosByValue<number>): PhotosOfValue[] {
  return [...photos].map(([source, photoIds]) => ({ value: sourceNames[source - 1] ?? '', photoIds }));
}

function states(connection: CatalogConnection, photos: PhotosByValue<number>): PhotosOfValue[] {
  const jobs = numbers(connection, `SELECT DISTINCT photo_id FROM job WHERE state <> 'waiting'`);
  return [...facetStates.keys()].map((value, state) => {
    const photoIds = photos.get(state) ?? new Uint32Array();
    return { value, photoIds: value === 'failed' ? new Uint32Array(new Set([...photoIds, ...jobs])) : photoIds };
  });
}
