/** @file Who wrote a text or gave a tag, with what, and what to know about it. Any process; data only. */
import * as z from 'zod';

export const sourceSchema = z.enum(['human', 'model', 'import']);
export type Source = z.output<typeof sourceSchema>;

export const modelIdentitySchema = z.object({
  id: z.string(),
  /** Of the checkpoint that the model was compiled from. */
  sha256: z.string(),
  precision: z.string(),
});

/** A model that a run was worked on with, of which not even the compiler's version differs. */
export const modelVersionSchema = modelIdentitySchema.extend({
  /** The repository that its checkpoint came from, or the folder's name. */
  source: z.string(),
  /** The repository's commit, where it is known. */
  revision: z.string().nullable(),
  /** Version of the compiler. */
  compiler: z.string(),
});
export type ModelVersion = Readonly<z.output<typeof modelVersionSchema>>;

/** What to know about how a text was put to a model, and about the end of what it wrote. */
export const promptWarningSchema = z.object({
  /** Empty where an earlier version kept the sentence alone. */
  code: z.string(),
  /** One plain English sentence. */
  message: z.string(),
  /** TEXT_UNKNOWN: what of the text the model could not read. */
  parts: z.array(z.string()).optional(),
});
export type PromptWarning = z.output<typeof promptWarningSchema>;
