/** @file What a model is asked to do with many photos: captions, questions, tags, each on its terms. Data only. */
import * as z from 'zod';
import { fieldNameSchema, fieldTypeSchema } from '../../schemas/answerField.ts';
import { textKindSchema } from '../../schemas/text.ts';
import { generationOverridesSchema } from './chat.ts';
import { nameSchema, textSchema } from './common.ts';

/** Also photos that have the result already. */
const again = z.boolean().default(false);

/**
 * Of each stack among the photos, the top one is asked about, and the others get its result where it holds for them: a
 * caption that a matching model believes; where none is installed, and of answers, photos that look nearly the same. The
 * others are asked about by themselves, but for those about which a person wrote.
 */
const oncePerStack = z.boolean().default(false);

export const captionTermsSchema = z.object({
  /** Without a preset or a prompt, the preset for this kind of text is taken. */
  writes: textKindSchema.default('caption'),
  preset: nameSchema.optional(),
  prompt: textSchema.optional(),
  modelId: z.string().optional(),
  /** More than one: the best of them, as a matching model sees it. */
  candidates: z.int().min(1).max(64).default(1),
  filterModelId: z.string().optional(),
  oncePerStack,
  again,
});

/** Without one of them, the answer is one of those of its field, where that is yes or no or has a list; else it is free. */
const answeredSchema = z.object({
  /** A closed list to choose from. */
  choices: z.array(nameSchema).min(2).max(1000).optional(),
  /** In place of choices: the answer is one tag of the vocabulary, or of what stands below a tag. */
  fromVocabulary: z.object({ below: nameSchema.optional() }).optional(),
  /** Whatever the field says. */
  isFree: z.boolean().optional(),
  /** What answers are kept as; with choices, one of a list by itself. */
  field: z.object({ name: fieldNameSchema, type: fieldTypeSchema.optional() }).optional(),
});

const askedQuestionSchema = answeredSchema.extend({ question: textSchema.min(1) });
export type AskedQuestion = z.output<typeof askedQuestionSchema>;

/** The words alone are a question like any other. */
const questionSchema = z.union([
  textSchema.min(1).transform((question): AskedQuestion => ({ question })),
  askedQuestionSchema,
]);

export const askTermsSchema = z.object({
  questions: z.array(questionSchema).min(1).max(100),
  /** Asked only where the answer to one of the questions, by its place, is one of these. */
  followUps: z
    .array(
      answeredSchema.extend({
        question: textSchema.min(1),
        after: z.int().min(0).max(99),
        answers: z.array(nameSchema).min(1).max(100),
      }),
    )
    .max(100)
    .default([]),
  /** Of free answers: choices and tags are scored, and not generated. */
  settings: generationOverridesSchema.default({}),
  modelId: z.string().optional(),
  oncePerStack,
  again,
});

export const tagTermsSchema = z.object({
  max: z.int().min(1).max(100).default(10),
  /** Only tags below this one. */
  below: nameSchema.optional(),
  modelId: z.string().optional(),
  oncePerStack,
  again,
});

/** Any of them. */
export const termsSchema = z.discriminatedUnion('kind', [
  captionTermsSchema.extend({ kind: z.literal('caption') }),
  askTermsSchema.extend({ kind: z.literal('ask') }),
  tagTermsSchema.extend({ kind: z.literal('tag') }),
]);
/** What a matching model does: scores the captions that are there, or indexes photos for visual search. */
const matchTermsSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('score'), modelId: z.string().optional() }),
  z.object({ kind: z.literal('embed'), modelId: z.string().optional() }),
]);
/** Of everything that says what it costs; only what writes can be tried on a few photos first. */
export const estimatedTermsSchema = z.discriminatedUnion('kind', [termsSchema, matchTermsSchema]);
export type EstimatedTerms = z.input<typeof estimatedTermsSchema>;
/** As a form has them. */
export type Terms = z.input<typeof termsSchema>;
export type TermsOf<Kind extends Terms['kind']> = Extract<Terms, { kind: Kind }>;
