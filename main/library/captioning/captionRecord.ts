/** @file One caption with its provenance, as it goes into a journal and from there into every format. */
import * as z from 'zod';
import { generationSettingsSchema } from '../../../native-models/runtime/protocol.ts';
import type { PhotoFile } from '../photos/photoFile.ts';

/** Who writes the captions, and as what: two runs with equal identities give equal captions. */
export const runIdentitySchema = z.object({
  model: z.object({
    id: z.string(),
    /** Of the checkpoint that the model was compiled from. */
    sha256: z.string(),
    precision: z.string(),
  }),
  prompt: z.string(),
  settings: generationSettingsSchema,
});
export type RunIdentity = z.output<typeof runIdentitySchema>;

/** What is kept of an answer. */
export const captionSchema = z.object({
  text: z.string(),
  width: z.int(),
  height: z.int(),
  atMs: z.number(),
  /** Of the photo's bytes; only where the format has a place for it. */
  contentSha256: z.string().optional(),
});
export type Caption = z.output<typeof captionSchema>;

export interface CaptionRecord {
  readonly photo: PhotoFile;
  readonly caption: Caption;
}
