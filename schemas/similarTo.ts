/** @file Photos that others are to be like. Any process; data only. */

/** Of more photos the mean says little of any. */
export const maxSimilarTo = 20;
