/** @file English: what several commands say: how far they are, what failed, what became of the whole. */
import { counted, english } from '../format.ts';
import { type DurationUnits, formatDuration, type ProgressLines } from './quantities.ts';

/** About a prompt, from whoever composed it. */
interface PromptWarning {
  readonly code: string;
  readonly message: string;
  readonly parts?: readonly string[] | undefined;
}

const units: DurationUnits = { second: 's', minute: 'min', hour: 'h' };

export const general = {
  didYouMean: (suggestion: string) => `Did you mean ${suggestion}`,
  interrupted: 'interrupted. Finished work is kept; run the same command again to continue.',
  unexpected: 'an unexpected error occurred; this is a bug in Vignette.',
  /** After an error that leaves something to be named. */
  nameWith: (flag: string) => `Name it with ${flag}.`,
  number: (value: number) => english.number(value),
  /** Parts of a sentence, or of a line in a log. */
  list: (parts: readonly string[]) => parts.join(', '),
  reasonOf: (name: string, reason: string) => `${name}: ${reason}`,
  failed: (name: string, reason: string) => `Failed: ${name}: ${reason}`,
  failedCount: (count: number) => `${english.number(count)} failed`,
  duration: (durationMs: number) => formatDuration(durationMs, units),
  left: (durationMs: number) => `${formatDuration(durationMs, units)} left`,
  /** `3.4 photos/s`, or, where it is slower than that is good for, `12 s/photo`. */
  photoRate: (perSecond: number) =>
    perSecond >= 0.5 ? `${perSecond.toFixed(1)} photos/s` : `${(1 / perSecond).toFixed(1)} s/photo`,
  photosDone: (done: number, total: number) => `${english.number(done)} of ${english.number(total)} photos done`,
  done: (done: number, total: number) => `${english.number(done)} of ${english.number(total)} done`,
  ofBytes: (done: string, total: string) => `${done} of ${total}`,
  byteRate: (size: string) => `${size}/s`,
  loadingModel: { line: 'Loading the model…', logLine: 'Loading the model.' } as ProgressLines,
  hostStopped: (reason: string) => `The model's process stopped (${reason}). Restarting it.`,
  backupFailed: (reason: string) => `The catalog could not be backed up: ${reason}`,
  /** Said when nobody chose the demo model: its captions of real photos would surprise. */
  demoModel:
    'Using the bundled demo model, which knows only drawn scenes. To use a real one: vignette models download REPO.',
  previousVersion: (file: string, backup: string) => `The previous version of ${file} is in ${backup}.`,
  more: (count: number) => `… and ${english.number(count)} more.`,
  moreAbove: (count: number) => `… and ${english.number(count)} more, listed above.`,
  /** Text that no model wrote. */
  kept: (count: number) => `${english.number(count)} kept (text was there already)`,
  photos: (count: number) => counted(count, 'photo'),
  warning: ({ message }: PromptWarning): string => message,

  /** The host of `serve`. */
  openToNetwork: (host: string) =>
    `Warning: other computers can reach ${host} without encryption: anyone on the network can see the photos\n` +
    'and the key to this page. For safety, leave out --host and use "ssh -L", or a proxy with\n' +
    'TLS and --allow-host.',
  browserConnected: (url: string) => `A browser has connected. To connect another one: ${url}`,
};
