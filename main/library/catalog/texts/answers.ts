/** @file Questions that were put to many photos, and each photo's answers. */
import * as z from 'zod';
import { promptWarningSchema } from '../../../../native-models/prompting/promptRequest.ts';
import type { Source } from '../../../../schemas/provenance.ts';
import type { CatalogConnection } from '../connection.ts';
import { ChangeLog } from '../runs/changes.ts';
import { RunStore } from '../runs/runs.ts';
import { refreshPhotoText } from '../search/photoText.ts';
import { actRank, isElsewhere } from './actRank.ts';
import { currentRevision } from './currentRevision.ts';
import { questionKey } from './questionKey.ts';

export interface Question {
  readonly id: number;
  readonly text: string;
}

const choicesSchema = z.array(z.object({ text: z.string(), probability: z.number() }));

export interface NewAnswer {
  readonly text: string;
  readonly source: Source;
  /** The content that was asked about; by default the photo's current one. */
  readonly photoRevision?: number | undefined;
  readonly prompt?: string | undefined;
  readonly warnings?: readonly z.output<typeof promptWarningSchema>[] | undefined;
  /** Where the model had to choose: each choice with its probability. */
  readonly choices?: z.output<typeof choicesSchema> | undefined;
  /** The photo that was asked about, where that was another one. */
  readonly copiedFromId?: number | undefined;
  /** The run that gave it, where another one brings it here. */
  readonly authorRunId?: number | undefined;
  /** When it was given, where that was in another library. */
  readonly createdAtMs?: number | undefined;
}

export interface StoredAnswer {
  readonly id: number;
  readonly photoId: number;
  readonly question: string;
  readonly text: string;
  readonly source: Source;
  readonly runId: number;
  /** One of each photo and question is shown. */
  readonly shown: boolean;
  readonly photoRevision: number;
  readonly prompt: string | undefined;
  readonly warnings: readonly z.output<typeof promptWarningSchema>[];
  readonly choices: z.output<typeof choicesSchema> | undefined;
  /** The photo that was asked about, where that was another one. It may have left the catalog since. */
  readonly copiedFromId: number | undefined;
  readonly createdAtMs: number;
}

interface AnswerRow {
  readonly id: number;
  readonly photo_id: number;
  readonly question: string;
  readonly text: string;
  readonly source: Source;
  readonly run_id: number;
  readonly shown: number;
  readonly photo_revision: number;
  readonly prompt: string | null;
  readonly warnings: string | null;
  readonly choices: string | null;
  readonly copied_from_id: number | null;
  readonly created_at_ms: number;
}

export class AnswerStore {
  readonly #connection: CatalogConnection;
  readonly #log: ChangeLog;
  readonly #runs: RunStore;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
    this.#log = new ChangeLog(connection);
    this.#runs = new RunStore(connection);
  }

  /** The question's id; a question is the same however it is capitalised, spaced or ended. */
  questionId(text: string): number {
    return this.#connection.write(() => {
      this.#connection
        .prepare('INSERT INTO question (text, text_key) VALUES (?, ?) ON CONFLICT (text_key) DO NOTHING')
        .run(text.trim(), questionKey(text));
      return this.#connection.value<number>('SELECT id FROM question WHERE text_key = ?', questionKey(text));
    });
  }

  questions(): Question[] {
    return this.#connection.prepare<[], Question>('SELECT id, text FROM question ORDER BY id').all();
  }

  /** Adds an answer beside those that are there. Returns its id. @throws CatalogError NO_SUCH_PHOTO */
  add(photoId: number, questionId: number, runId: number, answer: NewAnswer): number {
    return this.#connection.write(() => {
      const photoRevision = answer.photoRevision ?? currentRevision(this.#connection, photoId);
      const { lastInsertRowid } = this.#connection
        .prepare(
          `INSERT INTO answer (photo_id, question_id, text, text_key, source, run_id, shown, photo_revision, prompt,
             warnings, choices, copied_from_id, created_at_ms)
           VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          photoId,
          questionId,
          answer.text,
          answerKey(answer.text),
          answer.source,
          answer.authorRunId ?? runId,
          photoRevision,
          answer.prompt ?? null,
          answer.warnings === undefined ? null : JSON.stringify(answer.warnings),
          answer.choices === undefined ? null : JSON.stringify(answer.choices),
          answer.copiedFromId ?? null,
          answer.createdAtMs ?? this.#connection.nowMs(),
        );
      const id = Number(lastInsertRowid);
      this.#log.added(runId, 'answer', id);
      this.refreshShown(photoId);
      return id;
    });
  }

  /** See {@link put}: an edit of its own; an empty text takes the person's own answer away. Returns the run. @throws CatalogError NO_SUCH_PHOTO */
  write(photoId: number, question: string, text: string): number {
    return this.#runs.within({ kind: 'edit', description: { kind: 'editAnswer' } }, (runId) => {
      const questionId = this.questionId(question);
      if (text.trim() === '') this.removeOwn(photoId, questionId, runId);
      else this.put(photoId, questionId, runId, text);
      return runId;
    });
  }

  /**
   * The person's own answer takes the place of their earlier one and is shown before a model's. What other people answered
   * and was imported stays beside it. Returns its id. @throws CatalogError NO_SUCH_PHOTO
   */
  put(photoId: number, questionId: number, runId: number, text: string): number {
    return this.#connection.write(() => {
      this.removeOwn(photoId, questionId, runId);
      return this.add(photoId, questionId, runId, { text, source: 'human' });
    });
  }

  /** Takes the person's own answer away, so that a model's is shown again. */
  removeOwn(photoId: number, questionId: number, runId: number): void {
    this.#connection.write(() => {
      for (const id of this.#own(photoId, questionId)) this.#log.remove(runId, 'answer', id);
      this.refreshShown(photoId);
    });
  }

  /** Whether the person here answered it themselves. */
  hasOwn(photoId: number, questionId: number): boolean {
    return this.#own(photoId, questionId).length > 0;
  }

  #own(photoId: number, questionId: number): number[] {
    return this.#connection
      .prepare<[number, number], number>(
        `SELECT id FROM answer
         WHERE photo_id = ? AND question_id = ? AND source = 'human' AND removed_run_id IS NULL
           AND NOT ${isElsewhere('answer.run_id')}`,
      )
      .pluck()
      .all(photoId, questionId);
  }

  /** Takes one answer away, whoever gave it; undoing the run brings it back. */
  remove(answerId: number, runId: number): void {
    this.#connection.write(() => {
      const photoId = this.#log.photoOf('answer', answerId);
      if (photoId !== undefined && this.#log.remove(runId, 'answer', answerId)) {
        this.refreshShown(photoId);
      }
    });
  }

  /** Undefined where there is none of this id. */
  get(answerId: number): StoredAnswer | undefined {
    const row = this.#connection
      .prepare<[number], AnswerRow>(
        `SELECT answer.*, question.text AS question FROM answer JOIN question ON question.id = answer.question_id
         WHERE answer.id = ?`,
      )
      .get(answerId);
    return row && answerOf(row);
  }

  /** The live answers of a photo, by question, the shown one of each first. */
  of(photoId: number): StoredAnswer[] {
    return this.#connection
      .prepare<[number], AnswerRow>(
        `SELECT answer.*, question.text AS question FROM answer JOIN question ON question.id = answer.question_id
         WHERE photo_id = ? AND removed_run_id IS NULL ORDER BY question_id, shown DESC, answer.id DESC`,
      )
      .all(photoId)
      .map(answerOf);
  }

  /**
   * Chooses anew which answer to each question the photo shows. For the stores and undo; part of their transaction, which
   * may go on from what is shown.
   */
  refreshShown(photoId: number): void {
    this.#connection.prepare<[number]>(chooseShown).run(photoId);
    refreshPhotoText(this.#connection, photoId);
    this.#connection.photoChanged(photoId);
  }
}

/** Writes no row that stays as it is. */
const chooseShown = `UPDATE answer SET shown = chosen.isShown FROM (
    SELECT each.id, each.removed_run_id IS NULL AND row_number() OVER (
      PARTITION BY each.question_id ORDER BY each.removed_run_id IS NOT NULL,
        iif(each.source = 'human', ${actRank('each.run_id', 'each.id')}, 0) DESC,
        (each.photo_revision = photo.revision) DESC, each.id DESC
    ) = 1 AS isShown
    FROM answer AS each JOIN photo ON photo.id = each.photo_id WHERE each.photo_id = ?
  ) AS chosen WHERE answer.id = chosen.id AND answer.shown <> chosen.isShown`;

/** "Yes." and "yes" are one answer. */
export function answerKey(text: string): string {
  return text
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/\s+/gu, ' ')
    .trim()
    .replace(/[.。!]+$/u, '');
}

function answerOf(row: AnswerRow): StoredAnswer {
  return {
    id: row.id,
    photoId: row.photo_id,
    question: row.question,
    text: row.text,
    source: row.source,
    runId: row.run_id,
    shown: row.shown === 1,
    photoRevision: row.photo_revision,
    prompt: row.prompt ?? undefined,
    warnings: row.warnings === null ? [] : z.array(promptWarningSchema).parse(JSON.parse(row.warnings)),
    choices: row.choices === null ? undefined : choicesSchema.parse(JSON.parse(row.choices)),
    copiedFromId: row.copied_from_id ?? undefined,
    createdAtMs: row.created_at_ms,
  };
}
