/** @file What an import does besides adding rows: it approves some that are here, and keeps some out of sight. Pure. */
import type { ApprovedRow } from '../../catalog/texts/approvals.ts';

/** What the person here wrote as well: it is stored, and shown only where they undo that. */
export interface Behind<Said> {
  readonly said: Said;
  /** The run in which they wrote it. */
  readonly ownRunId: number;
}

export interface PlannedApproval {
  readonly row: ApprovedRow;
  readonly atMs: number;
  /** The document is about another content than the photo has now. */
  readonly isOutdated: boolean;
}

export interface MaybeApproved {
  readonly approvedAtMs?: number | undefined;
  readonly isOutdated?: boolean | undefined;
}

export function isApproved(text: MaybeApproved): boolean {
  return text.approvedAtMs !== undefined;
}

export function approvalOf({ approvedAtMs = 0, isOutdated = false }: MaybeApproved): Omit<PlannedApproval, 'row'> {
  return { atMs: approvedAtMs, isOutdated };
}
