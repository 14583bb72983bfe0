/** @file How much work there would be: what of some photos has no result on the terms yet. For a reader thread: photos may be very many. */
import type { CatalogConnection } from '../connection.ts';
import { questionKey } from '../texts/questionKey.ts';
import type { JobRunKind } from './jobs.ts';

export interface DueArgs {
  readonly photoIds: readonly number[];
  readonly kind: JobRunKind;
  readonly identityHash: Uint8Array;
  /** Of a run that embeds: where its model's vectors are kept. */
  readonly embeddingKey?: string | undefined;
  /** Of a run that asks. */
  readonly questions?: readonly string[] | undefined;
  /** Of those that are asked on other terms, the hash of these. */
  readonly ownTerms?: readonly { readonly question: string; readonly identityHash: Uint8Array }[] | undefined;
  /** Also photos that have the result. */
  readonly again: boolean;
}

export interface DueCount {
  /** Photos with anything to be done. */
  readonly photos: number;
  /** Captions, answers, photos whose captions are scored, photos that are indexed. */
  readonly jobs: number;
}

/** From the results that are there, which are quickly listed, and not from each photo: 100,000 take some 30 ms. */
export function dueCount(connection: CatalogConnection, args: DueArgs): DueCount {
  const present = presentPhotos(connection, args);
  const parts = partsOf(connection, args);
  const jobs = parts.reduce((sum, done) => sum + countWhere(present, (id) => !done.has(id)), 0);
  return { photos: countWhere(present, (id) => isDue(id, parts)), jobs };
}

/** The photos with anything to be done. */
export function duePhotos(connection: CatalogConnection, args: DueArgs): number[] {
  const parts = partsOf(connection, args);
  return [...presentPhotos(connection, args)].filter((id) => isDue(id, parts));
}

/** The photos that are done: of each question, else of the one thing that there is to do. */
function partsOf(connection: CatalogConnection, args: DueArgs): ReadonlySet<number>[] {
  const { kind, questions = [], ownTerms = [], again, identityHash, embeddingKey = '' } = args;
  const keys = kind === 'ask' ? [...new Set(questions.map(questionKey))] : [''];
  if (again) return keys.map(() => new Set());
  switch (kind) {
    case 'caption':
      return [captioned(connection, identityHash)];
    case 'ask':
      return keys.map((key) => {
        const own = ownTerms.find(({ question }) => questionKey(question) === key);
        return answered(connection, own?.identityHash ?? identityHash, key);
      });
    case 'score':
      return [scored(connection, identityHash)];
    case 'embed':
      return [embedded(connection, embeddingKey)];
  }
}

function isDue(photoId: number, parts: readonly ReadonlySet<number>[]): boolean {
  return parts.some((done) => !done.has(photoId));
}

/** Those whose files are there, of captions to be scored with one; some may have left the catalog since they were named. */
function presentPhotos(connection: CatalogConnection, { photoIds, kind }: DueArgs): Set<number> {
  const idsOf = (sql: string) => connection.prepare<[], number>(sql).pluck().all();
  // Both from small indexes: the rows, or the index of everything that searches ask for, take several times as long.
  const present = new Set(photoIds).intersection(new Set(idsOf('SELECT id FROM photo')));
  for (const id of idsOf('SELECT id FROM photo WHERE missing_since_ms IS NOT NULL')) present.delete(id);
  if (kind !== 'score') return present;
  return present.intersection(
    new Set(idsOf('SELECT id FROM photo INDEXED BY photo_facts WHERE shown_caption_id IS NOT NULL')),
  );
}

/** As `hasEqualResult` has it, for all photos at once. */
function captioned(connection: CatalogConnection, identityHash: Uint8Array): Set<number> {
  const ids = connection
    .prepare<[Uint8Array], number>(
      `SELECT photo_id FROM run CROSS JOIN caption ON caption.run_id = run.id JOIN photo ON photo.id = photo_id
       WHERE run.identity = ? AND removed_run_id IS NULL AND photo_revision = photo.revision`,
    )
    .pluck()
    .all(identityHash);
  return new Set(ids);
}

function answered(connection: CatalogConnection, identityHash: Uint8Array, key: string): Set<number> {
  const ids = connection
    .prepare<[{ key: string; terms: Uint8Array }], number>(
      `WITH asked (id) AS (SELECT id FROM question WHERE text_key = @key),
         run_on_terms (id) AS (
           SELECT run_id FROM question_terms WHERE identity = @terms AND question_id = (SELECT id FROM asked)
           UNION ALL
           SELECT id FROM run WHERE identity = @terms AND NOT EXISTS (
             SELECT 1 FROM question_terms WHERE run_id = run.id AND question_id = (SELECT id FROM asked))
         )
       SELECT photo_id FROM run_on_terms CROSS JOIN answer ON answer.run_id = run_on_terms.id
         JOIN photo ON photo.id = photo_id
       WHERE question_id = (SELECT id FROM asked) AND removed_run_id IS NULL AND photo_revision = photo.revision`,
    )
    .pluck()
    .all({ key, terms: identityHash });
  return new Set(ids);
}

function scored(connection: CatalogConnection, identityHash: Uint8Array): Set<number> {
  const ids = connection
    .prepare<[Uint8Array], number>(
      `SELECT photo_id FROM score JOIN photo ON photo.id = photo_id AND shown_caption_id = caption_id
       WHERE run_id IN (SELECT id FROM run WHERE identity = ?) AND removed_run_id IS NULL
         AND photo_revision = photo.revision`,
    )
    .pluck()
    .all(identityHash);
  return new Set(ids);
}

function embedded(connection: CatalogConnection, modelKey: string): Set<number> {
  const ids = connection
    .prepare<[string], number>(
      `SELECT photo_id FROM embedding JOIN photo ON photo.id = photo_id
       WHERE model_key = ? AND photo_revision = photo.revision`,
    )
    .pluck()
    .all(modelKey);
  return new Set(ids);
}

function countWhere(ids: Iterable<number>, isCounted: (id: number) => boolean): number {
  let counted = 0;
  for (const id of ids) if (isCounted(id)) counted += 1;
  return counted;
}
