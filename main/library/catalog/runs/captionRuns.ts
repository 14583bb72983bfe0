/** @file What a command that captions named photos asks of the catalog: what is done, whose text is whose, which runs go on. */

import type { Problem } from '../../../../schemas/problem.ts';
import type { TextKind } from '../../../../schemas/text.ts';
import type { CatalogConnection } from '../connection.ts';
import { storedProblem } from '../problems.ts';
import { CaptionStore, type StoredCaption } from '../texts/captions.ts';
import type { RunIdentity } from '../texts/provenance.ts';
import { runIdentityHash } from './runs.ts';

interface JobRow {
  readonly state: 'waiting' | 'failed' | 'set-aside';
  readonly error_code: string | null;
  readonly error_message: string | null;
  readonly error_facts: string | null;
}

export class CaptionRunStore {
  readonly #connection: CatalogConnection;
  readonly #captions: CaptionStore;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
    this.#captions = new CaptionStore(connection);
  }

  /** The live caption of the photo as it is now that a run on equal terms wrote. */
  equalCaption(photoId: number, identity: RunIdentity): StoredCaption | undefined {
    return this.#newest('run.identity = ?', photoId, runIdentityHash(identity));
  }

  /** The live caption of the photo as it is now that this run wrote. */
  captionOfRun(photoId: number, runId: number): StoredCaption | undefined {
    return this.#newest('run.id = ?', photoId, runId);
  }

  #newest(condition: string, photoId: number, value: Buffer | number): StoredCaption | undefined {
    const id = this.#connection
      .prepare<[number, Buffer | number], number>(
        `SELECT caption.id FROM caption JOIN run ON run.id = caption.run_id JOIN photo ON photo.id = photo_id
         WHERE photo_id = ? AND removed_run_id IS NULL AND photo_revision = photo.revision AND ${condition}
         ORDER BY caption.id DESC LIMIT 1`,
      )
      .pluck()
      .get(photoId, value);
    return id === undefined ? undefined : this.#captions.get(id);
  }

  /** Whether a model wrote this about the photo, now or ever, in the form that texts take where it stands. */
  isModelText(photoId: number, text: string, form: (text: string) => string, kind: TextKind = 'caption'): boolean {
    return this.#isText(photoId, kind, text, form, `'model'`);
  }

  /** Whether this was written about the photo in this library, by a person or a model, now or ever. */
  isOwnText(photoId: number, text: string, form: (text: string) => string, kind: TextKind = 'caption'): boolean {
    return this.#isText(photoId, kind, text, form, `'human', 'model'`);
  }

  #isText(photoId: number, kind: TextKind, text: string, form: (text: string) => string, sources: string): boolean {
    return this.#connection
      .prepare<[number, TextKind], string>(
        `SELECT text FROM caption WHERE photo_id = ? AND kind = ? AND source IN (${sources})`,
      )
      .pluck()
      .all(photoId, kind)
      .some((candidate) => form(candidate) === form(text));
  }

  /** Runs on these terms, not reverted, that have jobs about some of the photos; the newest first. */
  runsAbout(photoIds: readonly number[], identity: RunIdentity): number[] {
    return this.#connection
      .prepare<[Buffer, string], number>(
        `SELECT id FROM run WHERE identity = ? AND kind = 'caption' AND state <> 'cancelled'
           AND reverted_by_run_id IS NULL
           AND EXISTS (SELECT 1 FROM job WHERE run_id = run.id AND photo_id IN (SELECT value FROM json_each(?)))
         ORDER BY id DESC`,
      )
      .pluck()
      .all(runIdentityHash(identity), JSON.stringify(photoIds));
  }

  /** Photos of the run's waiting jobs. */
  waitingPhotos(runId: number): number[] {
    return this.#connection
      .prepare<[number], number>(`SELECT photo_id FROM job WHERE run_id = ? AND state = 'waiting'`)
      .pluck()
      .all(runId);
  }

  /** Whether the run was begun to redo what was done already. */
  redoes(runId: number): boolean {
    return (
      this.#connection
        .prepare<[number]>(`SELECT 1 FROM job WHERE run_id = ? AND state = 'waiting' AND again = 1 LIMIT 1`)
        .get(runId) !== undefined
    );
  }

  /** What became of the photo's job: it waits, it has failed, or there is none. */
  jobOf(photoId: number, runId: number): 'waiting' | Problem | undefined {
    const row = this.#connection
      .prepare<[number, number], JobRow>(
        'SELECT state, error_code, error_message, error_facts FROM job WHERE run_id = ? AND photo_id = ?',
      )
      .get(runId, photoId);
    if (row === undefined) return undefined;
    return row.state === 'waiting' ? 'waiting' : storedProblem(row.error_code, row.error_message, row.error_facts);
  }
}
