/** @file The contract: stacks, as a person puts them together. Each change is a run; null where there was nothing to change. */
import { oc } from '@orpc/contract';
import * as z from 'zod';
import { idSchema, selectionSchema } from './common.ts';

const changedSchema = z.object({ runId: idSchema.nullable() });

/** The list of photos is folded accordingly when a change returns. */
export const stacksContract = {
  /** Makes one stack of them, whatever stacks they were in. */
  stack: oc.input(z.object({ selection: selectionSchema })).output(changedSchema),
  /** Each of them stands alone from now on. */
  unstack: oc.input(z.object({ selection: selectionSchema })).output(changedSchema),
  /**
   * Gives the caption of a stack's top photo to the selected ones of the stack that have none. Where a matching model is
   * installed, it checks them: `checks`.
   */
  copyCaptions: oc
    .input(z.object({ selection: selectionSchema }))
    .output(changedSchema.extend({ photos: z.int(), checks: z.boolean() })),
  /** It is the one that its stack shows. */
  putOnTop: oc.input(z.object({ photoId: idSchema })).output(changedSchema),
};
