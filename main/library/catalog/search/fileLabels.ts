/**
 * @file Filters about names that files say: keywords, people, places; and about colour labels, a person's or the file's. There are far fewer of them than
 * photos: they are compared here, and SQL gets to see those that match.
 */
import type { CatalogConnection } from '../connection.ts';
import { type Condition, isAmong } from './condition.ts';

export type FileLabelField = 'keyword' | 'person' | 'place' | 'label';

interface LabelTable {
  readonly table: string;
  /** As in the index of the table. */
  readonly column: string;
  readonly where: string;
  readonly photoId: string;
}

const unitSeparator = '\u001f';

const tables: Readonly<Record<FileLabelField, LabelTable>> = {
  keyword: { table: 'file_keyword', column: 'path', where: '1', photoId: 'photo_id' },
  person: { table: 'file_person', column: 'name', where: '1', photoId: 'photo_id' },
  place: {
    table: 'file_place',
    column: `coalesce(sublocation, '') || char(31) || coalesce(city, '') || char(31) || coalesce(state, '') || char(31)
      || coalesce(country, '') || char(31) || coalesce(country_code, '')`,
    where: '1',
    photoId: 'photo_id',
  },
  label: { table: 'photo', column: 'shown_label', where: 'shown_label IS NOT NULL', photoId: 'id' },
};

export function fileLabelCondition(
  connection: CatalogConnection,
  field: FileLabelField,
  matches: (label: string) => boolean,
): Condition {
  const { table, column, where, photoId } = tables[field];
  const wanted = distinctValues(connection, field).filter((value) => namesOf(field, value).some(matches));
  return isAmong(
    `SELECT ${photoId} FROM ${table} WHERE ${where} AND ${column} IN (SELECT value FROM json_each(?))`,
    JSON.stringify(wanted),
  );
}

/** For completing what is typed: of places each part, once. */
export function fileLabels(connection: CatalogConnection, field: FileLabelField): string[] {
  const values = distinctValues(connection, field);
  if (field !== 'place') return values;
  return [...new Set(values.flatMap(partsOf))].sort();
}

/** By which a value is found: a place by each of its parts, or by several as they are shown. */
function namesOf(field: FileLabelField, value: string): string[] {
  return field === 'place' ? [...partsOf(value), partsOf(value).join(', ')] : [value];
}

function partsOf(place: string): string[] {
  return place.split(unitSeparator).filter((part) => part !== '');
}

/** What a value is listed under: of a place each of its names, without the code of its country. */
export function shownNames(field: FileLabelField, value: string): string[] {
  if (field !== 'place') return [value];
  return [...new Set(value.split(unitSeparator).slice(0, -1))].filter((name) => name !== '');
}

/** Of each value the photos that have it, each once. */
export function fileLabelPhotos(
  connection: CatalogConnection,
  field: FileLabelField,
): { readonly value: string; readonly photoIds: readonly number[] }[] {
  const { table, column, where, photoId } = tables[field];
  const photos = connection
    .prepare<[string], number>(`SELECT DISTINCT ${photoId} FROM ${table} WHERE ${where} AND ${column} = ?`)
    .pluck();
  return distinctValues(connection, field).map((value) => ({ value, photoIds: photos.all(value) }));
}

/** SQL for photos with their values, each once. @param among the photos, as SQL */
export function fileLabelsOf(field: FileLabelField, among: string): string {
  const { table, column, where, photoId } = tables[field];
  return `SELECT DISTINCT ${photoId}, ${column} FROM ${table} WHERE ${where} AND ${photoId} IN ${among}`;
}

/** Steps from one value to the next in the index, so that it takes as long as there are values. */
function distinctValues(connection: CatalogConnection, field: FileLabelField): string[] {
  const { table, column, where } = tables[field];
  return connection
    .prepare<[], string>(
      `WITH RECURSIVE label (text) AS (
         SELECT min(${column}) FROM ${table} WHERE ${where}
         UNION ALL SELECT (SELECT min(${column}) FROM ${table} WHERE ${where} AND ${column} > label.text)
           FROM label WHERE label.text IS NOT NULL
       ) SELECT label.text FROM label WHERE label.text IS NOT NULL`,
    )
    .pluck()
    .all();
}
