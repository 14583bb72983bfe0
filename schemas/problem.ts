/** @file What an error says, as it is sent and kept: its code, its values, and what decides about it. Its sentence is made where it is shown. Any process. */
import * as z from 'zod';

/** Whether trying again can help, and what is at fault: those of native-models, as a test holds. */
export const retrySchema = z.enum(['never', 'later', 'now']);
export type Retry = z.output<typeof retrySchema>;
export const blameSchema = z.enum(['photo', 'question', 'model', 'disk', 'program']);
export type Blame = z.output<typeof blameSchema>;

export const problemSchema = z.object({
  /** Stable. */
  code: z.string(),
  /** English: the log's sentence, and where a language has none for the code. */
  message: z.string(),
  /** The offending values; these three are absent where nothing is known but the sentence. */
  details: z.record(z.string(), z.unknown()).optional(),
  retry: retrySchema.optional(),
  blames: blameSchema.optional(),
});
export type Problem = z.output<typeof problemSchema>;
