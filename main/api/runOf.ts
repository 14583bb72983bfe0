/** @file A run as the contract has it. Main process and server. */
import type { Run } from '../../preload/contract/runs.ts';
import type { Run as CatalogRun } from '../library/catalog/runs.ts';

export function runOf(run: CatalogRun): Run {
  const { id, kind, name, state, total, done, failed, createdAtMs } = run;
  return {
    ...{ id, kind, name, state, total, done, failed, createdAtMs },
    modelId: run.identity?.model.id ?? null,
    device: run.device ?? null,
    prompt: run.identity?.prompt ?? null,
    settings: run.identity?.settings ?? null,
    finishedAtMs: run.finishedAtMs ?? null,
    revertsRunId: run.revertsRunId ?? null,
    revertedByRunId: run.revertedByRunId ?? null,
  };
}
