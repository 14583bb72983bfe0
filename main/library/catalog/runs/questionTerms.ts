/** @file Questions of a run that are answered on terms of their own, such as a list to choose from: the others are on the run's. */
import type { GenerationSettings } from '../../../../native-models/generation/generationSettings.ts';
import type { CatalogConnection } from '../connection.ts';
import type { RunIdentity } from '../texts/provenance.ts';
import { runIdentityHash } from './runs.ts';
import { RunVocabularyStore } from './runVocabularies.ts';

export interface QuestionTerms {
  readonly questionId: number;
  readonly question: string;
  readonly settings: GenerationSettings;
  /** As of a run with these settings: results on equal terms are equal. */
  readonly identityHash: Buffer;
}

/** SQL: the hash of the terms on which a question is asked, within `run`. @param questionId SQL that gives it */
export function termsOfQuestion(questionId: string): string {
  return `coalesce((SELECT question_terms.identity FROM question_terms
    WHERE question_terms.run_id = run.id AND question_terms.question_id = ${questionId}), run.identity)`;
}

/** The terms of a question by themselves. */
export function identityWith(run: RunIdentity, settings: GenerationSettings): RunIdentity {
  return { ...run, settings };
}

export class QuestionTermsStore {
  readonly #connection: CatalogConnection;
  readonly #vocabularies: RunVocabularyStore;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
    this.#vocabularies = new RunVocabularyStore(connection);
  }

  /** Part of the transaction that begins the run. */
  add(runId: number, questionId: number, identity: RunIdentity): void {
    const { settings, vocabulary_id } = this.#vocabularies.store({ settings: identity.settings });
    this.#connection
      .prepare(
        `INSERT INTO question_terms (run_id, question_id, identity, settings, vocabulary_id) VALUES (?, ?, ?, ?, ?)`,
      )
      .run(runId, questionId, runIdentityHash(identity), settings, vocabulary_id);
  }

  /** Of those that have their own, in the order in which they were first asked of anything. */
  of(runId: number): QuestionTerms[] {
    return this.#connection
      .prepare<
        [number],
        { question_id: number; text: string; identity: Buffer; settings: string; vocabulary_id: number | null }
      >(
        `SELECT question_id, question.text, identity, settings, vocabulary_id
         FROM question_terms JOIN question ON question.id = question_id WHERE run_id = ? ORDER BY question_id`,
      )
      .all(runId)
      .flatMap(({ question_id, text, identity, settings, vocabulary_id }) => {
        const terms = this.#vocabularies.termsOf({ settings, vocabulary_id, tag_paths: null });
        if (terms === undefined) return [];
        return [{ questionId: question_id, question: text, settings: terms.settings, identityHash: identity }];
      });
  }
}
