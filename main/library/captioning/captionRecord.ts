/** @file One caption with its provenance, as the catalog keeps it and as it goes into every format. */
import * as z from 'zod';
import { generationSettingsSchema } from '../../../native-models/generation/generationSettings.ts';
import { type PromptWarning, promptKindSchema } from '../../../native-models/prompting/promptRequest.ts';
import type { PhotoFile } from '../photos/photoFile.ts';
import type { Judgement } from './capFilt.ts';

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
export interface Caption {
  readonly text: string;
  readonly width: number;
  readonly height: number;
  readonly atMs: number;
  /** What the model was given, where that is not the run's prompt. */
  readonly prompt?: string | undefined;
  readonly warnings?: readonly PromptWarning[] | undefined;
  /** What the filter found, where there was one. */
  readonly judgement?: Judgement | undefined;
  /** Of the photo's bytes; only where the format has a place for it. */
  readonly contentSha256?: string | undefined;
}

export interface CaptionRecord {
  readonly photo: PhotoFile;
  readonly caption: Caption;
}
