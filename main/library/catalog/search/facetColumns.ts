/**
 * @file Which photos have which value of each facet. Read from indexes alone and kept until something is written, so that
 * one query after the other only counts. Reader threads.
 */
import { flags, maxStars } from '../../../../schemas/choices.ts';
import type { FacetName } from '../../../../schemas/facet.ts';
import { facetStates } from '../../query/facetQuery.ts';
import { foldText } from '../../text/searchableText.ts';
import type { CatalogConnection } from '../connection.ts';
import { fileLabelPhotos, shownNames } from './fileLabels.ts';
import { allFolders, cameraColumn, cameraNames, distinctTexts, modelNames } from './labels.ts';

/** The photos of a value, each once; those that are not shown among them. */
export interface PhotosOfValue {
  readonly value: string;
  readonly photoIds: Uint32Array;
}

export interface FacetColumn {
  readonly facet: FacetName;
  readonly values: readonly PhotosOfValue[];
  /** Photos that are in none of these can be asked for. */
  readonly optional: boolean;
}

export interface FacetColumns {
  /** Every photo's id is below it. */
  readonly endId: number;
  readonly facets: readonly FacetColumn[];
}

const kept = new WeakMap<CatalogConnection, { version: string; columns: FacetColumns }>();

export function facetColumns(connection: CatalogConnection): FacetColumns {
  const version = connection.version();
  const before = kept.get(connection);
  if (before?.version === version) return before.columns;
  const columns = readColumns(connection);
  kept.set(connection, { version, columns });
  return columns;
}

function readColumns(connection: CatalogConnection): FacetColumns {
  const { months, sources, states } = factsOf(connection);
  const column = (facet: FacetName, values: readonly PhotosOfValue[], optional = true) => ({ facet, values, optional });
  return {
    endId: (connection.value<number | null>('SELECT max(id) FROM photo') ?? 0) + 1,
    facets: [
      column('taken', withYears(months)),
      column('folder', folders(connection), false),
      column('camera', cameras(connection)),
      column('lens', lenses(connection)),
      column('rating', marked(connection, 'shown_rating', ratings)),
      column('flag', marked(connection, 'shown_flag', flags)),
      column('label', fileLabels(connection, 'label')),
      column('tag', tags(connection)),
      column('person', fileLabels(connection, 'person')),
      column('place', fileLabels(connection, 'place')),
      column('source', sources, false),
      column('model', models(connection), false),
      column('state', states, false),
    ],
  };
}

function numbers(connection: CatalogConnection, sql: string, ...parameters: readonly (string | number)[]): number[] {
  return connection
    .prepare<(string | number)[], number>(sql)
    .pluck()
    .all(...parameters);
}

/** Photos by a value that is found one photo after the other. */
class Gathered<Value extends string | number> {
  readonly #ids = new Map<Value, number[]>();

  add(value: Value, id: number): void {
    const ids = this.#ids.get(value);
    if (ids === undefined) this.#ids.set(value, [id]);
    else ids.push(id);
  }

  values(name: (value: Value) => string): PhotosOfValue[] {
    return [...this.#ids].map(([value, ids]) => ({ value: name(value), photoIds: new Uint32Array(ids) }));
  }
}

type Ids = readonly number[] | Uint32Array;

/** Photos by names that are the same whatever their case and accents: a photo may come under one twice. */
class Named {
  readonly #names = new Map<string, { readonly value: string; readonly lists: Ids[] }>();

  add(name: string, ids: Ids): void {
    const key = foldText(name);
    const known = this.#names.get(key);
    if (known === undefined) this.#names.set(key, { value: name, lists: [ids] });
    else known.lists.push(ids);
  }

  values(): PhotosOfValue[] {
    return [...this.#names.values()].map(({ value, lists: [first = [], ...others] }) => ({
      value,
      photoIds: new Uint32Array(others.length === 0 ? first : new Set([first, ...others].flatMap((ids) => [...ids]))),
    }));
  }
}

const sourceNames = ['human', 'model', 'import'] as const;

/**
 * One number a photo, for a row of several values takes far longer: its id, year and month (13 a year; 0: none), source
 * (0: none) and a bit for each of `facetStates`, in their order.
 */
const packedFacts = `
  SELECT (((id * 131072
    + CASE WHEN taken_local IS NULL THEN 0 ELSE CAST(taken_local AS INTEGER) * 13 + substr(taken_local, 6, 2) END) * 4
    + CASE shown_source WHEN 'human' THEN 1 WHEN 'model' THEN 2 WHEN 'import' THEN 3 ELSE 0 END) * 32
    + (shown_doubtful IS 1) + 2 * coalesce(shown_revision < revision, 0) + 4 * (problem_code IS NOT NULL)
    + 8 * (shown_caption_id IS NULL) + 16 * (tag_count = 0))
  FROM photo INDEXED BY photo_facts`;

function factsOf(connection: CatalogConnection) {
  const months = new Gathered<number>();
  const sources = new Gathered<number>();
  const states = Array.from(facetStates, (): number[] => []);
  for (const packed of numbers(connection, packedFacts)) {
    const bits = packed % 32;
    const source = Math.floor(packed / 32) % 4;
    const month = Math.floor(packed / 128) % 131_072;
    const id = Math.floor(packed / 16_777_216);
    if (month > 0) months.add(month, id);
    if (source > 0) sources.add(source, id);
    if (bits > 0) for (const [index, ids] of states.entries()) if ((bits & (1 << index)) !== 0) ids.push(id);
  }
  const jobs = numbers(connection, `SELECT DISTINCT photo_id FROM job WHERE state <> 'waiting'`);
  return {
    months: months.values((month) => monthName(Math.floor(month / 13), month % 13)),
    sources: sources.values((source) => sourceNames[source - 1] ?? ''),
    states: [...facetStates.keys()].map((value, index) => {
      const ids = states[index] ?? [];
      return { value, photoIds: new Uint32Array(value === 'failed' ? new Set([...ids, ...jobs]) : ids) };
    }),
  };
}

function monthName(year: number, month: number): string {
  const written = String(year).padStart(4, '0');
  return month === 0 ? written : `${written}-${String(month).padStart(2, '0')}`;
}

/** A photo of which no more is known than the year is in no month. */
function withYears(months: readonly PhotosOfValue[]): PhotosOfValue[] {
  const years = new Named();
  for (const { value, photoIds } of months) years.add(value.slice(0, 4), photoIds);
  return [...years.values(), ...months.filter(({ value }) => value.length > 4)];
}

/** −1 where a file says no more than that the photo is rejected. */
const ratings = Array.from({ length: maxStars + 2 }, (_, index) => index - 1);

function marked(
  connection: CatalogConnection,
  column: 'shown_rating' | 'shown_flag',
  values: readonly (string | number)[],
): PhotosOfValue[] {
  return values.map((value) => ({
    value: String(value),
    photoIds: new Uint32Array(numbers(connection, `SELECT id FROM photo WHERE ${column} = ?`, value)),
  }));
}

function folders(connection: CatalogConnection): PhotosOfValue[] {
  const folders = connection.prepare<[], { id: number; name: string }>(allFolders).all();
  const named = new Named();
  for (const { id, name } of folders) {
    named.add(name, numbers(connection, 'SELECT id FROM photo WHERE folder_id = ?', id));
  }
  return named.values();
}

/** A camera may be written in several ways, and one may be called as another one is: all that are found by a name are under it. */
function cameras(connection: CatalogConnection): PhotosOfValue[] {
  const cameras = distinctTexts(connection, cameraColumn).map((camera) => ({ camera, names: cameraNames(camera) }));
  const shown = new Set(cameras.flatMap(({ names }) => names.slice(0, 1).map(foldText)));
  const named = new Named();
  for (const { camera, names } of cameras) {
    const ids = numbers(connection, `SELECT id FROM photo WHERE ${cameraColumn} = ?`, camera);
    for (const name of names) if (shown.has(foldText(name))) named.add(name, ids);
  }
  return named.values();
}

function lenses(connection: CatalogConnection): PhotosOfValue[] {
  const named = new Named();
  for (const lens of distinctTexts(connection, 'photo.lens')) {
    named.add(lens, numbers(connection, 'SELECT id FROM photo WHERE lens = ?', lens));
  }
  return named.values();
}

function tags(connection: CatalogConnection): PhotosOfValue[] {
  const named = new Named();
  for (const { id, path } of connection.prepare<[], { id: number; path: string }>('SELECT id, path FROM tag').all()) {
    const ids = `SELECT DISTINCT photo_id FROM photo_tag WHERE tag_id = ? AND removed_run_id IS NULL`;
    named.add(path, numbers(connection, ids, id));
  }
  return named.values();
}

/** Of a place each of its parts: a town is in its country, too. */
function fileLabels(connection: CatalogConnection, field: 'person' | 'place' | 'label'): PhotosOfValue[] {
  const named = new Named();
  for (const { value, photoIds } of fileLabelPhotos(connection, field)) {
    for (const name of shownNames(field, value)) named.add(name, photoIds);
  }
  return named.values();
}

/** Of the captions that are shown. */
function models(connection: CatalogConnection): PhotosOfValue[] {
  const nameOf = new Map(modelNames(connection).map(({ id, name }) => [id, name]));
  const named = new Gathered<string>();
  const runs = numbers(
    connection,
    `SELECT photo.id * 67108864 + coalesce(author_run_id, run_id)
     FROM photo INDEXED BY photo_facts JOIN caption ON caption.id = shown_caption_id WHERE shown_source = 'model'`,
  );
  for (const packed of runs) {
    const name = nameOf.get(packed % 67_108_864);
    if (name !== undefined) named.add(name, Math.floor(packed / 67_108_864));
  }
  return named.values((name) => name);
}
