/** @file Where in a picture a model takes the words of a text from: what is asked, and what is answered. Plain data. */
import * as z from 'zod';

/** A part of the picture, in shares of its width and height as a person sees it. */
export const regionSchema = z.object({
  left: z.number(),
  top: z.number(),
  width: z.number(),
  height: z.number(),
});
export type Region = z.output<typeof regionSchema>;

/** A word of the text, from `start` up to `end` in UTF-16 units. */
export const explainedWordSchema = z.object({
  start: z.int(),
  end: z.int(),
  /** Natural logarithm of how many times likelier the word is with the picture than without any. */
  gain: z.number(),
  /** Of each cell of the grid, row by row: 0 … 1, 1 where it is hottest. Empty where the word does not come from the picture. */
  heat: z.array(z.number()),
  /** Around the hot cells, the hottest first; none where the word does not come from the picture. */
  regions: z.array(regionSchema),
});
export type ExplainedWord = z.output<typeof explainedWordSchema>;

export const explanationSchema = z.object({
  /** What `start` and `end` are about: as it was asked, or as the model's tokens spell it. */
  text: z.string(),
  /** Cells in a row and in a column of the grid. */
  grid: z.int().positive(),
  /** In the text's order. Those after a text's hundredth token are not among them. */
  words: z.array(explainedWordSchema),
  /** All of it, reading the picture included. */
  totalMs: z.number(),
});
export type Explanation = z.output<typeof explanationSchema>;
