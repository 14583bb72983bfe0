/** @file Where a caption comes from: the model, the prompt and the settings that wrote it, and what is kept of the answer. */
import * as z from 'zod';
import { generationSettingsSchema } from '../../../../native-models/generation/generationSettings.ts';
import { type PromptWarning, promptKindSchema } from '../../../../native-models/prompting/promptRequest.ts';
import { modelIdentitySchema } from '../../../../schemas/provenance.ts';
import { textKindSchema } from '../../../../schemas/text.ts';

/** Who writes the captions, and as what: two runs with equal identities give equal captions. */
export const runIdentitySchema = z.object({
  model: modelIdentitySchema,
  /** Before the variables in it are filled in: the same for all photos. */
  prompt: z.string(),
  /** Only where the prompt is not taken as it stands. */
  kind: promptKindSchema.optional(),
  /** Only where the texts are no captions. */
  textKind: textKindSchema.exclude(['caption']).optional(),
  settings: generationSettingsSchema,
  /** The model that scored the captions, and how. */
  filter: z.object({ model: modelIdentitySchema, candidates: z.int().min(1), doubtfulBelow: z.number() }).optional(),
  /** Where the answers, lists of tags, become tags of the photos: the path of each tag in the settings, in their order. */
  tagPaths: z.array(z.string()).optional(),
});
export type RunIdentity = z.output<typeof runIdentitySchema>;

/** What the filter found. */
export interface CaptionScore {
  /** Probability that the caption is about the photo, 0 … 1. */
  readonly itm: number;
  /** Below the matching model's threshold. */
  readonly doubtful: boolean;
  /** Every distinct caption that was sampled, with its probability, best first. */
  readonly candidates: readonly { readonly text: string; readonly itm: number }[];
}

/** What is kept of an answer. */
export interface Caption {
  readonly text: string;
  /** Of the picture that the model saw; null where it is not known. */
  readonly width: number | null;
  readonly height: number | null;
  readonly atMs: number;
  /** What the model was given, where that is not the run's prompt. */
  readonly prompt?: string | undefined;
  readonly warnings?: readonly PromptWarning[] | undefined;
  /** What the filter found, where there was one. */
  readonly captionScore?: CaptionScore | undefined;
  /** Of a text that was written about another photo of its stack: that one; null where it is not known any more. */
  readonly copiedFrom?: { readonly file: string; readonly shownAs: string } | null | undefined;
  /** Of the photo's bytes; only where the format has a place for it. */
  readonly contentSha256?: string | undefined;
}
