/** @file The contract: a person decides on captions that models wrote. Data only. */
import { oc } from '@orpc/contract';
import * as z from 'zod';
import { idSchema } from './common.ts';

export const disagreementSchema = z.object({
  photoId: idSchema,
  /** The newer one first. */
  captionIds: z.tuple([idSchema, idSchema]),
  /** 0.5 to 1: no word in common. */
  distance: z.number(),
});
export type Disagreement = z.output<typeof disagreementSchema>;

export const reviewContract = {
  /** Removes captions that models wrote, as one run; null where none of them is such a one. */
  reject: oc
    .input(z.object({ captionIds: z.array(idSchema).min(1).max(1000) }))
    .output(z.object({ runId: idSchema.nullable() })),
  /**
   * Approves what the photos show, where a model wrote it, a matching model gave it this score or a better one, and
   * nobody has approved it; as one run, null where that is so of none.
   */
  accept: oc
    .input(z.object({ photoIds: z.array(idSchema).max(2_000_000), minItm: z.number().min(0).max(1) }))
    .output(z.object({ runId: idSchema.nullable(), captions: z.int() })),
  /** Photos whose captions by two models, or on two terms, differ in most of their words, those farthest apart first. */
  disagreements: oc.output(z.array(disagreementSchema)),
};
