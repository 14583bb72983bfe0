/**
 * @file Which photos have which value of each facet, as the catalog's rows have it: of all photos, read from indexes alone,
 * or of some, which take the place of what was known of them. Reader threads.
 */
import { flags, maxStars } from '../../../../schemas/choices.ts';
import type { CatalogConnection } from '../connection.ts';
import { fieldRows, fieldRowsOf, type PhotosByFieldValue } from './facetFields.ts';
import { fileLabelPhotos, fileLabelsOf } from './fileLabels.ts';
import { allFolders, cameraColumn, distinctTexts } from './labels.ts';

/** Photos by a value or the number of its row, where it has any; those that are not shown among them. Each once with a value. */
export type PhotosByValue<Value extends string | number> = ReadonlyMap<Value, Uint32Array>;

export interface FacetRows {
  /** 13 a year; the year itself where no month is known. */
  readonly months: PhotosByValue<number>;
  /** By the place in `sourceNames`, from one on. */
  readonly sources: PhotosByValue<number>;
  /** By the place among the facet's states. Failed work is none of these. */
  readonly states: PhotosByValue<number>;
  readonly folders: PhotosByValue<number>;
  readonly cameras: PhotosByValue<string>;
  readonly lenses: PhotosByValue<string>;
  readonly ratings: PhotosByValue<number>;
  readonly flags: PhotosByValue<string>;
  readonly labels: PhotosByValue<string>;
  readonly tags: PhotosByValue<number>;
  readonly people: PhotosByValue<string>;
  readonly places: PhotosByValue<string>;
  /** Of the captions that are shown. */
  readonly runs: PhotosByValue<number>;
  readonly fields: PhotosByFieldValue;
}

/** Photos by a value that is found one photo after the other. */
class Gathered<Value extends string | number> {
  readonly #ids = new Map<Value, number[]>();

  add(value: Value | null | undefined, id: number): void {
    if (value === null || value === undefined) return;
    const ids = this.#ids.get(value);
    if (ids === undefined) this.#ids.set(value, [id]);
    else ids.push(id);
  }

  rows(): PhotosByValue<Value> {
    return new Map([...this.#ids].map(([value, ids]) => [value, new Uint32Array(ids)]));
  }
}

export const sourceNames = ['human', 'model', 'import'] as const;

/**
 * One number a photo, for a row of several values takes far longer: its id, year and month (13 a year; 0: none), source
 * (0: none) and a bit for each of `facetStates`, in their order.
 */
const packedFacts = ` (((id * 131072
    + CASE WHEN taken_local IS NULL THEN 0 ELSE CAST(taken_local AS INTEGER) * 13 + substr(taken_local, 6, 2) END) * 4
    + CASE shown_source WHEN 'human' THEN 1 WHEN 'model' THEN 2 WHEN 'import' THEN 3 ELSE 0 END) * 32
    + (shown_doubtful IS 1) + 2 * coalesce(shown_revision < revision, 0) + 4 * (problem_code IS NOT NULL)
    + 8 * (shown_caption_id IS NULL) + 16 * (tag_count = 0))`;

const stateCount = 5;

type Facts = Pick<FacetRows, 'months' | 'sources' | 'states'>;

function factsIn(packed: readonly number[]): Facts {
  const [months, sources, states] = [new Gathered<number>(), new Gathered<number>(), new Gathered<number>()];
  for (const one of packed) {
    const bits = one % 32;
    const source = Math.floor(one / 32) % 4;
    const month = Math.floor(one / 128) % 131_072;
    const id = Math.floor(one / 16_777_216);
    if (month > 0) months.add(month, id);
    if (source > 0) sources.add(source, id);
    if (bits === 0) continue;
    for (let state = 0; state < stateCount; state += 1) if ((bits & (1 << state)) !== 0) states.add(state, id);
  }
  return { months: months.rows(), sources: sources.rows(), states: states.rows() };
}

/** The run that wrote the caption that is shown. */
const runOfCaption = `photo.id * 67108864 + coalesce(author_run_id, run_id)`;

function runsIn(packed: readonly number[]): PhotosByValue<number> {
  const runs = new Gathered<number>();
  for (const one of packed) runs.add(one % 67_108_864, Math.floor(one / 67_108_864));
  return runs.rows();
}

/** −1 where a file says no more than that the photo is rejected. */
const ratings = Array.from({ length: maxStars + 2 }, (_, index) => index - 1);

/** Of all photos. */
export function facetRows(connection: CatalogConnection): FacetRows {
  const of = <Value extends string | number>(values: readonly Value[], sql: string): PhotosByValue<Value> =>
    new Map(
      values
        .map((value) => [value, new Uint32Array(numbers(connection, sql, value))] as const)
        .filter(([, photoIds]) => photoIds.length > 0),
    );
  const idsOf = (table: string) => numbers(connection, `SELECT id FROM (${table})`);
  const named = (field: 'person' | 'place' | 'label'): PhotosByValue<string> =>
    new Map(fileLabelPhotos(connection, field).map(({ value, photoIds }) => [value, new Uint32Array(photoIds)]));
  const runs = `SELECT ${runOfCaption} FROM photo INDEXED BY photo_facts JOIN caption ON caption.id = shown_caption_id
    WHERE shown_source = 'model'`;
  const tagged = 'SELECT DISTINCT photo_id FROM photo_tag WHERE tag_id = ? AND removed_run_id IS NULL';
  return {
    ...factsIn(numbers(connection, `SELECT ${packedFacts} FROM photo INDEXED BY photo_facts`)),
    folders: of(idsOf(allFolders), 'SELECT id FROM photo WHERE folder_id = ?'),
    cameras: of(distinctTexts(connection, cameraColumn), `SELECT id FROM photo WHERE ${cameraColumn} = ?`),
    lenses: of(distinctTexts(connection, 'photo.lens'), 'SELECT id FROM photo WHERE lens = ?'),
    ratings: of(ratings, 'SELECT id FROM photo WHERE shown_rating = ?'),
    flags: of(flags, 'SELECT id FROM photo WHERE shown_flag = ?'),
    labels: named('label'),
    tags: of(idsOf('SELECT id FROM tag'), tagged),
    people: named('person'),
    places: named('place'),
    runs: runsIn(numbers(connection, runs)),
    fields: fieldRows(connection),
  };
}

interface PhotoRow {
  readonly id: number;
  readonly folder_id: number;
  readonly camera: string;
  readonly lens: string | null;
  readonly shown_rating: number | null;
  readonly shown_flag: string | null;
  readonly shown_label: string | null;
}

/** Of some photos. @param ids each once */
export function facetRowsOf(connection: CatalogConnection, ids: readonly number[]): FacetRows {
  const among = '(SELECT value FROM json_each(?))';
  const list = JSON.stringify(ids);
  const of = <Value extends string | number>(sql: string): PhotosByValue<Value> => {
    const gathered = new Gathered<Value>();
    const rows = connection.prepare<[string], [number, Value]>(sql).raw().all(list);
    for (const [id, value] of rows) gathered.add(value, id);
    return gathered.rows();
  };
  const column = <Name extends keyof PhotoRow>(name: Name, sql: string = name) =>
    of<NonNullable<PhotoRow[Name]>>(`SELECT id, ${sql} FROM photo WHERE id IN ${among}`);
  const runs = `SELECT ${runOfCaption} FROM photo JOIN caption ON caption.id = shown_caption_id
    WHERE shown_source = 'model' AND photo.id IN ${among}`;
  const tagged = `SELECT DISTINCT photo_id, tag_id FROM photo_tag WHERE removed_run_id IS NULL AND photo_id IN ${among}`;
  return {
    ...factsIn(numbers(connection, `SELECT ${packedFacts} FROM photo WHERE id IN ${among}`, list)),
    folders: column('folder_id'),
    cameras: column('camera', cameraColumn),
    lenses: column('lens'),
    ratings: column('shown_rating'),
    flags: column('shown_flag'),
    labels: column('shown_label'),
    tags: of(tagged),
    people: of(fileLabelsOf('person', among)),
    places: of(fileLabelsOf('place', among)),
    runs: runsIn(numbers(connection, runs, list)),
    fields: fieldRowsOf(connection, list),
  };
}

/** The rows with those of some photos in the place of what was known of these. */
export function withRowsOf(rows: FacetRows, ids: readonly number[], fresh: FacetRows): FacetRows {
  const lastId = ids.reduce((last, id) => Math.max(last, id), 0);
  const marks = new Uint8Array(lastId + 1);
  for (const id of ids) marks[id] = 1;
  const merged = <Value extends string | number>(before: PhotosByValue<Value>, after: PhotosByValue<Value>) => {
    const all = new Map<Value, Uint32Array>();
    for (const value of new Set([...before.keys(), ...after.keys()])) {
      const photoIds = joined(without(before.get(value) ?? noPhotos, marks), after.get(value) ?? noPhotos);
      if (photoIds.length > 0) all.set(value, photoIds);
    }
    return all;
  };
  return {
    months: merged(rows.months, fresh.months),
    sources: merged(rows.sources, fresh.sources),
    states: merged(rows.states, fresh.states),
    folders: merged(rows.folders, fresh.folders),
    cameras: merged(rows.cameras, fresh.cameras),
    lenses: merged(rows.lenses, fresh.lenses),
    ratings: merged(rows.ratings, fresh.ratings),
    flags: merged(rows.flags, fresh.flags),
    labels: merged(rows.labels, fresh.labels),
    tags: merged(rows.tags, fresh.tags),
    people: merged(rows.people, fresh.people),
    places: merged(rows.places, fresh.places),
    runs: merged(rows.runs, fresh.runs),
    fields: merged(rows.fields, fresh.fields),
  };
}

const noPhotos = new Uint32Array();

/** The same list where none of its photos is marked. */
function without(photoIds: Uint32Array, marks: Uint8Array): Uint32Array {
  for (const id of photoIds) if (marks[id] === 1) return photoIds.filter((one) => marks[one] !== 1);
  return photoIds;
}

function joined(one: Uint32Array, other: Uint32Array): Uint32Array {
  if (other.length === 0) return one;
  const all = new Uint32Array(one.length + other.length);
  all.set(one);
  all.set(other, one.length);
  return all;
}

export function numbers(
  connection: CatalogConnection,
  sql: string,
  ...parameters: readonly (string | number)[]
): number[] {
  return connection
    .prepare<(string | number)[], number>(sql)
    .pluck()
    .all(...parameters);
}
