/** @file What a command says at its end that worked on named photos: what was done, and each failure. Pure. */
import type { CliTexts } from '../language.ts';
import { printable } from '../printable.ts';
import type { FailedPhoto } from './namedPhotos.ts';

/** Where sidecars go when no folder was named. The summary in JSON has it in every language. */
export const besidePhotos = 'sidecars beside the photos';

/** Beyond these, the list says no more than the lines above it do. */
const maxListed = 20;

/** @param counts of what went well, in words */
export function resultLines(
  counts: readonly string[],
  failures: readonly FailedPhoto[],
  place: string | undefined,
  { commandLine: { general, photos } }: CliTexts,
): string[] {
  const all = general.list([...counts, ...(failures.length === 0 ? [] : [general.failedCount(failures.length)])]);
  const more = failures.length - maxListed;
  return [
    resultSentence(),
    ...failures
      .slice(0, maxListed)
      .map(({ shownAs, reason }) => `  ${general.reasonOf(printable(shownAs), printable(reason))}`),
    ...(more > 0 ? [`  ${general.moreAbove(more)}`] : []),
  ];

  function resultSentence(): string {
    if (place === undefined) return photos.result(all);
    return place === besidePhotos ? photos.resultBeside(all) : photos.resultIn(all, printable(place));
  }
}
