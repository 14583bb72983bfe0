/** @file Why a photo is in a list that was found by words and by looks. Any process; data only. */

/** Where words stand, as the columns of the full text are called; the most telling first. */
export const wordPlaces = ['caption', 'tag', 'title', 'alt', 'description', 'name', 'file', 'answer'] as const;
export type WordPlace = (typeof wordPlaces)[number];
