/**
 * @file Filters about things that have names: tags, folders, cameras, models. There are far fewer of them
 * than photos, so that their names are compared here, case and accents aside, and SQL gets to see ids.
 */

import * as z from 'zod';
import type { LabelTest } from '../../query/ast.ts';
import type { LabelField, PathField } from '../../query/fields.ts';
import { globOf, hasWildcards, labelMatcher, pathMatcher } from '../../query/patternMatch.ts';
import { foldText } from '../../text/searchableText.ts';
import type { CatalogConnection } from '../connection.ts';
import { type Condition, condition, isAmong, isOneOf, isOneOfTexts } from './condition.ts';
import { fileLabelCondition } from './fileLabels.ts';

interface Named {
  readonly id: number;
  readonly name: string;
}

export function pathCondition(connection: CatalogConnection, field: PathField, test: LabelTest): Condition {
  const matches = pathMatcher(field, test);
  const ids = (sql: string) =>
    connection
      .prepare<[], Named>(sql)
      .all()
      .filter(({ name }) => matches(name))
      .map(({ id }) => id);
  if (field === 'keyword') return fileLabelCondition(connection, field, matches);
  if (field === 'tag') {
    const tags = isOneOf('tag_id', ids('SELECT id, path AS name FROM tag'));
    return isAmong(`SELECT photo_id FROM photo_tag WHERE removed_run_id IS NULL AND ${tags.sql}`, ...tags.parameters);
  }
  return isOneOf('photo.folder_id', ids(allFolders));
}

/** With their whole paths, without the first slash: a pattern may begin at any level. */
export const allFolders = `
  SELECT folder.id, ltrim(replace(root.path, '\\', '/'), '/')
    || CASE WHEN relative_path = '' OR root.path LIKE '%/' THEN '' ELSE '/' END || relative_path AS name
  FROM folder JOIN root ON root.id = folder.root_id`;

export function labelCondition(connection: CatalogConnection, field: LabelField, test: LabelTest): Condition {
  const matches = labelMatcher(test);
  switch (field) {
    case 'name': {
      const anywhere = !test.whole && !hasWildcards(test.pattern);
      const glob = globOf(test.pattern, foldText);
      // Names without a beginning are all looked through, which is not done twice only to count them.
      const among = isAmong('SELECT id FROM photo WHERE name_folded GLOB ?', anywhere ? `*${glob}*` : glob);
      return anywhere || glob.startsWith('*') ? { ...among, rows: null } : among;
    }
    case 'camera':
      return cameraCondition(connection, matches);
    case 'lens':
      return isOneOfTexts('photo.lens', distinctTexts(connection, 'photo.lens').filter(matches));
    case 'format': {
      const isFormat = labelMatcher({ pattern: test.pattern, whole: true });
      const known = distinctTexts(connection, 'photo.format');
      return isOneOfTexts(
        'photo.format',
        known.filter((format) => isFormat(format) || (otherFormatNames.get(format) ?? []).some(isFormat)),
      );
    }
    case 'model':
      return modelCondition(connection, matches);
    case 'person':
    case 'place':
    case 'label':
      return fileLabelCondition(connection, field, matches);
  }
}

/** What people call a format, where that is not its name. */
const otherFormatNames: ReadonlyMap<string, readonly string[]> = new Map([
  ['jpeg', ['jpg']],
  ['tiff', ['tif']],
  ['heif', ['heic']],
  ['heic', ['heif']],
]);

/** Make and model are one label, as people say them; many makers repeat the make in the model. */
function cameraCondition(connection: CatalogConnection, matches: (label: string) => boolean): Condition {
  const cameras = distinctTexts(connection, cameraColumn).filter((camera) => cameraNames(camera).some(matches));
  return isOneOfTexts(cameraColumn, cameras);
}

/** What a camera is called: most often by make and model, where that does not say the make twice. */
export function cameraNames(camera: string): string[] {
  const [make = '', model = ''] = camera.split(unitSeparator);
  const full = `${make} ${model}`.trim();
  if (full === '') return [];
  return foldText(model).startsWith(foldText(make)) ? [model, full] : [full, ...(model === '' ? [] : [model])];
}

const unitSeparator = '\u001f';
/** As in the index of that name. */
export const cameraColumn = `coalesce(photo.camera_make, '') || char(31) || coalesce(photo.camera_model, '')`;

type LabelColumn = 'photo.lens' | 'photo.format' | typeof cameraColumn;

/** Steps from one value to the next in the index, so that it takes as long as there are values. */
export function distinctTexts(connection: CatalogConnection, column: LabelColumn): string[] {
  return connection
    .prepare<[], string>(
      `WITH RECURSIVE label (text) AS (
         SELECT min(${column}) FROM photo
         UNION ALL SELECT (SELECT min(${column}) FROM photo WHERE ${column} > text) FROM label WHERE text IS NOT NULL
       ) SELECT text FROM label WHERE text IS NOT NULL`,
    )
    .pluck()
    .all();
}

const modelSchema = z.object({ id: z.string() });

function modelCondition(connection: CatalogConnection, matches: (label: string) => boolean): Condition {
  const runs = modelNames(connection).filter(({ name }) => matches(name));
  const ids = isOneOf(
    'coalesce(author_run_id, run_id)',
    runs.map(({ id }) => id),
  );
  return condition(
    `photo.shown_source = 'model' AND photo.shown_caption_id IN (SELECT id FROM caption WHERE ${ids.sql})`,
    ...ids.parameters,
  );
}

/** Of each run the model that worked in it. */
export function modelNames(connection: CatalogConnection): Named[] {
  return connection
    .prepare<[], Named>('SELECT id, model AS name FROM run WHERE model IS NOT NULL')
    .all()
    .map(({ id, name }) => ({ id, name: modelSchema.parse(JSON.parse(name)).id }));
}
