/** @file What several parts of the contract speak of. Data only. */
import * as z from 'zod';
import { querySchema } from '../../schemas/text.ts';

export { type Problem, problemSchema } from '../../schemas/problem.ts';
export { modelVersionSchema, promptWarningSchema, type Source, sourceSchema } from '../../schemas/provenance.ts';
export { nameSchema, querySchema, textSchema } from '../../schemas/text.ts';

/** Names a row of the catalog. Photos are never named by their paths. */
export const idSchema = z.int().positive();

/** Photos that something is to be done to: those named, or all that a query finds but a few. */
export const selectionSchema = z.union([
  z.object({ photoIds: z.array(idSchema).max(2_000_000) }),
  z.object({ query: querySchema, except: z.array(idSchema).max(100_000).default([]) }),
]);
export type Selection = z.input<typeof selectionSchema>;
