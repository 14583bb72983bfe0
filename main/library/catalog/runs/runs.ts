/** @file Runs: who changed what, when, and with which model and settings. */
import { createHash } from 'node:crypto';
import { type RunDescription, type RunKind, runDescriptionSchema } from '../../../../schemas/runDescription.ts';
import { CatalogError } from '../catalogError.ts';
import type { CatalogConnection } from '../connection.ts';
import { type RunIdentity, runIdentitySchema } from '../texts/provenance.ts';
import { questionKey } from '../texts/questionKey.ts';
import { type LongTerms, RunVocabularyStore, type StoredTerms } from './runVocabularies.ts';

/** `running` and `paused` runs have work left; a paused one waits for the person. */
export type RunState = 'running' | 'paused' | 'done' | 'cancelled';

export interface NewRun {
  readonly kind: RunKind;
  readonly description: RunDescription;
  /** Of a model's run: equal identities give equal texts. */
  readonly identity?: RunIdentity | undefined;
  readonly device?: string | undefined;
  /** Of an import: the file. */
  readonly importSource?: string | undefined;
  readonly priority?: number | undefined;
  readonly revertsRunId?: number | undefined;
}

export interface Run {
  readonly id: number;
  readonly kind: RunKind;
  readonly description: RunDescription;
  readonly state: RunState;
  readonly identity: RunIdentity | undefined;
  readonly device: string | undefined;
  readonly importSource: string | undefined;
  readonly priority: number;
  /** Jobs that were ever put into it, and what became of them. */
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly createdAtMs: number;
  readonly finishedAtMs: number | undefined;
  readonly revertsRunId: number | undefined;
  readonly revertedByRunId: number | undefined;
}

export type RunStatus = Pick<
  Run,
  'id' | 'kind' | 'description' | 'state' | 'priority' | 'total' | 'done' | 'failed' | 'device'
>;

export interface RunFilter {
  /** Runs older than this one: the next page. */
  readonly beforeId?: number | undefined;
  readonly limit?: number | undefined;
  /** Single edits are many; the page of runs leaves them out. */
  readonly kinds?: readonly RunKind[] | undefined;
}

interface RunRow extends StoredTerms {
  readonly id: number;
  readonly kind: RunKind;
  readonly description: string;
  readonly state: RunState;
  readonly model: string | null;
  readonly device: string | null;
  readonly prompt: string | null;
  readonly prompt_kind: string | null;
  readonly filter: string | null;
  readonly text_kind: string | null;
  readonly import_source: string | null;
  readonly priority: number;
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly created_at_ms: number;
  readonly finished_at_ms: number | null;
  readonly reverts_run_id: number | null;
  readonly reverted_by_run_id: number | null;
}

const defaultPage = 100;

export class RunStore {
  readonly #connection: CatalogConnection;
  readonly #vocabularies: RunVocabularyStore;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
    this.#vocabularies = new RunVocabularyStore(connection);
  }

  /** Begins a run, in the state `running`. Returns its id. */
  begin(run: NewRun): number {
    const { nowMs } = this.#connection;
    return this.#connection.write(() => {
      const { identity } = run;
      const terms = identity === undefined ? undefined : this.#vocabularies.store(identity);
      const { lastInsertRowid } = this.#connection
        .prepare(
          `INSERT INTO run (kind, description, state, identity, model, device, prompt, prompt_kind, settings, filter,
             tag_paths, vocabulary_id, text_kind, import_source, priority, created_at_ms, reverts_run_id, asked_key)
           VALUES (?, ?, 'running', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          run.kind,
          JSON.stringify(run.description),
          identity === undefined ? null : runIdentityHash(identity),
          json(identity?.model),
          run.device ?? null,
          identity?.prompt ?? null,
          identity?.kind ?? null,
          terms?.settings ?? null,
          json(identity?.filter),
          terms?.tag_paths ?? null,
          terms?.vocabulary_id ?? null,
          identity?.textKind ?? null,
          run.importSource ?? null,
          run.priority ?? 0,
          nowMs(),
          run.revertsRunId ?? null,
          askedKey(run.description),
        );
      const id = Number(lastInsertRowid);
      this.#connection.runChanged(id);
      return id;
    });
  }

  /** A person's own edit, or any change that is over at once: begun and done in the same transaction as the change. */
  within<T>(run: NewRun, work: (runId: number) => T): T {
    return this.#connection.write(() => {
      const id = this.begin(run);
      const result = work(id);
      this.setState(id, 'done');
      return result;
    });
  }

  /** Does more in a run that is done, as a part of it: in one transaction. */
  amend<T>(id: number, work: (runId: number) => T): T {
    return this.#connection.write(() => {
      const result = work(id);
      this.setState(id, 'done');
      return result;
    });
  }

  setState(id: number, state: RunState): void {
    const { nowMs } = this.#connection;
    this.#connection.write(() => {
      const finishedAtMs = state === 'done' || state === 'cancelled' ? nowMs() : null;
      this.#connection
        .prepare('UPDATE run SET state = ?, finished_at_ms = ? WHERE id = ?')
        .run(state, finishedAtMs, id);
      this.#connection.runChanged(id);
    });
  }

  /** Known only when the model is loaded. */
  setDevice(id: number, device: string): void {
    this.#connection.write(() => {
      this.#connection.prepare('UPDATE run SET device = ? WHERE id = ?').run(device, id);
      this.#connection.runChanged(id);
    });
  }

  /** @throws CatalogError NO_SUCH_RUN */
  get(id: number): Run {
    const row = this.#connection.prepare<[number], RunRow>('SELECT * FROM run WHERE id = ?').get(id);
    if (row === undefined) throw noSuchRun(id);
    return this.#runOf(row);
  }

  /** How it stands, without its terms, which can hold thousands of tags. @throws CatalogError NO_SUCH_RUN */
  statusOf(id: number): RunStatus {
    const row = this.#connection
      .prepare<[number], Omit<RunStatus, 'description' | 'device'> & Pick<RunRow, 'description' | 'device'>>(
        'SELECT id, kind, description, state, priority, total, done, failed, device FROM run WHERE id = ?',
      )
      .get(id);
    if (row === undefined) throw noSuchRun(id);
    return {
      ...row,
      description: runDescriptionSchema.parse(JSON.parse(row.description)),
      device: row.device ?? undefined,
    };
  }

  /** Texts and tags that it added or removed. */
  changeCount(id: number): number {
    return this.#connection.value<number>('SELECT count(*) FROM change WHERE run_id = ?', id);
  }

  /** Newest first; without those of other libraries, which imports brought with their texts. */
  list({ beforeId, limit = defaultPage, kinds }: RunFilter = {}): Run[] {
    return this.#connection
      .prepare<[string | null, string | null, number | null, number | null, number], RunRow>(
        `SELECT * FROM run
         WHERE restored_by_run_id IS NULL
           AND (? IS NULL OR kind IN (SELECT value FROM json_each(?))) AND (? IS NULL OR id < ?)
         ORDER BY id DESC LIMIT ?`,
      )
      .all(json(kinds), json(kinds), beforeId ?? null, beforeId ?? null, limit)
      .map((row) => this.#runOf(row));
  }

  /** Runs with work left, in the order in which they are processed. */
  open(): Run[] {
    return this.#connection
      .prepare<[], RunRow>(`SELECT * FROM run WHERE state IN ('running', 'paused') ORDER BY priority DESC, id`)
      .all()
      .map((row) => this.#runOf(row));
  }

  /** Unfinished runs with this identity, newest first: the same command given again goes on with them. */
  openWithIdentity(kind: RunKind, identity: RunIdentity): Run[] {
    return this.#connection
      .prepare<[Buffer, RunKind], RunRow>(
        `SELECT * FROM run WHERE identity = ? AND kind = ? AND state IN ('running', 'paused') ORDER BY id DESC`,
      )
      .all(runIdentityHash(identity), kind)
      .map((row) => this.#runOf(row));
  }

  /** The run that nobody asked for which last indexed with this identity and can be given more photos; not one that somebody ended. */
  lastAutomatic(identity: RunIdentity): Run | undefined {
    const row = this.#connection
      .prepare<[Buffer], RunRow>(
        `SELECT * FROM run WHERE identity = ? AND kind = 'embed' AND description ->> 'automatic' = 1
           AND state <> 'cancelled' AND reverted_by_run_id IS NULL ORDER BY id DESC LIMIT 1`,
      )
      .get(runIdentityHash(identity));
    return row && this.#runOf(row);
  }

  #runOf(row: RunRow): Run {
    return {
      id: row.id,
      kind: row.kind,
      description: runDescriptionSchema.parse(JSON.parse(row.description)),
      state: row.state,
      identity: identityOf(row, this.#vocabularies.termsOf(row)),
      device: row.device ?? undefined,
      importSource: row.import_source ?? undefined,
      priority: row.priority,
      total: row.total,
      done: row.done,
      failed: row.failed,
      createdAtMs: row.created_at_ms,
      finishedAtMs: row.finished_at_ms ?? undefined,
      revertsRunId: row.reverts_run_id ?? undefined,
      revertedByRunId: row.reverted_by_run_id ?? undefined,
    };
  }
}

function noSuchRun(id: number): CatalogError {
  return new CatalogError('NO_SUCH_RUN', `There is no run ${id}.`, { runId: id });
}

/** With thousands of tags, one takes as long as many small transactions. */
const hashes = new WeakMap<RunIdentity, Buffer>();

/** Of model, prompt, settings and filter, whatever the order of their keys. The identity must not be changed afterwards. */
export function runIdentityHash(identity: RunIdentity): Buffer {
  const known = hashes.get(identity);
  if (known !== undefined) return known;
  const hash = createHash('sha256').update(canonicalJson(identity)).digest();
  hashes.set(identity, hash);
  return hash;
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

function json(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

const modelSchema = runIdentitySchema.shape.model;
const filterSchema = runIdentitySchema.shape.filter.unwrap();

function identityOf(row: RunRow, terms: LongTerms | undefined): RunIdentity | undefined {
  if (row.model === null || row.prompt === null || terms === undefined) {
    return undefined;
  }
  return {
    model: modelSchema.parse(JSON.parse(row.model)),
    prompt: row.prompt,
    ...(row.prompt_kind === null ? {} : { kind: runIdentitySchema.shape.kind.parse(row.prompt_kind) }),
    ...terms,
    ...(row.filter === null ? {} : { filter: filterSchema.parse(JSON.parse(row.filter)) }),
    ...(row.text_kind === null ? {} : { textKind: runIdentitySchema.shape.textKind.parse(row.text_kind) }),
  };
}

/** A question is found by it, whoever asked it in whichever way. */
function askedKey(description: RunDescription): string | null {
  return description.kind === 'ask' || description.kind === 'chat' ? questionKey(description.question) : null;
}
