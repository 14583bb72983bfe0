/** @file Texts and tags of a photo that the person here wrote, and what imports said that is the same. */
import * as z from 'zod';
import type { CatalogConnection } from '../connection.ts';
import { bringingRun } from '../runs/changes.ts';
import { isElsewhere } from '../texts/actRank.ts';

/** By the ids of their rows. */
export type OwnTexts = ReadonlyMap<number, OwnText>;

export interface OwnText {
  /** In which the person wrote it. */
  readonly runId: number;
  /** What imports that are in effect brought behind it: it is shown where that run is undone. */
  readonly behind: readonly string[];
}

interface Table {
  readonly text: string;
  /** SQL: the row `other` is about the same as `own`. */
  readonly isOfSame: string;
  /** SQL: the run of who wrote `own`. */
  readonly author: string;
}

const tables = {
  caption: { text: 'other.text', isOfSame: 'other.kind = own.kind', author: 'coalesce(own.author_run_id, own.run_id)' },
  answer: { text: 'other.text', isOfSame: 'other.question_id = own.question_id', author: 'own.run_id' },
  photo_tag: {
    text: '(SELECT path FROM tag WHERE id = other.tag_id)',
    isOfSame: 'other.tag_id = own.tag_id',
    author: 'coalesce(own.author_run_id, own.run_id)',
  },
} as const satisfies Record<string, Table>;

const textsSchema = z.array(z.string());

export function ownTexts(connection: CatalogConnection, entity: keyof typeof tables, photoId: number): OwnTexts {
  const { text, isOfSame, author } = tables[entity];
  const rows = connection
    .prepare<[number], { id: number; runId: number; behind: string }>(
      `SELECT own.id, own.run_id AS runId, (
         SELECT json_group_array(${text}) FROM ${entity} AS other
         WHERE other.photo_id = own.photo_id AND ${isOfSame} AND other.removed_run_id IS NOT NULL AND EXISTS (
           SELECT 1 FROM change WHERE run_id = own.run_id AND entity = '${entity}' AND row_id = other.id
             AND action = 'remove'
         ) AND ${isElsewhere('other.run_id')} AND (
             SELECT reverted_by_run_id IS NULL FROM run WHERE id = ${bringingRun(entity, 'other')})
       ) AS behind
       FROM ${entity} AS own WHERE own.photo_id = ? AND own.source = 'human' AND own.removed_run_id IS NULL
         AND NOT ${isElsewhere(author)}`,
    )
    .all(photoId);
  return new Map(rows.map(({ id, runId, behind }) => [id, { runId, behind: textsSchema.parse(JSON.parse(behind)) }]));
}
