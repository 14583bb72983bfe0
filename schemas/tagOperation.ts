/** @file What can be done to the tags of many photos. Any process; data only. */
import * as z from 'zod';
import { nameSchema } from './text.ts';

const pathsSchema = z.array(nameSchema).min(1).max(1000).readonly();

export const tagOperationSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('add'), paths: pathsSchema }),
  /** With the tags below them. */
  z.object({ type: z.literal('remove'), paths: pathsSchema }),
  /** With the tags below them. Each keeps its last name; `below` is empty for the top. */
  z.object({ type: z.literal('move'), paths: pathsSchema, below: z.string().max(1000) }),
  /** With the tags below them, which move along. A tag of the new name may exist: then the two become one. */
  z.object({ type: z.literal('merge'), from: pathsSchema, into: nameSchema }),
  /** In the path of every tag; a path that becomes empty removes the tag. */
  z.object({
    type: z.literal('replace'),
    pattern: nameSchema,
    flags: z.string().max(8),
    replacement: z.string().max(1000),
  }),
  /** A closed vocabulary: whatever is not in it goes. */
  z.object({ type: z.literal('keep-only'), paths: z.array(nameSchema).max(100_000).readonly() }),
  /** Of tags in one line of the tree, such as places and places/France, only the deepest is kept. */
  z.object({ type: z.literal('drop-implied') }),
]);
export type TagOperation = z.output<typeof tagOperationSchema>;

/**
 * What a keyword list holds that cannot be taken as it stands. `invalid`: no tag, left out. `slash`: a slash within a name
 * became `∕`. `synonymTaken`: another tag had the word before. `noTag`: a synonym without a tag. `notCsv`: quotes that do
 * not end.
 */
export const keywordRemarkKindSchema = z.enum(['invalid', 'slash', 'synonymTaken', 'noTag', 'notCsv']);
export type KeywordRemarkKind = z.output<typeof keywordRemarkKindSchema>;
