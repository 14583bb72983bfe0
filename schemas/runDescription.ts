/**
 * @file The kinds of runs, and what a run did, as facts: what is stored of it and sent. Its title is made of them where it
 * is shown (resources/messages/runTitle.ts). Any process; data only.
 */
import * as z from 'zod';
import { importFormatSchema } from './imports.ts';
import { markChangeSchema } from './marks.ts';
import { textKindSchema } from './text.ts';

/** What changes texts or tags is one of these. */
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

const text = z.string();
const count = z.int().min(0);

/** Of texts that are no captions. */
const ofKind = { textKind: textKindSchema.optional() };

/** The tag named first, and how many others besides. */
const tags = { tag: text, more: count };

const plainSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('caption'), preset: text, ...ofKind }),
  /** Of the command line: the folder or file named first, and how many others besides. */
  z.object({ kind: z.literal('captionPaths'), path: text, more: count, ...ofKind }),
  z.object({ kind: z.literal('ask'), question: text, more: count }),
  z.object({ kind: z.literal('chat'), question: text }),
  /** By a model, out of the vocabulary: so many tags. */
  z.object({ kind: z.literal('tag'), vocabulary: count }),
  z.object({ kind: z.literal('score') }),
  /** `modelId`: where the person named it. `automatic`: nobody asked for it. */
  z.object({ kind: z.literal('embed'), modelId: text.optional(), automatic: z.literal(true).optional() }),
  z.object({ kind: z.literal('addTag'), ...tags }),
  z.object({ kind: z.literal('removeTag'), ...tags }),
  /** `parent` is empty for the top level. */
  z.object({ kind: z.literal('moveTag'), ...tags, parent: text }),
  z.object({ kind: z.literal('mergeTags'), ...tags, into: text }),
  z.object({ kind: z.literal('replaceInTags'), pattern: text, replacement: text }),
  z.object({ kind: z.literal('restrictTags'), vocabulary: count }),
  z.object({ kind: z.literal('removeImpliedTags') }),
  z.object({ kind: z.literal('editCaption'), ...ofKind }),
  z.object({ kind: z.literal('removeCaption'), ...ofKind }),
  z.object({ kind: z.literal('approveCaption'), ...ofKind }),
  /** So many, from this score on: 0 to 1. */
  z.object({ kind: z.literal('acceptCaptions'), captions: count, minItm: z.number() }),
  /** So many alt texts or long descriptions. */
  z.object({ kind: z.literal('acceptTexts'), texts: count, textKind: textKindSchema.exclude(['caption']) }),
  z.object({ kind: z.literal('rejectCaption'), ...ofKind }),
  z.object({ kind: z.literal('captionFromAnswer'), ...ofKind }),
  /** At the end of the text that was there. */
  z.object({ kind: z.literal('answerAdded'), ...ofKind }),
  z.object({ kind: z.literal('editAnswer') }),
  /** So many, in the table of a run. */
  z.object({ kind: z.literal('editAnswers'), answers: count }),
  z.object({ kind: z.literal('mark'), change: markChangeSchema }),
  /** A person's decision about stacks, or captions of top photos for others: so many photos. */
  z.object({ kind: z.literal('stack'), change: z.enum(['stack', 'unstack', 'top', 'captions']), photos: count }),
  /** The file or folder named first, and how many others besides. */
  z.object({ kind: z.literal('importTexts'), path: text, more: count, format: importFormatSchema }),
  /** What other programs wrote into sidecars that are kept in step. */
  z.object({ kind: z.literal('sidecarChanges') }),
  /** In words of its own: of an older catalog, or of whoever works with the library otherwise. */
  z.object({ kind: z.literal('named'), name: text }),
]);

export type RunDescription =
  | z.output<typeof plainSchema>
  | { readonly kind: 'undo' | 'redo' | 'tagByAnswers'; readonly of: RunDescription };

export const runDescriptionSchema: z.ZodType<RunDescription> = z.union([
  plainSchema,
  z.object({
    kind: z.enum(['undo', 'redo', 'tagByAnswers']),
    of: z.lazy(() => runDescriptionSchema),
  }),
]);
