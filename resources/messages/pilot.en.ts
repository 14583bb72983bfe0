/** @file English: what work on many photos will cost, and trying it on a few of them first. */
import { counted, english } from './format.ts';

export const pilot = {
  estimate: 'Estimate',
  estimating: 'Estimating…',
  nothingDue: 'Nothing to do: all photos are already done.',
  due: {
    photos: (photos: number) => `${counted(photos, 'photo')} to do`,
    answers: (answers: number, photos: number) => `${counted(answers, 'answer')} for ${counted(photos, 'photo')} to do`,
  },
  time: {
    runs: (duration: string, device: string | null) =>
      device === null ? `about ${duration}, as measured` : `about ${duration}, as measured on ${device}`,
    processor: (duration: string) => `about ${duration}, estimated from the processor’s speed`,
    unknown: 'time not known yet: this model has not been measured here',
  },
  disk: {
    results: (bytes: string) => `about ${bytes} for the results`,
    features: (bytes: string) => `up to ${bytes} in the feature cache`,
    featuresUnknown: 'feature cache not known yet',
  },
  tryFirst: (photos: number) => `Try on ${english.number(photos)} first`,
  tryFirstHint: 'Runs on a varied sample, so you can compare and adjust before doing the rest',
  title: (sample: number, photos: number) => `Pilot: ${english.number(sample)} of ${counted(photos, 'photo')}`,
  settings: 'Settings',
  results: 'Results by photo',
  photo: 'Photo',
  attempt: (number: number) => `Attempt ${english.number(number)}`,
  shownSettings: 'Shown settings',
  useSettings: 'Use these settings',
  waiting: 'Waiting…',
  failed: 'Failed',
  noResult: 'No result',
  doubtful: 'doubtful',
  run: 'Show run',
  openPilot: 'Pilot',
  retry: (photos: number) => `Try on these ${english.number(photos)}`,
  retrying: (photos: number) => `Trying on ${counted(photos, 'photo')}.`,
  alreadyTried: 'These settings were tried already.',
  rest: {
    caption: {
      caption: (photos: number) => `Caption the remaining ${english.number(photos)}`,
      altText: (photos: number) => `Write alt text for the remaining ${english.number(photos)}`,
      longDescription: (photos: number) => `Describe the remaining ${english.number(photos)}`,
    },
    ask: (photos: number) => `Ask about the remaining ${english.number(photos)}`,
    tag: (photos: number) => `Tag the remaining ${english.number(photos)}`,
  },
  all: {
    caption: {
      caption: (photos: number) => `Caption all ${english.number(photos)}`,
      altText: (photos: number) => `Write alt text for all ${english.number(photos)}`,
      longDescription: (photos: number) => `Describe all ${english.number(photos)}`,
    },
    ask: (photos: number) => `Ask about all ${english.number(photos)}`,
    tag: (photos: number) => `Tag all ${english.number(photos)}`,
  },
  resultsCount: 'These settings were tried: their results count and are not asked for again.',
  startsAnew: 'These settings were not tried: all photos are done with them.',
  nothingLeft: 'All photos are done with these settings.',
  goesOn: (done: number, total: number) => `Running: ${english.number(done)} of ${english.number(total)}`,
  discard: 'Undo the other attempts',
  discardHint: 'Undoes every attempt except the one whose settings are shown',
  discarded: (attempts: number) => `Undid ${counted(attempts, 'attempt')}.`,
  notFoundTitle: 'This pilot is gone',
  notFoundText: 'Only the latest pilots are kept. Its runs are in the history.',
  nextStep: 'Pilot: next step',
};
