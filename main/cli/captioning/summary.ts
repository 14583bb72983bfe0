/** @file What `vignette caption` says at its end. Pure. */
import type { TextKind } from '../../../schemas/text.ts';
import type { CliTexts } from '../language.ts';
import type { FailedPhoto } from '../named/namedPhotos.ts';
import { resultLines } from '../named/resultLines.ts';

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

export function summaryLines(result: RunResult, place: string | undefined, texts: CliTexts): string[] {
  const { general, photos } = texts.commandLine;
  const { writes, captioned, copied, resumed, doubtful, kept, failures } = result;
  const counts = [
    photos.written[writes](captioned),
    ...(copied === 0 ? [] : [photos.copied(copied)]),
    ...(resumed === 0 ? [] : [photos.doneBefore(resumed)]),
    ...(doubtful === 0 ? [] : [photos.doubtful(doubtful)]),
    ...(kept === 0 ? [] : [general.kept(kept)]),
  ];
  return resultLines(counts, failures, place, texts);
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
