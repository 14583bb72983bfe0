/** @file A field: a name and a type for the answers to one or more questions, such as "season", one of four. Any process; data only. */
import * as z from 'zod';
import { fieldTypes } from './choices.ts';

export const fieldLimits = { nameCharacters: 100, values: 1000, valueCharacters: 1000, questions: 100 } as const;

export const fieldTypeSchema = z.enum(fieldTypes);

/** As it is stored. */
export const fieldNameSchema = z.string().normalize().trim().min(1).max(fieldLimits.nameCharacters);

export const fieldDefinitionSchema = z.object({
  name: fieldNameSchema,
  type: fieldTypeSchema,
  /** Of a list, in the order in which they are offered; otherwise empty. */
  values: z.array(z.string().trim().min(1).max(fieldLimits.valueCharacters)).max(fieldLimits.values),
  /** Whose answers it holds. */
  questions: z.array(z.string().trim().min(1).max(100_000)).max(fieldLimits.questions),
});
export type FieldDefinition = z.output<typeof fieldDefinitionSchema>;
