/** @file Runs as the commands show them, for people and as JSON. Pure. */
import { runTitle } from '../../../resources/messages/runTitle.ts';
import type { Texts } from '../../../resources/messages/texts.ts';
import type { Run } from '../../library/catalog/runs/runs.ts';
import type { OwnSettings } from '../../library/queue/queue.ts';
import { UsageError } from '../exitCodes.ts';
import type { CliTexts } from '../language.ts';

/** As typed. @throws UsageError */
export function runIdOf(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new UsageError((usage) => usage.noRunNumber(text));
}

/** "done, undone by 12", "running, 340 of 1,200 done, 3 failed". */
export function stateOf({ state, total, done, failed, revertedByRunId }: Run, { commandLine }: CliTexts): string {
  const { general, runs } = commandLine;
  const named = runs.states[state];
  return general.list([
    state === 'done' || total === 0 ? named : runs.partly(named, done, total),
    ...(failed === 0 ? [] : [general.failedCount(failed)]),
    ...(revertedByRunId === undefined ? [] : [runs.undoneBy(revertedByRunId)]),
  ]);
}

/** `name` is the title in the language of the system; `description` the facts that it is made of. */
export function runJson(run: Run, texts: Texts, ownSettings: readonly OwnSettings[] = []): Record<string, unknown> {
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
    ...(ownSettings.length === 0
      ? {}
      : { ownSettings: ownSettings.map(({ question, settings }) => ({ question, settings })) }),
    ...(device === undefined ? {} : { device }),
    ...(importSource === undefined ? {} : { importSource }),
    ...(run.revertsRunId === undefined ? {} : { undoes: run.revertsRunId }),
    ...(run.revertedByRunId === undefined ? {} : { undoneBy: run.revertedByRunId }),
  };
}

export function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}
