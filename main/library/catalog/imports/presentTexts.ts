/** @file Which kinds of texts a photo has at all: most photos that texts are imported for have none, and to ask for each kind takes ten times as long. */
import type { CatalogConnection } from '../connection.ts';

export interface PresentTexts {
  readonly captions: boolean;
  readonly tags: boolean;
  readonly answers: boolean;
  readonly scores: boolean;
}

export function presentTexts(connection: CatalogConnection, photoId: number): PresentTexts {
  const [captions, tags, answers, scores] = connection
    .prepare<[{ id: number }], [number, number, number, number]>(sql)
    .raw()
    .get({ id: photoId }) ?? [0, 0, 0, 0];
  return { captions: captions === 1, tags: tags === 1, answers: answers === 1, scores: scores === 1 };
}

const sql = `SELECT ${['caption', 'photo_tag', 'answer', 'score']
  .map((table) => `EXISTS (SELECT 1 FROM ${table} WHERE photo_id = $id AND removed_run_id IS NULL)`)
  .join(', ')}`;
