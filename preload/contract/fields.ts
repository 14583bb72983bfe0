/** @file The contract: fields, under whose names and types answers are kept. */
import { oc } from '@orpc/contract';
import * as z from 'zod';
import { fieldDefinitionSchema } from '../../schemas/answerField.ts';
import { idSchema } from './common.ts';

export const fieldSchema = fieldDefinitionSchema.extend({ id: idSchema });
export type Field = z.output<typeof fieldSchema>;

export const fieldsContract = {
  /** By name. */
  list: oc.output(z.array(fieldSchema)),
  /** With an id, in place of that field's definition; answers stay as they are. A question of another field comes to this one. */
  save: oc.input(fieldDefinitionSchema.extend({ id: idSchema.optional() })).output(
    z.object({
      id: idSchema,
      /** Those that lost a question to it, as they were before. */
      others: z.array(fieldSchema),
    }),
  ),
  /** Its answers stay. */
  remove: oc.input(z.object({ id: idSchema })),
};
