/** @file English: captions that are written, searched and exported on the command line. */
import type { TextKind } from '../../../schemas/text.ts';
import { counted, english } from '../format.ts';

const number = (value: number): string => english.number(value);

export const photos = {
  lookingForPhotos: (found: number) => `Looking for photos: ${number(found)} found`,
  checkingPhotos: (done: number, total: number) => `Checking photos: ${number(done)} of ${number(total)}`,
  findingStacks: (done: number) => `Finding stacks: ${counted(done, 'photo')} looked at`,
  noPhotosIn: (paths: readonly string[]) => `No photos found in ${paths.join(', ')}.`,
  /** By the kind of text that a model wrote. */
  written: {
    caption: (count: number) => `${counted(count, 'photo')} captioned`,
    altText: (count: number) => `Alt text written for ${counted(count, 'photo')}`,
    longDescription: (count: number) => `Long descriptions written for ${counted(count, 'photo')}`,
  },
  /** Of those that were written. */
  copied: (count: number) => `${number(count)} of them from another photo of their stack`,
  answers: {
    done: (count: number) => `Questions about ${counted(count, 'photo')} answered`,
    stopped: (done: number, total: number) =>
      `Stopped: ${number(done)} of ${counted(total, 'photo')} answered. Run the same command again to continue.`,
    interrupted: (done: number, total: number) =>
      `Interrupted: ${number(done)} of ${counted(total, 'photo')} answered. Run the same command again to continue.`,
  },
  doneBefore: (count: number) => `${number(count)} already done`,
  doubtful: (count: number) => `${number(count)} of them doubtful`,
  /** @param counts as above, joined */
  result: (counts: string) => `${counts}.`,
  resultIn: (counts: string, place: string) => `${counts}. Written to ${place}.`,
  resultBeside: (counts: string) => `${counts}. Written to sidecars beside the photos.`,
  stopped: (done: number, total: number, kind: TextKind) => `Stopped: ${soFar(done, total, kind)}`,
  interrupted: (done: number, total: number, kind: TextKind) => `Interrupted: ${soFar(done, total, kind)}`,
  doTheRest: (count: number) =>
    `${counted(count, 'photo')} left. Run the same command without --try for the rest; what was tried counts.`,
  noExactMatch: (query: string) => `No exact match. Searched for: ${query}`,
  noneFound: 'No photos found.',
  showing: (shown: number, total: number) =>
    `Showing ${number(shown)} of ${counted(total, 'photo')}. Use --limit to show more.`,
  textOnly: (reason: string) => `Searching text only: ${reason}`,
  sidecarsWritten: (count: number) => `${counted(count, 'sidecar')} written`,
  embedded: (count: number) => `${counted(count, 'photo file')} up to date`,
  restored: (count: number) => `${counted(count, 'photo file')} restored`,
  datasetWritten: (photos: Readonly<Record<string, number>>, folder: string) => {
    const counts = Object.entries(photos).filter(([, count]) => count > 0);
    if (counts.length === 0) return 'Nothing to export.';
    const total = counts.reduce((sum, [, count]) => sum + count, 0);
    const shares = counts.map(([name, count]) => `${name} ${number(count)}`).join(', ');
    return `${counted(total, 'photo')} written to ${folder} (${shares}).`;
  },
  writtenTo: (count: number, file: string) => `${counted(count, 'photo')} written to ${file}.`,
};

function soFar(done: number, total: number, kind: TextKind): string {
  const goOn = done === 0 ? '' : ' Run the same command again to continue.';
  const state = kind === 'caption' ? 'captioned' : 'done';
  return `${number(done)} of ${counted(total, 'photo')} ${state}.${goOn}`;
}
