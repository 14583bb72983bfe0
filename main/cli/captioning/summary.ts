/** @file What `vignette caption` says at its end. Pure. */
import type { CommandLineTexts } from '../../../resources/messages/commandLine/texts.ts';
import type { TextKind } from '../../../schemas/text.ts';
import type { CliTexts } from '../language.ts';
import { printable } from '../printable.ts';
import { besidePhotos, type FailedPhoto } from './captionOutput.ts';

export interface RunResult {
  /** The kind of the texts. */
  readonly writes: TextKind;
  readonly captioned: number;
  /** Those of them that got the text of another photo of their stack. */
  readonly copied: number;
  readonly resumed: number;
  readonly doubtful: number;
  readonly kept: number;
  readonly failures: readonly FailedPhoto[];
}

/** Beyond these, the list says no more than the lines above it do. */
const maxListed = 20;

export function summaryLines(result: RunResult, place: string | undefined, { commandLine }: CliTexts): string[] {
  const { general, photos } = commandLine;
  const { writes, captioned, copied, resumed, doubtful, kept, failures } = result;
  const counts = general.list([
    photos.written[writes](captioned),
    ...(copied === 0 ? [] : [photos.copied(copied)]),
    ...(resumed === 0 ? [] : [photos.doneBefore(resumed)]),
    ...(doubtful === 0 ? [] : [photos.doubtful(doubtful)]),
    ...(kept === 0 ? [] : [general.kept(kept)]),
    ...(failures.length === 0 ? [] : [general.failedCount(failures.length)]),
  ]);
  const more = failures.length - maxListed;
  return [
    resultSentence(counts, place, photos),
    ...failures
      .slice(0, maxListed)
      .map(({ shownAs, reason }) => `  ${general.reasonOf(printable(shownAs), printable(reason))}`),
    ...(more > 0 ? [`  ${general.moreAbove(more)}`] : []),
  ];
}

function resultSentence(counts: string, place: string | undefined, photos: CommandLineTexts['photos']): string {
  if (place === undefined) return photos.result(counts);
  return place === besidePhotos ? photos.resultBeside(counts) : photos.resultIn(counts, printable(place));
}

export function summaryJson(result: RunResult, place: string | undefined, isComplete: boolean): string {
  return JSON.stringify({
    complete: isComplete,
    ...(result.writes === 'caption' ? {} : { textKind: result.writes }),
    captioned: result.captioned,
    ...(result.copied === 0 ? {} : { copied: result.copied }),
    resumed: result.resumed,
    doubtful: result.doubtful,
    kept: result.kept,
    failed: result.failures.map(({ shownAs, code, message }) => ({ path: shownAs, code, message })),
    out: place ?? null,
  });
}
