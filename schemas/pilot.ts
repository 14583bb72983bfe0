/** @file What the library and the page share about pilots. Any process; data only. */

/** Photos that work is tried on. */
export const sampleSize = 12;
