/** @file What a command that asks about named photos wants to know of answers: which are there on the same terms. */
import type { CatalogConnection } from '../connection.ts';
import { AnswerStore, type StoredAnswer } from '../texts/answers.ts';
import type { RunIdentity } from '../texts/provenance.ts';
import { termsOfQuestion } from './questionTerms.ts';
import { runIdentityHash } from './runs.ts';

export class AnswerRunStore {
  readonly #connection: CatalogConnection;
  readonly #answers: AnswerStore;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
    this.#answers = new AnswerStore(connection);
  }

  /** The live answer about the photo as it is now that was given on equal terms. @param identity of the question */
  equalAnswer(photoId: number, questionId: number, identity: RunIdentity): StoredAnswer | undefined {
    return this.#newest(`${termsOfQuestion('answer.question_id')} = ?`, photoId, questionId, runIdentityHash(identity));
  }

  /** The live answer about the photo as it is now that this run gave. */
  answerOfRun(photoId: number, questionId: number, runId: number): StoredAnswer | undefined {
    return this.#newest('run.id = ?', photoId, questionId, runId);
  }

  #newest(condition: string, photoId: number, questionId: number, value: Buffer | number): StoredAnswer | undefined {
    const id = this.#connection
      .prepare<[number, number, Buffer | number], number>(
        `SELECT answer.id FROM answer JOIN run ON run.id = answer.run_id JOIN photo ON photo.id = photo_id
         WHERE photo_id = ? AND question_id = ? AND removed_run_id IS NULL AND photo_revision = photo.revision
           AND ${condition}
         ORDER BY answer.id DESC LIMIT 1`,
      )
      .pluck()
      .get(photoId, questionId, value);
    return id === undefined ? undefined : this.#answers.get(id);
  }
}
