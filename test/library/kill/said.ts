/** @file What the restless process says on stdout, a JSON value a line. */
import * as z from 'zod';

export const saidSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('opening') }),
  z.object({ type: z.literal('working') }),
  /** Committed: it must be there whatever happens. */
  z.object({ type: z.literal('written'), photoId: z.int(), text: z.string() }),
]);
export type Said = z.output<typeof saidSchema>;
