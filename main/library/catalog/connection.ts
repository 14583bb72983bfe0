/** @file What every store of the catalog works with: the database, transactions, and word of what changed. Main process, reader threads, CLI. */
import type { Database, Statement } from 'better-sqlite3';
import { catalogErrorOf } from './catalogError.ts';

export interface ConnectionOptions {
  readonly database: Database;
  readonly file: string;
  readonly nowMs?: (() => number) | undefined;
}

/** What a transaction changed, told once it is on the disk. */
export interface CatalogChange {
  /** Photos whose row, texts or tags are not what they were. */
  readonly photoIds: ReadonlySet<number>;
  readonly runIds: ReadonlySet<number>;
  /** Roots or folders came, went or moved. */
  readonly foldersChanged: boolean;
}

export class CatalogConnection {
  readonly database: Database;
  readonly file: string;
  readonly nowMs: () => number;
  readonly #statements = new Map<string, Statement<unknown[], unknown>>();
  readonly #listeners = new Set<(change: CatalogChange) => void>();
  #photoIds = new Set<number>();
  #runIds = new Set<number>();
  #foldersChanged = false;
  readonly #lastWork = new Map<string, () => void>();

  constructor({ database, file, nowMs }: ConnectionOptions) {
    this.database = database;
    this.file = file;
    this.nowMs = nowMs ?? Date.now;
  }

  /** Prepares each text once. @typeParam Row what a row looks like: the schema says so, nothing checks it */
  prepare<Parameters extends unknown[], Row = unknown>(sql: string): Statement<Parameters, Row> {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement as Statement<Parameters, Row>;
  }

  /** The first column of the one row that a query always has, such as a count. @throws RangeError where there is none */
  value<Value>(sql: string, ...parameters: unknown[]): Value {
    const value = this.prepare<unknown[], Value>(sql)
      .pluck()
      .get(...parameters);
    if (value === undefined) throw new RangeError(`the catalog has no row for: ${sql}`);
    return value;
  }

  /**
   * Does all of `work` or nothing. It is synchronous and should be short: nobody else writes meanwhile, and a process
   * that shows a window is blocked. A call within another belongs to the other's transaction.
   * @throws CatalogError for what SQLite refuses; whatever `work` throws
   */
  write<T>(work: () => T): T {
    if (this.database.inTransaction) {
      return work();
    }
    try {
      const whole = this.database.transaction(() => {
        const result = work();
        this.#finish();
        return result;
      });
      const result = whole.immediate();
      this.#tell();
      return result;
    } catch (error) {
      this.#forgetChanges();
      throw catalogErrorOf(error, this.file);
    }
  }

  /**
   * Does something as the last part of the transaction, once however often it is asked for within it: what is made from
   * other rows need not be made anew at each of them. Outside of a transaction, at once.
   * @param key of what is the same work
   */
  beforeCommit(key: string, work: () => void): void {
    if (this.database.inTransaction) this.#lastWork.set(key, work);
    else work();
  }

  #finish(): void {
    // Work may ask for more.
    for (const [key, work] of this.#lastWork) {
      this.#lastWork.delete(key);
      work();
    }
  }

  /** Reads a consistent state, however many statements it takes. */
  read<T>(work: () => T): T {
    if (this.database.inTransaction) {
      return work();
    }
    try {
      return this.database.transaction(work).deferred();
    } catch (error) {
      throw catalogErrorOf(error, this.file);
    }
  }

  /** Another one after anything was written, by this process or by another. Takes microseconds. */
  version(): string {
    const own = this.value<number>('SELECT total_changes()');
    return `${own} ${this.database.pragma('data_version', { simple: true })}`;
  }

  photoChanged(photoId: number): void {
    this.#photoIds.add(photoId);
  }

  runChanged(runId: number): void {
    this.#runIds.add(runId);
  }

  foldersChanged(): void {
    this.#foldersChanged = true;
  }

  /** Listeners are called after the transaction, in this process only. Returns how to stop. */
  onChange(listener: (change: CatalogChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(): void {
    if (this.#photoIds.size === 0 && this.#runIds.size === 0 && !this.#foldersChanged) {
      return;
    }
    const change = { photoIds: this.#photoIds, runIds: this.#runIds, foldersChanged: this.#foldersChanged };
    this.#forgetChanges();
    for (const listener of this.#listeners) {
      listener(change);
    }
  }

  #forgetChanges(): void {
    this.#photoIds = new Set();
    this.#runIds = new Set();
    this.#foldersChanged = false;
    this.#lastWork.clear();
  }
}
