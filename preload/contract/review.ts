/** @file The contract: a person decides on texts that models wrote. Data only. */
import { oc } from '@orpc/contract';
import * as z from 'zod';
import { textKindSchema } from '../../schemas/text.ts';
import { idSchema } from './common.ts';

export const disagreementSchema = z.object({
  photoId: idSchema,
  /** The newer one first. */
  captionIds: z.tuple([idSchema, idSchema]),
  /** 0.5 to 1: no word in common. */
  distance: z.number(),
});
export type Disagreement = z.output<typeof disagreementSchema>;

/** The kinds that no search finds by what nobody has approved. */
const otherKindSchema = textKindSchema.exclude(['caption']);
export type OtherKind = z.output<typeof otherKindSchema>;

export const reviewContract = {
  /** Removes texts of one kind that models wrote, as one run; null where none of them is such a one. */
  reject: oc
    .input(z.object({ captionIds: z.array(idSchema).min(1).max(1000) }))
    .output(z.object({ runId: idSchema.nullable() })),
  /**
   * Approves what the photos show, where a model wrote it and nobody has approved it, of captions where a matching model
   * gave it this score or a better one; as one run, null where that is so of none.
   */
  accept: oc
    .input(
      z.object({
        photoIds: z.array(idSchema).max(2_000_000),
        texts: z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('caption'), minItm: z.number().min(0).max(1) }),
          z.object({ kind: otherKindSchema }),
        ]),
      }),
    )
    .output(z.object({ runId: idSchema.nullable(), texts: z.int() })),
  /** How many photos have a text of each kind that a model wrote and nobody has approved. */
  counts: oc.output(z.record(otherKindSchema, z.int())),
  /** These photos, the newest text first. @param isCurrent only where it describes the content as it is now */
  unreviewed: oc
    .input(z.object({ kind: otherKindSchema, isCurrent: z.boolean() }))
    .output(z.object({ photoIds: z.array(idSchema) })),
  /** Photos whose captions by two models, or on two terms, differ in most of their words, those farthest apart first. */
  disagreements: oc.output(z.array(disagreementSchema)),
};
