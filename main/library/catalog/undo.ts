/** @file Reverts a run whole: what it added goes, what it removed comes back. Also of another revert. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AnswerStore } from './answers.ts';
import { ApprovalStore } from './approvals.ts';
import { CaptionStore } from './captions.ts';
import { CatalogError } from './catalogError.ts';
import { type ChangedEntity, ChangeLog } from './changes.ts';
import type { CatalogConnection } from './connection.ts';
import { type Run, RunStore } from './runs.ts';
import { TagStore } from './tags.ts';

export interface RevertResult {
  /** The run that did it; reverting that one brings everything back. */
  readonly runId: number;
  /** Captions, answers, tags and scores that are as they were before the run. */
  readonly reverted: number;
  /** Those that someone changed again since: the later change stands. */
  readonly leftAlone: number;
}

export interface RevertOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

interface ChangeRow {
  readonly entity: ChangedEntity;
  readonly row_id: number;
  readonly action: 'add' | 'remove';
}

/** Rows of one transaction: a few milliseconds, after which others have their turn. */
const rowsAtOnce = 200;

export class UndoStore {
  readonly #connection: CatalogConnection;
  readonly #log: ChangeLog;
  readonly #runs: RunStore;
  readonly #captions: CaptionStore;
  readonly #answers: AnswerStore;
  readonly #tags: TagStore;
  readonly #approvals: ApprovalStore;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
    this.#log = new ChangeLog(connection);
    this.#runs = new RunStore(connection);
    this.#captions = new CaptionStore(connection);
    this.#answers = new AnswerStore(connection);
    this.#tags = new TagStore(connection);
    this.#approvals = new ApprovalStore(connection);
  }

  /**
   * Reverts the run. Work that it has left is cancelled first. A process that ends meanwhile finishes it at its next
   * start (`finishInterrupted`); so does a signal that aborts.
   * @throws CatalogError NO_SUCH_RUN, RUN_NOT_REVERTIBLE; the signal's reason
   */
  async revert(runId: number, options: RevertOptions = {}): Promise<RevertResult> {
    const undoId = this.#connection.write(() => {
      const run = this.#runs.get(runId);
      assertRevertible(run);
      if (run.state !== 'done' && run.kind !== 'bulk-edit') {
        this.#connection.prepare('DELETE FROM job WHERE run_id = ?').run(runId);
        this.#runs.setState(runId, 'cancelled');
      }
      const id = this.#runs.begin({ kind: 'undo', name: `Undo: ${run.name}`, revertsRunId: runId });
      this.#connection.prepare('UPDATE run SET reverted_by_run_id = ? WHERE id = ?').run(id, runId);
      this.#standAgain(run);
      this.#connection.runChanged(runId);
      return id;
    });
    return await this.#work(undoId, runId, options);
  }

  /** What a reverted undo had reverted stands again; what that had reverted, if it was an undo itself, does not; and so on. */
  #standAgain(reverted: Run): void {
    let undo = reverted;
    for (let isInEffect = false; undo.revertsRunId !== undefined; isInEffect = !isInEffect) {
      this.#connection
        .prepare<[number | null, number]>('UPDATE run SET reverted_by_run_id = ? WHERE id = ?')
        .run(isInEffect ? undo.id : null, undo.revertsRunId);
      this.#connection.runChanged(undo.revertsRunId);
      undo = this.#runs.get(undo.revertsRunId);
    }
  }

  /**
   * Puts right what a crash cut short: an undo is finished, a bulk edit that was half done is reverted, so that either
   * all of it happened or nothing. To be called once after opening, by the process that owns the catalog.
   */
  async finishInterrupted(options: RevertOptions = {}): Promise<RevertResult[]> {
    const results: RevertResult[] = [];
    for (const run of this.#runs.open()) {
      if (run.kind === 'undo' && run.revertsRunId !== undefined) {
        results.push(await this.#work(run.id, run.revertsRunId, options));
      } else if (run.kind === 'bulk-edit' && run.revertedByRunId === undefined) {
        results.push(await this.revert(run.id, options));
      }
    }
    return results;
  }

  async #work(undoId: number, runId: number, { signal, onProgress }: RevertOptions): Promise<RevertResult> {
    const total = this.#connection
      .prepare<[number], number>('SELECT count(*) FROM change WHERE run_id = ?')
      .pluck()
      .get(runId);
    let after: Pick<ChangeRow, 'entity' | 'row_id'> = { entity: 'answer', row_id: -1 };
    let reverted = 0;
    let done = 0;
    for (;;) {
      signal?.throwIfAborted();
      const rows = this.#connection
        .prepare<[number, string, number], ChangeRow>(
          `SELECT entity, row_id, action FROM change WHERE run_id = ? AND (entity, row_id) > (?, ?)
           ORDER BY entity, row_id LIMIT ${rowsAtOnce}`,
        )
        .all(runId, after.entity, after.row_id);
      const last = rows.at(-1);
      if (last === undefined) break;
      reverted += this.#connection.write(() => this.#revertRows(undoId, runId, rows));
      after = last;
      done += rows.length;
      onProgress?.(done, total ?? done);
      await nextTurn();
    }
    this.#connection.write(() => {
      this.#runs.setState(undoId, 'done');
      const { kind, state } = this.#runs.get(runId);
      if (kind === 'bulk-edit' && state === 'running') this.#runs.setState(runId, 'cancelled');
    });
    return { runId: undoId, reverted, leftAlone: done - reverted };
  }

  #revertRows(undoId: number, runId: number, rows: readonly ChangeRow[]): number {
    const affected = new Map<ChangedEntity, Set<number>>();
    let reverted = 0;
    for (const { entity, row_id: rowId, action } of rows) {
      // What a person approved since is theirs to keep: a later change.
      if (action === 'add' && this.#isApproved(entity, rowId)) continue;
      const isReverted =
        action === 'add' ? this.#log.remove(undoId, entity, rowId) : this.#log.bringBack(undoId, entity, rowId, runId);
      if (!isReverted) continue;
      reverted += 1;
      const photoId = this.#log.photoOf(entity, rowId);
      const photoIds = affected.get(entity) ?? new Set();
      affected.set(entity, photoId === undefined ? photoIds : photoIds.add(photoId));
    }
    for (const [entity, photoIds] of affected) {
      for (const photoId of photoIds) this.#refresh(entity, photoId);
    }
    return reverted;
  }

  /** Approvals of the run itself are reverted by now: they come first. */
  #isApproved(entity: ChangedEntity, rowId: number): boolean {
    if (entity === 'caption') return this.#approvals.isApproved({ captionId: rowId });
    return entity === 'photo_tag' && this.#approvals.isApproved({ photoTagId: rowId });
  }

  #refresh(entity: ChangedEntity, photoId: number): void {
    switch (entity) {
      case 'approval':
        this.#captions.refreshShown(photoId);
        this.#tags.refresh(photoId);
        break;
      case 'caption':
      case 'score':
        this.#captions.refreshShown(photoId);
        break;
      case 'answer':
        this.#answers.refreshShown(photoId);
        break;
      case 'photo_tag':
        this.#tags.refresh(photoId);
        break;
    }
  }
}

function assertRevertible(run: Run): void {
  if (run.revertedByRunId !== undefined) {
    throw new CatalogError('RUN_NOT_REVERTIBLE', `"${run.name}" is reverted already.`, { runId: run.id });
  }
  if (run.kind === 'undo' && run.state === 'running') {
    throw new CatalogError('RUN_NOT_REVERTIBLE', `"${run.name}" is not finished yet.`, { runId: run.id });
  }
}
