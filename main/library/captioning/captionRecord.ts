/** @file One caption with its provenance, as it goes into a journal and from there into every format. */
import * as z from 'zod';
import { promptKindSchema, promptWarningSchema } from '../../../native-models/prompting/promptRequest.ts';
import { generationSettingsSchema } from '../../../native-models/runtime/protocol.ts';
import type { PhotoFile } from '../photos/photoFile.ts';

const modelIdentitySchema = z.object({
  id: z.string(),
  /** Of the checkpoint that the model was compiled from. */
  sha256: z.string(),
  precision: z.string(),
});

/** Who writes the captions, and as what: two runs with equal identities give equal captions. */
export const runIdentitySchema = z.object({
  model: modelIdentitySchema,
  /** Before the variables in it are filled in: the same for all photos. */
  prompt: z.string(),
  /** Only where the prompt is not taken as it stands. */
  kind: promptKindSchema.optional(),
  settings: generationSettingsSchema,
  /** The model that judged the captions, and how. */
  filter: z.object({ model: modelIdentitySchema, candidates: z.int().min(1), doubtfulBelow: z.number() }).optional(),
});
export type RunIdentity = z.output<typeof runIdentitySchema>;

/** What is kept of an answer. */
export const captionSchema = z.object({
  text: z.string(),
  width: z.int(),
  height: z.int(),
  atMs: z.number(),
  /** What the model was given, where that is not the run's prompt. */
  prompt: z.string().optional(),
  warnings: z.array(promptWarningSchema).optional(),
  /** What the filter found, where there was one. */
  judgement: z
    .object({
      itm: z.number(),
      doubtful: z.boolean(),
      candidates: z.array(z.object({ text: z.string(), itm: z.number() })),
    })
    .optional(),
  /** Of the photo's bytes; only where the format has a place for it. */
  contentSha256: z.string().optional(),
});
export type Caption = z.output<typeof captionSchema>;

export interface CaptionRecord {
  readonly photo: PhotoFile;
  readonly caption: Caption;
}
