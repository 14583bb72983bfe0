/** @file What several parts of the contract speak of. Data only. */
import * as z from 'zod';
import { querySchema } from '../../schemas/text.ts';

export { modelVersionSchema, promptWarningSchema, type Source, sourceSchema } from '../../schemas/provenance.ts';
export { nameSchema, querySchema, textSchema } from '../../schemas/text.ts';

/** What went wrong, for a person to read. `code` is stable. */
export const problemSchema = z.object({
  code: z.string(),
  /** English: the log's sentence, and where a language has none for the code. */
  message: z.string(),
  /** The offending values. */
  details: z.record(z.string(), z.unknown()).optional(),
});
export type Problem = z.output<typeof problemSchema>;

/** Names a row of the catalog. Photos are never named by their paths. */
export const idSchema = z.int().positive();

/** Photos that something is to be done to: those named, or all that a query finds but a few. */
export const selectionSchema = z.union([
  z.object({ photoIds: z.array(idSchema).max(2_000_000) }),
  z.object({ query: querySchema, except: z.array(idSchema).max(100_000).default([]) }),
]);
export type Selection = z.input<typeof selectionSchema>;
