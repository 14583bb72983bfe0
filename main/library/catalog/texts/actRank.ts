/** @file Which of the texts that people wrote or approved goes first. SQL; used by the stores of captions and answers. */

/**
 * SQL for the rank of what a person did: by the run here; what an import says that people did elsewhere ranks below all
 * of that, the last stored highest.
 */
export function actRank(runId: string, rowId: string): string {
  const isElsewhere = `SELECT kind = 'import' OR restored_by_run_id IS NOT NULL FROM run WHERE run.id = ${runId}`;
  return `iif((${isElsewhere}), 1 - 1.0 / (${rowId} + 1), ${runId})`;
}
