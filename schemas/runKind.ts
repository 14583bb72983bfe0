/** @file The kinds of runs: what changes texts or tags is one of these. Any process; data only. */
import * as z from 'zod';

export const runKindSchema = z.enum([
  'caption',
  'ask',
  'chat',
  'score',
  'embed',
  'import',
  'edit',
  'bulk-edit',
  'undo',
]);
export type RunKind = z.output<typeof runKindSchema>;
