/** @file What comes next in a pilot with the settings that are shown. Pure; renderer only. */
import type { Attempt, Estimate } from '../../../preload/contract/pilots.ts';

export type PilotStep =
  /** The settings were not tried yet. */
  | { readonly type: 'untried'; readonly photos: number }
  /** They were: so many photos are left. */
  | { readonly type: 'tried'; readonly photos: number; readonly attempt: Attempt }
  /** All photos are being done, or are done. */
  | { readonly type: 'goes-on' | 'done'; readonly attempt: Attempt };

/** @param estimate of the settings that are shown */
export function pilotStep(attempts: readonly Attempt[], estimate: Estimate): PilotStep {
  const attempt = attempts.find(({ run }) => run.id === estimate.attemptRunId);
  if (attempt === undefined) return { type: 'untried', photos: estimate.photos };
  const isOpen = attempt.run.state === 'running' || attempt.run.state === 'paused';
  if (isOpen && attempt.isContinued) return { type: 'goes-on', attempt };
  const { photos } = estimate;
  return photos === 0 ? { type: 'done', attempt } : { type: 'tried', photos, attempt };
}
