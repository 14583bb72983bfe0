/** @file How many rows of a language model are run together. Model host. */

/** Weights are read once for all rows; beyond so many, arithmetic takes as long for each row as it does alone. */
const maxRows = 16;

/** Of the memory that is free once the model is loaded. */
const share = 0.25;
/** What a row takes: the picture, a question and an answer. */
const tokensPerRow = 128;
/** A step reads the cache, reorders it and writes the grown one. */
const copies = 3;

/** @param bytesPerToken what the caches hold for a token of a row */
export function batchRows(bytesPerToken: number, availableBytes: number = process.availableMemory()): number {
  const fitting = Math.floor((availableBytes * share) / (bytesPerToken * tokensPerRow * copies));
  return Math.max(1, Math.min(maxRows, fitting));
}
