/** @file The contract: work on many photos, and taking it back. */
import { oc } from '@orpc/contract';
import * as z from 'zod';
import { runDescriptionSchema, runKindSchema } from '../../schemas/runDescription.ts';
import { keywordRemarkKindSchema, tagOperationSchema } from '../../schemas/tagOperation.ts';
import { idSchema, modelVersionSchema, nameSchema, selectionSchema } from './common.ts';
import { askTermsSchema, captionTermsSchema, tagTermsSchema } from './work.ts';

export type { TagOperation } from '../../schemas/tagOperation.ts';

export const runSchema = z.object({
  id: idSchema,
  kind: runKindSchema,
  description: runDescriptionSchema,
  state: z.enum(['running', 'paused', 'done', 'cancelled']),
  modelId: z.string().nullable(),
  /** The one that wrote first; empty where nothing is known of it. */
  modelVersions: z.array(modelVersionSchema),
  device: z.string().nullable(),
  prompt: z.string().nullable(),
  settings: z.record(z.string(), z.unknown()).nullable(),
  /** Of questions that are answered with other settings. */
  ownSettings: z.array(z.object({ question: z.string(), settings: z.record(z.string(), z.unknown()) })),
  total: z.int(),
  done: z.int(),
  failed: z.int(),
  createdAtMs: z.number(),
  finishedAtMs: z.number().nullable(),
  revertsRunId: idSchema.nullable(),
  revertedByRunId: idSchema.nullable(),
  /** The pilot that it is an attempt of. */
  pilotId: idSchema.nullable(),
});
export type Run = z.output<typeof runSchema>;

/** Something that was done, and how many photos it changed. */
export const historyStepSchema = z.object({ run: runSchema, photos: z.int() });
export type HistoryStep = z.output<typeof historyStepSchema>;

/** What undo would revert, and redo do again. */
export const historyStepsSchema = z.object({
  undo: historyStepSchema.nullable(),
  redo: historyStepSchema.nullable(),
});
export type HistorySteps = z.output<typeof historyStepsSchema>;

const tagCountSchema = z.object({ path: z.string(), photos: z.int() });

export const tagPreviewSchema = z.object({
  photos: z.int(),
  removed: z.array(tagCountSchema),
  added: z.array(tagCountSchema),
  /** Some of the photos that would change, with their tags before and after. */
  examples: z.array(z.object({ photoId: idSchema, before: z.array(z.string()), after: z.array(z.string()) })),
});
export type TagPreview = z.output<typeof tagPreviewSchema>;

export const tagSchema = z.object({ id: idSchema, path: z.string(), photos: z.int(), inVocabulary: z.boolean() });
export type Tag = z.output<typeof tagSchema>;

export const runsContract = {
  list: oc
    .input(
      z.object({
        beforeId: idSchema.optional(),
        limit: z.int().min(1).max(500).default(100),
        /** Single edits are many; without them by default. */
        withEdits: z.boolean().default(false),
      }),
    )
    .output(z.array(runSchema)),
  get: oc.input(z.object({ runId: idSchema })).output(runSchema),
  /** Takes the whole run back. Of an undo: brings everything back. */
  revert: oc
    .input(z.object({ runId: idSchema }))
    .output(z.object({ runId: idSchema, reverted: z.int(), leftAlone: z.int() })),
  history: oc.output(historyStepsSchema),
  pause: oc.input(z.object({ runId: idSchema, paused: z.boolean() })),
  /** What is finished is kept. */
  cancel: oc.input(z.object({ runId: idSchema })),
  caption: oc
    .input(captionTermsSchema.extend({ selection: selectionSchema }))
    .output(z.object({ runId: idSchema.nullable(), photos: z.int() })),
  ask: oc
    .input(askTermsSchema.extend({ selection: selectionSchema }))
    .output(z.object({ runId: idSchema.nullable(), photos: z.int() })),
  /** Lets a model give each photo tags out of the vocabulary. The answers, lists of tags, are kept as well. */
  tag: oc
    .input(tagTermsSchema.extend({ selection: selectionSchema }))
    .output(z.object({ runId: idSchema.nullable(), photos: z.int() })),
  /** Indexes photos, so that they are found by what they show. */
  embed: oc
    .input(z.object({ selection: selectionSchema, modelId: z.string().optional() }))
    .output(z.object({ runId: idSchema.nullable(), photos: z.int() })),
  /** Lets a matching model score the captions that are there. */
  score: oc
    .input(z.object({ selection: selectionSchema, modelId: z.string().optional() }))
    .output(z.object({ runId: idSchema.nullable(), photos: z.int() })),
};

/** Of 10,000 tags with their synonyms about a twentieth. */
const keywordListSchema = z.string().max(8_000_000);

const readVocabularySchema = z.object({
  tags: z.int(),
  synonyms: z.int(),
  /** The first of what was left out or changed. */
  remarks: z.array(z.object({ line: z.int(), text: z.string(), kind: keywordRemarkKindSchema })),
  moreRemarks: z.int(),
});
export type ReadVocabulary = z.output<typeof readVocabularySchema>;

export const tagsContract = {
  list: oc.output(z.array(tagSchema)),
  preview: oc.input(z.object({ selection: selectionSchema, operation: tagOperationSchema })).output(tagPreviewSchema),
  edit: oc
    .input(z.object({ selection: selectionSchema, operation: tagOperationSchema }))
    .output(z.object({ runId: idSchema.nullable() })),
  /** Which tag of the vocabulary a model means by each text: by a name, a path or a synonym, as `tagMeant` finds it. */
  meant: oc.input(z.object({ said: z.array(z.string().max(1000)).max(10_000) })).output(z.array(z.string().nullable())),
  /** Another spelling that differs in capitals only. */
  respell: oc.input(z.object({ path: nameSchema })),
  /** As a person edits it: a path a line, synonyms in braces. */
  vocabulary: oc.output(z.object({ text: z.string() })),
  /** The content of a file that another program wrote, in that form. Changes nothing. */
  readKeywordList: oc
    .input(z.object({ base64: z.base64().max(16_000_000), fileName: z.string().max(1000) }))
    .output(readVocabularySchema.extend({ text: z.string() })),
  setVocabulary: oc.input(z.object({ text: keywordListSchema })).output(readVocabularySchema),
};
