/** @file How the queue gets on, in one line and one number: for the tray, the dock and the taskbar. Pure; desktop main process. */
import type { Problem } from '../../preload/contract/common.ts';
import type { QueueState } from '../../preload/contract/library.ts';
import { errorText } from '../../resources/messages/errorText.ts';
import { texts } from '../../resources/messages/texts.ts';
import { isAutomatic } from '../../schemas/automaticRun.ts';
import type { Language } from '../../schemas/choices.ts';

export interface QueueProgress {
  readonly state: 'idle' | 'working' | 'resting' | 'paused';
  /** Also while there is nothing to do: what comes next will wait. */
  readonly isPaused: boolean;
  /** Photos, questions, scores: jobs. */
  readonly left: number;
  /** 0 to 1. */
  readonly fraction: number;
  readonly perMinute: number | undefined;
  readonly etaMs: number | undefined;
  readonly reason: Problem | undefined;
  /** Something is at work that somebody asked for: the computer is to stay awake. */
  readonly isWanted: boolean;
}

export function queueProgress({ paused, reason, runs }: QueueState): QueueProgress {
  const open = runs.filter(({ state }) => state !== 'done' && state !== 'cancelled');
  const total = open.reduce((sum, run) => sum + run.total, 0);
  const finished = open.reduce((sum, run) => sum + run.done + run.failed, 0);
  const works = open.some(({ state }) => state === 'running');
  const rates = open.flatMap(({ ratePerSecond }) => ratePerSecond ?? []);
  const etas = open.flatMap(({ etaMs }) => etaMs ?? []);
  const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);
  return {
    state: open.length === 0 ? 'idle' : paused ? 'paused' : works ? 'working' : 'resting',
    isPaused: paused,
    left: total - finished,
    fraction: total === 0 ? 0 : finished / total,
    perMinute: rates.length === 0 ? undefined : sum(rates) * 60,
    // Of a part of the runs it would promise too much.
    etaMs: etas.length < open.length || etas.length === 0 ? undefined : sum(etas),
    isWanted: open.some((run) => run.state === 'running' && !isAutomatic(run)),
    reason: reason ?? open.find((run) => run.reason !== null)?.reason ?? undefined,
  };
}

export function progressText(progress: QueueProgress, language: Language): string {
  const { desktop, queue, errors } = texts[language];
  const { state, isPaused, perMinute, etaMs, reason } = progress;
  const left = new Intl.NumberFormat(language).format(progress.left);
  switch (state) {
    case 'idle':
      return isPaused ? desktop.pausedIdle : desktop.idle;
    case 'paused':
      return desktop.paused(left);
    case 'resting':
      if (reason === undefined) return desktop.working(left, null, null);
      return desktop.held(left, queue.reasons[reason.code] ?? errorText(reason, { errors }));
    case 'working': {
      const rate = new Intl.NumberFormat(language, { maximumSignificantDigits: 2 });
      return desktop.working(
        left,
        perMinute === undefined ? null : rate.format(perMinute),
        etaMs === undefined ? null : durationText(etaMs, language),
      );
    }
  }
}

/** In the largest unit that fits, and never less than a minute: seconds would only flicker. */
function durationText(ms: number, language: Language): string {
  const minutes = Math.max(1, Math.round(ms / 60_000));
  const [value, unit] = minutes < 90 ? [minutes, 'minute'] : [Math.round(minutes / 60), 'hour'];
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(value);
}
