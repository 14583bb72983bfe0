/** @file English: ratings, flags and color labels. */
import type { MarkChange } from '../../schemas/marks.ts';
import { counted } from './format.ts';

const labels = { red: 'Red', yellow: 'Yellow', green: 'Green', blue: 'Blue', purple: 'Purple' };

function stars(count: number): string {
  return count === 0 ? 'No stars' : counted(count, 'star');
}

function name(change: MarkChange): string {
  if (change.value === 'fromFile') {
    return { rating: 'Use the rating in the file', flag: 'Remove own flag', label: 'Use the color label in the file' }[
      change.kind
    ];
  }
  if (change.kind === 'rating') return stars(change.value);
  if (change.kind === 'flag') return { pick: 'Pick', reject: 'Reject', none: 'Unflag' }[change.value];
  return change.value === 'none' ? 'No color label' : labels[change.value];
}

export const marks = {
  title: 'Rating, flag and color label',
  rating: 'Rating',
  flag: 'Flag',
  label: 'Color label',
  labels,
  stars,
  picked: 'Picked',
  rejected: 'Rejected',
  labelled: (label: string) => `Color label: ${label}`,
  /** One of the choices, where its kind is known: in menus and buttons. */
  name,
  /** By itself: in the list of commands, in notices, in the history. */
  command: (change: MarkChange): string =>
    change.kind === 'label' && change.value !== 'fromFile' && change.value !== 'none'
      ? `Color label: ${labels[change.value]}`
      : change.kind === 'rating' && change.value !== 'fromFile'
        ? `Rate: ${stars(change.value)}`
        : name(change),
  done: (what: string, photos: number) => (photos === 1 ? what : `${what} (${counted(photos, 'photo')})`),
  nothingChanged: (what: string) => `Already set: ${what}`,
  own: 'Set here',
  fromFile: 'From the file',
};
