/** @file Runs as the commands show them, for people and as JSON. Pure. */
import { runTitle } from '../../../resources/messages/runTitle.ts';
import type { Texts } from '../../../resources/messages/texts.ts';
import type { Run } from '../../library/catalog/runs/runs.ts';
import { UsageError } from '../exitCodes.ts';
import { counted } from '../quantities.ts';

/** As typed. @throws UsageError */
export function runIdOf(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new UsageError((usage) => usage.noRunNumber(text));
}

/** "done, undone by 12", "340 of 1200 photos, 3 failed". */
export function stateOf({ state, total, done, failed, revertedByRunId }: Run): string {
  return [
    state === 'done' || total === 0 ? state : `${state}, ${done} of ${total} done`,
    ...(failed === 0 ? [] : [`${failed} failed`]),
    ...(revertedByRunId === undefined ? [] : [`undone by ${revertedByRunId}`]),
  ].join(', ');
}

/** `name` is the title in the language of the system; `description` the facts that it is made of. */
export function runJson(run: Run, texts: Texts): Record<string, unknown> {
  const { id, kind, description, state, total, done, failed, device, importSource, identity } = run;
  return {
    id,
    kind,
    name: runTitle(description, texts),
    description,
    state,
    ...(total === 0 ? {} : { total, done, failed }),
    begunAt: isoTime(run.createdAtMs),
    finishedAt: run.finishedAtMs === undefined ? null : isoTime(run.finishedAtMs),
    ...(identity === undefined ? {} : identity),
    ...(device === undefined ? {} : { device }),
    ...(importSource === undefined ? {} : { importSource }),
    ...(run.revertsRunId === undefined ? {} : { undoes: run.revertsRunId }),
    ...(run.revertedByRunId === undefined ? {} : { undoneBy: run.revertedByRunId }),
  };
}

export function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}

export function changesOf(count: number): string {
  return counted(count, 'change');
}
