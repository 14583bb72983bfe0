/** @file English: the review of doubtful and stale captions. */
import { counted, english } from './format.ts';

export const review = {
  title: 'Review',
  progress: (done: number, total: number) => `${english.number(done)} of ${english.number(total)} looked at`,
  left: (count: number) => `${english.number(count)} left`,
  doubtful: 'Doubtful: a matching model is not sure that this caption fits.',
  stale: 'Out of date: the photo was changed after this was written.',
  both: 'Doubtful and out of date.',
  accept: 'Accept',
  edit: 'Edit',
  next: 'Next candidate',
  askAgain: 'Caption again',
  skip: 'Skip',
  back: 'Back',
  openPhoto: 'Open the photo',
  candidate: (index: number, total: number) => `Candidate ${english.number(index)} of ${english.number(total)}`,
  onlyOne: 'There is no other candidate. R captions the photo again.',
  accepted: 'Accepted.',
  captioning: 'Captioning again…',
  captioned: 'There is a new caption.',
  editHint: 'Enter accepts, Shift Enter begins a new line, Escape leaves it as it was',
  caption: 'Caption under review',
  strip: 'Photos under review',
  emptyTitle: 'Nothing to review',
  emptyText: 'Captions that a matching model doubts, and those of photos that were changed since, come here.',
  doneTitle: 'All looked at',
  doneText: (accepted: number, skipped: number) =>
    `${counted(accepted, 'caption')} accepted, ${english.number(skipped)} skipped.`,
  again: 'Look at the skipped ones',
  toLibrary: 'To the library',
  failed: 'The captions to review could not be found.',
};
