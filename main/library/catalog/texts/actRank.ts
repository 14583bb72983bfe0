/** @file Which of the texts that people wrote or approved goes first, and which of them were written here. SQL; used by the stores of captions and answers. */

/** SQL that is true of a run that brought texts of another library or document, or stands for one of there. */
export function isElsewhere(runId: string): string {
  return `(SELECT kind = 'import' OR restored_by_run_id IS NOT NULL FROM run WHERE run.id = ${runId})`;
}

/**
 * SQL for the rank of what a person did: by the run here; what an import says that people did elsewhere ranks below all
 * of that, the last stored highest.
 */
export function actRank(runId: string, rowId: string): string {
  return `iif(${isElsewhere(runId)}, 1 - 1.0 / (${rowId} + 1), ${runId})`;
}
