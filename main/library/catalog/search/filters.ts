/** @file Each filter of the query language as SQL about the table `photo`. */

import type { GeoArea } from '../../../../schemas/geoArea.ts';
import type { TextKind } from '../../../../schemas/text.ts';
import type { DateRange, Filter, NumberTest } from '../../query/ast.ts';
import { localTimeOf, momentOf, utcMsOfLocalTime } from '../../query/dateBounds.ts';
import type { ChoiceField, DateField, FlagField, NumberField, PresenceField } from '../../query/fields.ts';
import { QueryError } from '../../query/queryError.ts';
import { changedEntities } from '../runs/changes.ts';
import { answerCondition } from './answerFilter.ts';
import type { SearchContext } from './condition.ts';
import { allOf, anyOf, type Condition, comparison, condition, isAmong, isOneOf, isOneOfTexts } from './condition.ts';
import { labelCondition, pathCondition } from './labels.ts';

/** All filters but words, which `fullText.ts` sees to. */
export function filterCondition(context: SearchContext, filter: Exclude<Filter, { kind: 'words' }>): Condition {
  switch (filter.kind) {
    case 'presence':
      return condition(filter.present ? presence[filter.field] : `(${presence[filter.field]}) IS NOT TRUE`);
    case 'flag':
      return condition(filter.value ? flags[filter.field] : `(${flags[filter.field]}) IS NOT TRUE`);
    case 'choice':
      return choices[filter.field](filter.value);
    case 'number':
      if (filter.field === 'run') return changedByRun(filter.test);
      if (filter.field === 'stack') return inStackOf(filter.test);
      return numberCondition(numbers[filter.field], filter.test);
    case 'date':
      return dateCondition(filter.field, filter.range, context.nowMs);
    case 'path':
      return pathCondition(context.connection, filter.field, filter);
    case 'label':
      return labelCondition(context.connection, filter.field, filter);
    case 'answer':
      return answerCondition(context.connection, filter);
    case 'near':
      return nearCondition(filter.latitude, filter.longitude, filter.radiusMetres);
    case 'within':
      return withinCondition(filter);
    case 'similar':
      // Whoever could ask vectors has done so.
      if (filter.found === null) throw new QueryError({ code: 'noMatchingModel', params: null }, filter.span);
      return isOneOf('photo.id', filter.found);
  }
}

/** Captions are known to the photo itself. */
function hasText(kind: Exclude<TextKind, 'caption'>): string {
  return `photo.id IN (
    SELECT photo_id FROM caption WHERE kind = '${kind}' AND kind <> 'caption' AND removed_run_id IS NULL)`;
}

const presence: Readonly<Record<PresenceField, string>> = {
  tag: 'photo.tag_count > 0',
  caption: 'photo.shown_caption_id IS NOT NULL',
  alt: hasText('altText'),
  description: hasText('longDescription'),
  title: `photo.id IN (SELECT photo_id FROM file_text WHERE kind = 'title')`,
  label: 'photo.shown_label IS NOT NULL',
  keyword: 'photo.id IN (SELECT photo_id FROM file_keyword)',
  person: 'photo.id IN (SELECT photo_id FROM file_person)',
  place: 'photo.id IN (SELECT photo_id FROM file_place)',
  taken: 'photo.taken_local IS NOT NULL',
  answer: 'photo.answered_at_ms IS NOT NULL',
  asked: 'photo.answered_at_ms IS NOT NULL',
  itm: 'photo.shown_itm IS NOT NULL',
  model: `photo.shown_source = 'model'`,
  camera: 'photo.camera_make IS NOT NULL OR photo.camera_model IS NOT NULL',
  lens: 'photo.lens IS NOT NULL',
  iso: 'photo.iso IS NOT NULL',
  aperture: 'photo.aperture IS NOT NULL',
  focal: 'photo.focal_length_mm IS NOT NULL',
  exposure: 'photo.exposure_s IS NOT NULL',
  rating: 'photo.shown_rating IS NOT NULL',
  flag: 'photo.shown_flag IS NOT NULL',
  stack: 'photo.id IN (SELECT photo_id FROM photo_stack)',
};

const flags: Readonly<Record<FlagField, string>> = {
  captioned: presence.caption,
  tagged: presence.tag,
  approved: 'EXISTS (SELECT 1 FROM approval WHERE caption_id = photo.shown_caption_id AND removed_run_id IS NULL)',
  doubtful: 'photo.shown_doubtful = 1',
  stale: 'photo.shown_revision < photo.revision',
  failed: `photo.problem_code IS NOT NULL OR photo.id IN (SELECT photo_id FROM job WHERE state <> 'waiting')`,
  missing: 'photo.missing_since_ms IS NOT NULL',
  offline: `photo.folder_id IN (
    SELECT folder.id FROM root JOIN folder ON folder.root_id = root.id WHERE root.state = 'offline')`,
  gps: 'photo.latitude IS NOT NULL AND photo.longitude IS NOT NULL',
};

const shapes: ReadonlyMap<string, string> = new Map([
  ['landscape', 'photo.width > photo.height'],
  ['portrait', 'photo.width < photo.height'],
  ['square', 'photo.width = photo.height'],
]);

const choices: Readonly<Record<ChoiceField, (value: string) => Condition>> = {
  source: (value) => condition('photo.shown_source = ?', value),
  flag: (value) => isOneOfTexts('photo.shown_flag', [value]),
  orientation: (value) => condition(shapes.get(value) ?? '0'),
};

const numbers: Readonly<Record<Exclude<NumberField, 'run' | 'stack'>, string>> = {
  itm: 'photo.shown_itm',
  width: 'photo.width',
  height: 'photo.height',
  megapixels: '(photo.width * photo.height / 1e6)',
  size: 'photo.size_bytes',
  iso: 'photo.iso',
  aperture: 'photo.aperture',
  focal: 'photo.focal_length_mm',
  exposure: 'photo.exposure_s',
  rating: 'photo.shown_rating',
};

function numberCondition(column: string, test: NumberTest): Condition {
  if (test.kind === 'about') {
    return allOf([comparison(column, '>=', test.number.low), comparison(column, '<', test.number.high)]);
  }
  const { minimum, maximum } = test;
  return allOf([
    ...(minimum === null ? [] : [comparison(column, minimum.included ? '>=' : '>', minimum.number.value)]),
    ...(maximum === null ? [] : [comparison(column, maximum.included ? '<=' : '<', maximum.number.value)]),
  ]);
}

/** Texts and tags that the run added or took away. */
function changedByRun(test: NumberTest): Condition {
  const run = numberCondition('run_id', test);
  return anyOf(
    changedEntities.map((entity) =>
      isAmong(
        `SELECT photo_id FROM ${entity} WHERE id IN (
           SELECT row_id FROM change WHERE ${run.sql} AND entity = '${entity}')`,
        ...run.parameters,
      ),
    ),
  );
}

/** In a stack with the photo of this number. */
function inStackOf(test: NumberTest): Condition {
  const photo = numberCondition('photo_id', test);
  return isAmong(
    `SELECT photo_id FROM photo_stack WHERE stack_id IN (SELECT stack_id FROM photo_stack WHERE ${photo.sql})`,
    ...photo.parameters,
  );
}

/** The shortest text that begins at the same time: it is compared with dates of which only the beginning is known, too. */
function beginningOf(localTime: string): string {
  return localTime
    .replace(/T00:00:00$/, '')
    .replace(/^(.{7})-01$/, '$1')
    .replace(/^(.{4})-01$/, '$1');
}

/** No clock differs from UTC by more. */
const farthestOffsetMs = 16 * 60 * 60 * 1000;

function dateCondition(field: DateField, { from, until }: DateRange, nowMs: number): Condition {
  if (field !== 'taken') {
    const column = { added: 'photo.added_at_ms', modified: 'photo.modified_ms', asked: 'photo.answered_at_ms' }[field];
    return allOf([
      ...(from === null ? [] : [comparison(column, '>=', momentOf(from, nowMs))]),
      ...(until === null ? [] : [comparison(column, '<', momentOf(until, nowMs))]),
    ]);
  }
  // The clock of the camera decides; the moment, which has an index, narrows it down.
  const conditions: Condition[] = [];
  if (from !== null) {
    const start = localTimeOf(from, nowMs);
    conditions.push(comparison('photo.taken_at_ms', '>=', utcMsOfLocalTime(start) - farthestOffsetMs));
    conditions.push(comparison('photo.taken_local', '>=', beginningOf(start)));
  }
  if (until !== null) {
    const end = localTimeOf(until, nowMs);
    conditions.push(comparison('photo.taken_at_ms', '<', utcMsOfLocalTime(end) + farthestOffsetMs));
    const beginning = beginningOf(end);
    conditions.push(comparison('photo.taken_local', '<', beginning));
    // Of a date of which only the beginning is known, all of its time must lie before the end.
    const longer = ['YYYY', 'YYYY-MM', 'YYYY-MM-DD'].filter((known) => known.length < beginning.length);
    for (const { length } of longer) conditions.push(condition('photo.taken_local <> ?', end.slice(0, length)));
  }
  return allOf(conditions);
}

const earthRadiusMetres = 6_371_008.8;

/** The haversine formula on a sphere, which is off by half a percent at most; a box of degrees goes before it. */
function nearCondition(latitude: number, longitude: number, radiusMetres: number): Condition {
  const degreesNorth = (radiusMetres / earthRadiusMetres) * (180 / Math.PI);
  return condition(
    `photo.latitude BETWEEN ? AND ? AND photo.longitude IS NOT NULL AND 2 * ${earthRadiusMetres} * asin(min(1, sqrt(
      pow(sin(radians(photo.latitude - ?) / 2), 2)
      + cos(radians(photo.latitude)) * cos(radians(?)) * pow(sin(radians(photo.longitude - ?) / 2), 2)))) <= ?`,
    latitude - degreesNorth,
    latitude + degreesNorth,
    latitude,
    latitude,
    longitude,
    radiusMetres,
  );
}

export function withinCondition({ south, west, north, east }: GeoArea): Condition {
  const longitude = west > east ? '(photo.longitude >= ? OR photo.longitude <= ?)' : 'photo.longitude BETWEEN ? AND ?';
  return condition(`photo.latitude BETWEEN ? AND ? AND ${longitude}`, south, north, west, east);
}
