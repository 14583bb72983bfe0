/** @file Where the words of a query stand in the texts of photos: to say why each was found. For a reader thread. */
import { type WordPlace, wordPlaces } from '../../../../schemas/foundBy.ts';
import type { Query } from '../../query/ast.ts';
import type { CatalogConnection } from '../connection.ts';
import { searchContext } from './condition.ts';
import { matchOf } from './fullText.ts';

export interface WordPlacesArgs {
  readonly query: Query;
  readonly photoIds: readonly number[];
  readonly nowMs: number;
}

/** For each photo, in order, the places where any of the query's plain words stands. */
export function photoWordPlaces(
  connection: CatalogConnection,
  { query, photoIds, nowMs }: WordPlacesArgs,
): (readonly WordPlace[])[] {
  const context = searchContext(connection, nowMs);
  const words = plainWords(query).flatMap((word) => {
    const match = matchOf(context, word);
    return match === null ? [] : [`(${match})`];
  });
  const places = new Map<number, WordPlace[]>(photoIds.map((id) => [id, []]));
  if (words.length === 0) return photoIds.map(() => []);
  const inColumn = connection
    .prepare<[string, string], number>(
      'SELECT rowid FROM photo_text WHERE photo_text MATCH ? AND rowid IN (SELECT value FROM json_each(?))',
    )
    .pluck();
  for (const place of wordPlaces) {
    for (const id of inColumn.all(`{${place}} : (${words.join(' OR ')})`, JSON.stringify(photoIds)))
      places.get(id)?.push(place);
  }
  return photoIds.map((id) => places.get(id) ?? []);
}

/** Alternatives are among them; what photos are not to have is not. */
function plainWords(query: Query): Query[] {
  if (query.kind === 'and' || query.kind === 'or') return query.operands.flatMap(plainWords);
  return query.kind === 'words' && query.place === null ? [query] : [];
}
