/** @file The contract: captions and answers that are tried on one photo, and kept only where a person picks one. Data only. */
import { oc } from '@orpc/contract';
import * as z from 'zod';
import { idSchema, promptWarningSchema, textSchema } from './common.ts';
import { captionTermsSchema } from './work.ts';

export const trialSchema = z.object({
  id: idSchema,
  text: z.string(),
  modelId: z.string(),
  device: z.string(),
  /** What the model was given. */
  prompt: z.string(),
  warnings: z.array(promptWarningSchema),
  /** From the picture to the last word; not the loading of the model. */
  ms: z.number(),
});
export type Trial = z.output<typeof trialSchema>;

export const trialsContract = {
  /**
   * A model writes a caption of the photo by the preset, or answers the question, before everything in the queue. Nothing
   * is stored.
   */
  write: oc
    .input(
      captionTermsSchema
        .pick({ preset: true, modelId: true })
        .extend({ photoId: idSchema, question: textSchema.min(1).optional() }),
    )
    .output(trialSchema),
  /**
   * It becomes the photo's caption, which the person approves, or one of its answers; the model stays its author.
   * @throws NO_SUCH_TRIAL
   */
  keep: oc.input(z.object({ trialId: idSchema })).output(z.object({ runId: idSchema })),
};
