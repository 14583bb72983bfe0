/** @file English: the review of doubtful and stale captions. */
import { counted, english } from './format.ts';

export const review = {
  title: 'Review',
  progress: (done: number, total: number) => `${english.number(done)} of ${english.number(total)} reviewed`,
  left: (count: number) => `${english.number(count)} left`,
  doubtful: 'Doubtful: this caption may not match the photo.',
  stale: 'Out of date: the photo was edited after this was written.',
  both: 'Doubtful and out of date.',
  accept: 'Accept',
  edit: 'Edit',
  next: 'Next candidate',
  askAgain: 'Caption again',
  skip: 'Skip',
  back: 'Back',
  openPhoto: 'Open photo',
  candidate: (index: number, total: number) => `Candidate ${english.number(index)} of ${english.number(total)}`,
  onlyOne: 'No other candidates. Press R to caption the photo again.',
  accepted: 'Accepted.',
  captioning: 'Captioning again…',
  captioned: 'New caption ready.',
  editHint: 'Enter accepts, Shift+Enter starts a new line, Esc cancels',
  caption: 'Caption under review',
  strip: 'Photos under review',
  emptyTitle: 'Nothing to review',
  emptyText: 'Captions that may not match their photo, or whose photo was edited since, appear here.',
  doneTitle: 'All reviewed',
  doneText: (accepted: number, skipped: number) =>
    `${counted(accepted, 'caption')} accepted, ${english.number(skipped)} skipped.`,
  again: 'Review skipped',
  toLibrary: 'Go to Library',
  failed: 'Could not load the captions to review.',
};
