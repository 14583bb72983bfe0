/**
 * @file What the top photo of a stack got from a run, for the others of its stack: whether they are to have it, and how
 * alike the photos look. Used by the queue.
 */
import type { TextKind } from '../../../../schemas/text.ts';
import { hashDistance, hashHalves } from '../../photos/perceptualHash.ts';
import type { CatalogConnection } from '../connection.ts';
import { termsOfQuestion } from '../runs/questionTerms.ts';
import { AnswerStore, type StoredAnswer } from '../texts/answers.ts';
import { CaptionStore, type StoredCaption } from '../texts/captions.ts';

export class TopResults {
  readonly #connection: CatalogConnection;
  readonly #captions: CaptionStore;
  readonly #answers: AnswerStore;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
    this.#captions = new CaptionStore(connection);
    this.#answers = new AnswerStore(connection);
  }

  /** The newest on these terms, for the content that the photo has now. @param identityHash of the terms */
  caption(topPhotoId: number, kind: TextKind, identityHash: Buffer): StoredCaption | undefined {
    const id = this.#connection
      .prepare<[number, TextKind, Buffer], number>(
        `SELECT caption.id FROM caption JOIN photo ON photo.id = photo_id JOIN run ON run.id = run_id
         WHERE photo_id = ? AND caption.kind = ? AND source = 'model' AND removed_run_id IS NULL
           AND photo_revision = photo.revision AND run.identity = ? ORDER BY caption.id DESC LIMIT 1`,
      )
      .pluck()
      .get(topPhotoId, kind, identityHash);
    return id === undefined ? undefined : this.#captions.get(id);
  }

  /** As `caption`. */
  answer(topPhotoId: number, questionId: number, identityHash: Buffer): StoredAnswer | undefined {
    const id = this.#connection
      .prepare<[number, number, Buffer], number>(
        `SELECT answer.id FROM answer JOIN photo ON photo.id = photo_id JOIN run ON run.id = run_id
         WHERE photo_id = ? AND question_id = ? AND source = 'model' AND removed_run_id IS NULL
           AND photo_revision = photo.revision AND ${termsOfQuestion('answer.question_id')} = ? ORDER BY answer.id DESC LIMIT 1`,
      )
      .pluck()
      .get(topPhotoId, questionId, identityHash);
    return id === undefined ? undefined : this.#answers.of(topPhotoId).find((answer) => answer.id === id);
  }

  /** A person wrote or approved a text of this kind. */
  hasPersonsText(photoId: number, kind: TextKind): boolean {
    return this.#captions
      .of(photoId, kind)
      .some(({ source, approval }) => source === 'human' || approval !== undefined);
  }

  hasPersonsAnswer(photoId: number, questionId: number): boolean {
    return (
      this.#connection
        .prepare<[number, number]>(
          `SELECT 1 FROM answer WHERE photo_id = ? AND question_id = ? AND source = 'human' AND removed_run_id IS NULL`,
        )
        .get(photoId, questionId) !== undefined
    );
  }

  /** In how many of 64 bits their perceptual hashes differ; in all where one has none. */
  bitsApart(photoId: number, otherId: number): number {
    const [a, b] = [photoId, otherId].map((id) =>
      this.#connection
        .prepare<[number], Buffer | null>('SELECT perceptual_hash FROM photo WHERE id = ?')
        .pluck()
        .get(id),
    );
    const [hashA, hashB] = [hashHalves(a), hashHalves(b)];
    return hashA === undefined || hashB === undefined ? 64 : hashDistance(hashA, hashB);
  }
}
