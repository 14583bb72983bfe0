/** @file Values that the catalog knows, for completing a query as it is typed. For reader threads. */

import type { ValuesRequest } from '../../query/completeQuery.ts';
import { foldText } from '../../text/searchableText.ts';
import type { CatalogConnection } from '../connection.ts';
import { answerFields } from '../texts/answerFields.ts';
import { fieldValues } from '../texts/fieldAnswers.ts';
import { questionKey } from '../texts/questionKey.ts';
import { fileLabels } from './fileLabels.ts';
import { cameraColumn, cameraNames, distinctTexts, modelNames } from './labels.ts';

const maxSuggestions = 20;

/** What begins with the text typed comes before what has it elsewhere; case and accents make no difference. */
export function searchSuggestions(connection: CatalogConnection, request: ValuesRequest): string[] {
  const typed = foldText(request.typed);
  const known = candidates(connection, request, typed).map((text) => ({ text, folded: foldText(text) }));
  const starting = known.filter(({ folded }) => folded.startsWith(typed));
  const containing = known.filter(({ folded }) => !folded.startsWith(typed) && folded.includes(typed));
  return [...starting, ...containing].slice(0, maxSuggestions).map(({ text }) => text);
}

function candidates(connection: CatalogConnection, request: ValuesRequest, typed: string): string[] {
  const texts = (sql: string, ...parameters: unknown[]) =>
    connection
      .prepare<unknown[], string>(sql)
      .pluck()
      .all(...parameters);
  if (request.kind === 'question') {
    const fields = answerFields(connection).map(({ name }) => name);
    return [...new Set([...fields, ...texts('SELECT text FROM question ORDER BY text_key')])];
  }
  if (request.kind === 'answer') {
    const field = answerFields(connection).find(({ name }) => foldText(name) === foldText(request.question));
    if (field !== undefined) return fieldValues(connection, field).map(({ value }) => value);
    return texts(
      `SELECT text FROM answer WHERE shown = 1 AND question_id = (SELECT id FROM question WHERE text_key = ?)
       GROUP BY text_key ORDER BY count(*) DESC LIMIT 1000`,
      questionKey(request.question),
    );
  }
  switch (request.field) {
    case 'tag':
      return texts('SELECT path FROM tag WHERE path <> name OR parent_id IS NULL ORDER BY path_key');
    case 'keyword':
    case 'person':
    case 'place':
    case 'label':
      return fileLabels(connection, request.field);
    case 'folder':
      return texts(`SELECT relative_path FROM folder WHERE relative_path <> '' ORDER BY path_key`);
    case 'name':
      // Names are as many as photos: only those that begin so, which the index knows.
      return texts(
        'SELECT name FROM photo WHERE name_folded >= ? AND name_folded < ? ORDER BY name_folded LIMIT ?',
        typed,
        `${typed}\u{10ffff}`,
        maxSuggestions,
      );
    case 'camera':
      return distinctTexts(connection, cameraColumn).flatMap((camera) => cameraNames(camera).slice(0, 1));
    case 'lens':
      return distinctTexts(connection, 'photo.lens');
    case 'format':
      return distinctTexts(connection, 'photo.format');
    case 'model':
      return [...new Set(modelNames(connection).map(({ name }) => name))].sort();
  }
}
