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
  /** It is the one that its stack shows. */
  putOnTop: oc.input(z.object({ photoId: idSchema })).output(changedSchema),
};
