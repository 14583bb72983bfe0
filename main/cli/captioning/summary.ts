/** @file What `vignette caption` says at its end. Pure. */
import { printable } from '../printable.ts';
import { counted } from '../quantities.ts';
import type { FailedPhoto } from './captionOutput.ts';

export interface RunResult {
  readonly captioned: number;
  readonly resumed: number;
  readonly doubtful: number;
  readonly kept: number;
  readonly failures: readonly FailedPhoto[];
}

/** Beyond these, the list says no more than the lines above it do. */
const maxListed = 20;

export function summaryLines(result: RunResult, place: string | undefined): string[] {
  const { captioned, resumed, doubtful, kept, failures } = result;
  const counts = [
    `${counted(captioned, 'photo')} captioned`,
    ...(resumed === 0 ? [] : [`${resumed} already done`]),
    ...(doubtful === 0 ? [] : [`${doubtful} of them doubtful`]),
    ...(kept === 0 ? [] : [`${kept} kept (text was there already)`]),
    ...(failures.length === 0 ? [] : [`${failures.length} failed`]),
  ].join(', ');
  const more = failures.length - maxListed;
  return [
    `${counts}.${place === undefined ? '' : ` Written to ${printable(place)}.`}`,
    ...failures.slice(0, maxListed).map(({ shownAs, message }) => `  ${printable(shownAs)}: ${printable(message)}`),
    ...(more > 0 ? [`  … and ${more} more, listed above.`] : []),
  ];
}

export function summaryJson(result: RunResult, place: string | undefined, isComplete: boolean): string {
  return JSON.stringify({
    complete: isComplete,
    captioned: result.captioned,
    resumed: result.resumed,
    doubtful: result.doubtful,
    kept: result.kept,
    failed: result.failures.map(({ shownAs, code, message }) => ({ path: shownAs, code, message })),
    out: place ?? null,
  });
}
