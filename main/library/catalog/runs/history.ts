/**
 * @file The history as a person reads it: what they did, each thing once, marked where it is undone. Undos and redos are
 * runs of their own for the catalog, and no lines of it here. Main process, reader threads, CLI.
 */
import type { RunKind } from '../../../../schemas/runDescription.ts';
import type { CatalogConnection } from '../connection.ts';
import { changedEntities } from './changes.ts';
import { type Run, RunStore } from './runs.ts';

/** All but single edits and chats, which are many. */
export const largeRunKinds: readonly RunKind[] = ['caption', 'ask', 'score', 'embed', 'import', 'bulk-edit'];
/** All that a person did. */
export const historyRunKinds: readonly RunKind[] = [...largeRunKinds, 'edit', 'chat'];

export interface HistoryStep {
  readonly run: Run;
  /** That it changed something of. */
  readonly photos: number;
}

export interface HistorySteps {
  /** What undo would revert: the latest that was done and is not undone. */
  readonly undo: HistoryStep | undefined;
  /** What redoing would do again: what was undone last, if nothing was edited since. */
  readonly redo: HistoryStep | undefined;
}

const changesSomething = 'EXISTS (SELECT 1 FROM change WHERE change.run_id = run.id)';

export function historySteps(connection: CatalogConnection): HistorySteps {
  const undoId = connection
    .prepare<[], number>(
      `SELECT id FROM run WHERE kind IN ('caption', 'ask', 'score', 'import', 'edit', 'bulk-edit')
         AND state IN ('done', 'cancelled') AND reverted_by_run_id IS NULL AND ${changesSomething}
       ORDER BY id DESC LIMIT 1`,
    )
    .pluck()
    .get();
  // A half-done bulk edit or import that was put right is undone, too, and nothing that a person would do again.
  const redoId = connection
    .prepare<[], number>(
      `SELECT undone.id FROM run AS undone JOIN run AS undo ON undo.id = undone.reverted_by_run_id
       WHERE undone.kind <> 'undo' AND undo.state = 'done' AND NOT (undone.kind IN ('bulk-edit', 'import') AND undone.state = 'cancelled')
         AND NOT EXISTS (SELECT 1 FROM run WHERE run.id > undo.id AND kind IN ('import', 'edit', 'bulk-edit')
           AND ${changesSomething})
       ORDER BY undo.id DESC LIMIT 1`,
    )
    .pluck()
    .get();
  return { undo: stepOf(connection, undoId), redo: stepOf(connection, redoId) };
}

function stepOf(connection: CatalogConnection, runId: number | undefined): HistoryStep | undefined {
  if (runId === undefined) return undefined;
  const entities = changedEntities.map(
    (entity) => `SELECT photo_id FROM change JOIN ${entity} ON ${entity}.id = row_id
      WHERE change.run_id = @runId AND entity = '${entity}'`,
  );
  const photos = connection.value<number>(`SELECT count(*) FROM (${entities.join(' UNION ')})`, { runId });
  return { run: new RunStore(connection).get(runId), photos };
}
