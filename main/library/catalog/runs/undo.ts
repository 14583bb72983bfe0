/** @file Reverts a run whole: what it added goes, what it removed comes back. Also of another revert. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CatalogError } from '../catalogError.ts';
import type { CatalogConnection } from '../connection.ts';
import { MarkStore } from '../photos/marks.ts';
import { AnswerStore } from '../texts/answers.ts';
import { ApprovalStore } from '../texts/approvals.ts';
import { CaptionStore } from '../texts/captions.ts';
import { TagStore } from '../texts/tags.ts';
import { bringingRun, type ChangedEntity, ChangeLog } from './changes.ts';
import { rivalsOf } from './rivals.ts';
import { type Run, RunStore } from './runs.ts';

export interface RevertResult {
  /** The run that did it; reverting that one brings everything back. */
  readonly runId: number;
  /** Captions, answers, tags, scores, marks and decisions about stacks that are as they were before the run. */
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

interface UndoWork {
  /** The run that does it. */
  readonly undoId: number;
  /** The run that is reverted. */
  readonly runId: number;
  /** Runs that may have removed what is to come back. */
  readonly removers: readonly number[];
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
  readonly #marks: MarkStore;

  constructor(connection: CatalogConnection) {
    this.#connection = connection;
    this.#log = new ChangeLog(connection);
    this.#runs = new RunStore(connection);
    this.#captions = new CaptionStore(connection);
    this.#answers = new AnswerStore(connection);
    this.#tags = new TagStore(connection);
    this.#approvals = new ApprovalStore(connection);
    this.#marks = new MarkStore(connection);
  }

  /**
   * Undoes the run, or does again what the run undid. Work that it has left is cancelled first. A process that ends
   * meanwhile finishes it at its next start (`finishInterrupted`); so does a signal that aborts.
   *
   * However often a run is undone and done again, it stands in one line with all of it: an undo reverts the run itself,
   * a redo reverts the undo that is in effect. Undoing a redo is undoing the run.
   * @throws CatalogError NO_SUCH_RUN, RUN_NOT_REVERTIBLE; the signal's reason
   */
  async revert(runId: number, options: RevertOptions = {}): Promise<RevertResult> {
    const { undoId, targetId } = this.#connection.write(() => {
      const run = this.#runs.get(runId);
      const original = this.#originalOf(run);
      assertRevertible(run, original);
      const isRedo = original.revertedByRunId === run.id;
      const target = isRedo ? run : original;
      if (target.state !== 'done' && !isAllOrNothing(target)) {
        this.#connection.prepare('DELETE FROM job WHERE run_id = ?').run(target.id);
        this.#runs.setState(target.id, 'cancelled');
      }
      const description = { kind: isRedo ? 'redo' : 'undo', of: original.description } as const;
      const id = this.#runs.begin({ kind: 'undo', description, revertsRunId: target.id });
      this.#setReverted(isRedo ? [run.id] : this.#lineOf(original.id), id);
      if (isRedo) this.#setReverted([original.id], null);
      return { undoId: id, targetId: target.id };
    });
    return await this.#work(undoId, targetId, options);
  }

  /** The run that the undo, or the redo, is about; a run of another kind is its own. */
  #originalOf(run: Run): Run {
    let original = run;
    while (original.revertsRunId !== undefined) original = this.#runs.get(original.revertsRunId);
    return original;
  }

  /** The run with everything that ever undid it or did it again. */
  #lineOf(originalId: number): number[] {
    return this.#connection
      .prepare<[number], number>(
        `WITH RECURSIVE line (id) AS (
           VALUES (?) UNION ALL SELECT run.id FROM run JOIN line ON run.reverts_run_id = line.id
         ) SELECT id FROM line`,
      )
      .pluck()
      .all(originalId);
  }

  /** Of runs that are in effect: what was reverted before stays so by whatever did it. Null: in effect again. */
  #setReverted(runIds: readonly number[], byRunId: number | null): void {
    for (const id of runIds) {
      this.#connection
        .prepare<[number | null, number, number | null, number | null]>(
          `UPDATE run SET reverted_by_run_id = ? WHERE id = ? AND id IS NOT ?
           AND (? IS NULL OR reverted_by_run_id IS NULL)`,
        )
        .run(byRunId, id, byRunId, byRunId);
      this.#connection.runChanged(id);
    }
  }

  /**
   * Puts right what a crash cut short: an undo is finished, a bulk edit or import that was half done is reverted, so that either
   * all of it happened or nothing. To be called once after opening, by the process that owns the catalog.
   */
  async finishInterrupted(options: RevertOptions = {}): Promise<RevertResult[]> {
    const results: RevertResult[] = [];
    for (const run of this.#runs.open()) {
      if (run.kind === 'undo' && run.revertsRunId !== undefined) {
        results.push(await this.#work(run.id, run.revertsRunId, options));
      } else if (isAllOrNothing(run) && run.revertedByRunId === undefined) {
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
    // An undo of a redo brings back what the run had removed, whichever of the two did it last.
    const removers = this.#runs.get(runId).kind === 'undo' ? [runId] : this.#lineOf(runId);
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
      reverted += this.#connection.write(() => this.#revertRows({ undoId, runId, removers }, rows));
      after = last;
      done += rows.length;
      onProgress?.(done, total ?? done);
      await nextTurn();
    }
    this.#connection.write(() => {
      this.#runs.setState(undoId, 'done');
      const run = this.#runs.get(runId);
      if (isAllOrNothing(run) && run.state === 'running') this.#runs.setState(runId, 'cancelled');
    });
    return { runId: undoId, reverted, leftAlone: done - reverted };
  }

  #revertRows(work: UndoWork, rows: readonly ChangeRow[]): number {
    const { undoId } = work;
    const affected = new Map<ChangedEntity, Set<number>>();
    let reverted = 0;
    for (const { entity, row_id: rowId, action } of rows) {
      // What a person approved since is theirs to keep: a later change.
      if (action === 'add' && this.#isApproved(entity, rowId)) continue;
      const rowsReverted =
        action === 'add' ? Number(this.#log.remove(undoId, entity, rowId)) : this.#bringBack(work, entity, rowId);
      if (rowsReverted === 0) continue;
      reverted += rowsReverted;
      if (entity === 'approval') this.#settleApproved(work, rowId);
      const photoId = this.#log.photoOf(entity, rowId);
      const photoIds = affected.get(entity) ?? new Set();
      affected.set(entity, photoId === undefined ? photoIds : photoIds.add(photoId));
    }
    for (const [entity, photoIds] of affected) {
      for (const photoId of photoIds) this.#refresh(entity, photoId);
    }
    return reverted;
  }

  /**
   * What a run added that was undone stayed for its approval's sake: it goes with that, and comes back with it, as if the
   * undo of its run had done so.
   */
  #settleApproved({ undoId: byRunId, runId }: UndoWork, approvalId: number): void {
    const row = this.#connection
      .prepare<[number], { caption_id: number | null; photo_tag_id: number | null }>(
        'SELECT caption_id, photo_tag_id FROM approval WHERE id = ?',
      )
      .get(approvalId);
    const [entity, rowId] =
      row?.caption_id != null ? (['caption', row.caption_id] as const) : (['photo_tag', row?.photo_tag_id] as const);
    if (rowId == null) return;
    const undoId = this.#undoOf(entity, rowId);
    // What this very undo is about, it comes to.
    if (undoId === undefined || undoId === byRunId) return;
    if (this.#isApproved(entity, rowId)) this.#bringBack({ undoId, runId, removers: [undoId] }, entity, rowId);
    else this.#log.remove(undoId, entity, rowId);
  }

  /**
   * What a run added that was undone meanwhile stays removed, as if the undo of that run had done so; and what something
   * else stands in the place of by now, as if that had come second. Returns how many rows are as they were.
   */
  #bringBack({ undoId: byRunId, runId, removers }: UndoWork, entity: ChangedEntity, rowId: number): number {
    if (!this.#log.isRemovedBy(entity, rowId, removers)) return 0;
    const undoId = this.#undoOf(entity, rowId);
    const isUndone = undoId !== undefined && undoId !== byRunId && !this.#isApproved(entity, rowId);
    const rivals = rivalsOf(this.#connection, entity, rowId, runId);
    const keeperId = isUndone ? undoId : rivals.stronger?.runId;
    if (keeperId !== undefined) {
      this.#log.passOn(keeperId, entity, rowId);
      return 0;
    }
    for (const going of rivals.going) this.#log.remove(byRunId, entity, going.rowId);
    for (const weaker of rivals.weaker) this.#log.remove(weaker.rivalRunId, entity, weaker.rowId);
    this.#log.bringBack(byRunId, entity, rowId);
    return 1 + rivals.going.length;
  }

  /** What undid the run that brought the row, where that is undone. */
  #undoOf(entity: ChangedEntity, rowId: number): number | undefined {
    return (
      this.#connection
        .prepare<[number], number | null>(
          `SELECT reverted_by_run_id FROM run
           WHERE id = (SELECT ${bringingRun(entity)} FROM ${entity} WHERE ${entity}.id = ?)`,
        )
        .pluck()
        .get(rowId) ?? undefined
    );
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
      case 'mark':
        this.#marks.refresh(photoId);
        break;
      case 'stack_choice':
        // Its folder is due by now: stacks are made in a reader thread.
        this.#connection.photoChanged(photoId);
        break;
    }
  }
}

/** Half of it is never left: of what stopped, nothing is. */
function isAllOrNothing({ kind }: Run): boolean {
  return kind === 'bulk-edit' || kind === 'import';
}

function assertRevertible(run: Run, original: Run): void {
  const isOther = original.revertedByRunId !== undefined && original.revertedByRunId !== run.id;
  if (run.revertedByRunId !== undefined || isOther) {
    throw new CatalogError('RUN_NOT_REVERTIBLE', `Run ${run.id} is undone already.`, { runId: run.id });
  }
  if (run.kind === 'undo' && run.state === 'running') {
    throw new CatalogError('RUN_NOT_REVERTIBLE', `Run ${run.id} is not finished yet.`, { runId: run.id });
  }
}
