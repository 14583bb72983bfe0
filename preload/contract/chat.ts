/** @file The contract: the conversation with a photo. */
import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';
import { textKindSchema } from '../../schemas/text.ts';
import { idSchema, modelVersionSchema, nameSchema, promptWarningSchema, sourceSchema, textSchema } from './common.ts';

/** How an answer is generated; what is left out has the model's default. */
export const generationOverridesSchema = z.object({
  numBeams: z.int().min(1).max(16).optional(),
  maxNewTokens: z.int().min(1).max(1024).optional(),
  sample: z.boolean().optional(),
  temperature: z.number().positive().max(10).optional(),
  topP: z.number().gt(0).max(1).optional(),
  seed: z.int().min(0).optional(),
});
export type GenerationOverrides = z.output<typeof generationOverridesSchema>;

/** What was given to the model, and how long it took. */
export const answerDetailsSchema = z.object({
  modelId: z.string(),
  precision: z.string(),
  /** Null of answers from before it was kept. */
  modelVersion: modelVersionSchema.nullable(),
  device: z.string().nullable(),
  prompt: z.string(),
  settings: z.record(z.string(), z.unknown()),
  finish: z.string().nullable(),
  warnings: z.array(promptWarningSchema),
  /** Milliseconds by stage. */
  ms: z.record(z.string(), z.number()),
});
export type AnswerDetails = z.output<typeof answerDetailsSchema>;

export const messageSchema = z.object({
  id: idSchema,
  author: z.enum(['human', 'model']),
  text: z.string(),
  createdAtMs: z.number(),
  /** The person stopped the answer: it is as far as it got. */
  stopped: z.boolean(),
  details: answerDetailsSchema.nullable(),
  /** This message and those that were asked or answered in its place, oldest first: each begins a branch. */
  versionIds: z.array(idSchema),
  /** Of a question: the latest run that asked it of many photos, and of how many where it asked nothing else. */
  bulkRun: z.object({ runId: idSchema, photos: z.int().nullable() }).nullable(),
});
export type Message = z.output<typeof messageSchema>;

export const chatEventSchema = z.discriminatedUnion('type', [
  /** The question is kept. */
  z.object({ type: z.literal('asked'), message: messageSchema }),
  /** More of the answer. */
  z.object({ type: z.literal('text'), delta: z.string() }),
  /** The answer is kept. */
  z.object({ type: z.literal('answered'), message: messageSchema }),
]);
export type ChatEvent = z.output<typeof chatEventSchema>;

/** How an earlier conversation began. */
export const firstMessageSchema = z.object({ id: idSchema, text: z.string(), createdAtMs: z.number() });
export type FirstMessage = z.output<typeof firstMessageSchema>;

export const chatContract = {
  /** The branch that is shown, oldest first. */
  messages: oc.input(z.object({ photoId: idSchema })).output(z.array(messageSchema)),
  /** The first questions of all conversations about the photo, oldest first. */
  firstMessages: oc.input(z.object({ photoId: idSchema })).output(z.array(firstMessageSchema)),
  /** Shows the branch with this message, up to the last that was said in it. */
  showBranch: oc.input(z.object({ photoId: idSchema, messageId: idSchema })).output(z.array(messageSchema)),
  /** Questions worth asking about this photo. */
  suggestions: oc.input(z.object({ photoId: idSchema })).output(z.array(z.string())),
  /** Asked lately about any photo, the latest first. */
  recentQuestions: oc.output(z.array(z.string())),
  /** Ending the stream stops the answer; what was said so far is kept. */
  ask: oc
    .input(
      z.object({
        photoId: idSchema,
        question: textSchema.min(1),
        modelId: z.string().optional(),
        settings: generationOverridesSchema.default({}),
        /** An earlier question, asked again in other words: it and what followed are kept as a branch of their own. */
        replacesMessageId: idSchema.optional(),
      }),
    )
    .output(eventIterator(chatEventSchema)),
  /**
   * The answer becomes the photo's caption (alt text, long description), or comes after the one that is there. By itself or
   * after a model's words, the model is the author, and the person approves it; after other words, the text is the
   * person's, based on the model's.
   */
  quoteAnswer: oc
    .input(
      z.object({
        photoId: idSchema,
        messageId: idSchema,
        kind: textKindSchema.default('caption'),
        adds: z.boolean().default(false),
      }),
    )
    .output(z.object({ captionId: idSchema, runId: idSchema, source: sourceSchema })),
  /**
   * Gives the photo tags. Those whose words the answer has are the model's, approved by the person; the others are the
   * person's own.
   */
  tagByAnswer: oc
    .input(z.object({ photoId: idSchema, messageId: idSchema, tags: z.array(nameSchema).min(1).max(100) }))
    .output(z.object({ runId: idSchema.nullable() })),
  /** Begins a new conversation; the earlier one is kept, and `showBranch` shows it again. */
  clear: oc.input(z.object({ photoId: idSchema })),
};
