/** @file The contract: where in a photo a model takes the words of a text from. */
import { oc } from '@orpc/contract';
import * as z from 'zod';
import { idSchema, textSchema } from './common.ts';

/** A part of the picture, in shares of its width and height as a person sees it. */
export const regionSchema = z.object({ left: z.number(), top: z.number(), width: z.number(), height: z.number() });
export type Region = z.output<typeof regionSchema>;

/** A word of the text, from `start` up to `end` in UTF-16 units. */
export const explainedWordSchema = z.object({
  start: z.int(),
  end: z.int(),
  /** How many times likelier the word is with the picture than without, as a natural logarithm. */
  gain: z.number(),
  /** Of each cell of the grid, row by row, 0 to 1; empty where the word does not come from the picture. */
  heat: z.array(z.number()),
  /** Around the hot cells, the hottest first. */
  regions: z.array(regionSchema),
});
export type ExplainedWord = z.output<typeof explainedWordSchema>;

export const explanationSchema = z.object({
  /** As it was asked, or as the model's tokens spell it: what `start` and `end` are about. */
  text: z.string(),
  /** Cells in a row and in a column of the picture. */
  grid: z.int().positive(),
  words: z.array(explainedWordSchema),
  modelId: z.string(),
  /** Whether this model wrote the text; else it is what it would take the words from. */
  isAuthor: z.boolean(),
});
export type Explanation = z.output<typeof explanationSchema>;

export const explainingContract = {
  /** By the model that wrote the text, where it is installed, or else by the one that writes captions by default. */
  words: oc
    .input(
      z.object({
        photoId: idSchema,
        text: textSchema.min(1),
        /** The caption, alt text or long description that has this text. */
        captionId: idSchema.optional(),
        /** The chat's answer that has this text. */
        messageId: idSchema.optional(),
      }),
    )
    .output(explanationSchema),
};
