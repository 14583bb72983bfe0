/** @file Whether a photo has what a job would give it: then the job is over without being asked. Used by the queue's stores. */
import type { CatalogConnection } from '../connection.ts';
import { termsOfQuestion } from '../runs/questionTerms.ts';
import type { JobRunKind } from './jobs.ts';

/** A run's terms, as far as they decide whether two results are the same. */
export interface ResultTerms {
  readonly kind: JobRunKind;
  /** Hash of model, prompt, settings and filter. */
  readonly identityHash: Buffer;
  /** Of a run that embeds: where its model's vectors are kept. */
  readonly embeddingKey: string | undefined;
}

/**
 * SQL for "photo has, for the content it has now, a live result on equal terms", within `photo` and a job's
 * `question_id`.
 * @param terms SQL that gives them; by default a parameter, of which `resultParameter` says what it is
 */
export function hasEqualResult(kind: JobRunKind, questionId: string, terms = '?'): string {
  switch (kind) {
    case 'caption':
      return `EXISTS (SELECT 1 FROM caption JOIN run ON run.id = caption.run_id WHERE caption.photo_id = photo.id
        AND caption.removed_run_id IS NULL AND caption.photo_revision = photo.revision AND run.identity = ?)`;
    case 'ask':
      return `EXISTS (SELECT 1 FROM answer JOIN run ON run.id = answer.run_id WHERE answer.photo_id = photo.id
        AND answer.question_id = ${questionId} AND answer.removed_run_id IS NULL
        AND answer.photo_revision = photo.revision AND ${termsOfQuestion('answer.question_id')} = ${terms})`;
    case 'score':
      // Of the caption that is shown: another one has no score yet.
      return `EXISTS (SELECT 1 FROM score JOIN run ON run.id = score.run_id WHERE score.photo_id = photo.id
        AND score.caption_id = photo.shown_caption_id AND score.removed_run_id IS NULL
        AND score.photo_revision = photo.revision AND run.identity = ?)`;
    case 'embed':
      return `EXISTS (SELECT 1 FROM embedding WHERE embedding.photo_id = photo.id
        AND embedding.photo_revision = photo.revision AND embedding.model_key = ?)`;
  }
}

export function resultParameter({ kind, identityHash, embeddingKey }: ResultTerms): Buffer | string {
  return kind === 'embed' ? (embeddingKey ?? '') : identityHash;
}

export function photoHasResult(
  connection: CatalogConnection,
  terms: ResultTerms,
  photoId: number,
  questionId: number | null,
): boolean {
  const parameters = terms.kind === 'ask' ? [questionId, resultParameter(terms)] : [resultParameter(terms)];
  return (
    connection
      .prepare<(number | string | Buffer | null)[]>(
        `SELECT 1 FROM photo WHERE ${hasEqualResult(terms.kind, '?')} AND photo.id = ?`,
      )
      .get(...parameters, photoId) !== undefined
  );
}
