/** @file The settings of a generation, their limits, and which of them exclude each other. Any process. */
import * as z from 'zod';

/** Words, choices and tags are short; longer ones are a mistake in the list. */
const maxPhraseCharacters = 200;

const phraseSchema = z
  .string()
  .trim()
  .min(1, 'It is empty.')
  .max(maxPhraseCharacters, `It is longer than ${maxPhraseCharacters} characters.`);

/** The answer's text ends before the first of these. */
export const stopSchema = z.array(z.string().min(1).max(maxPhraseCharacters)).max(16).default([]);

/** Words that are never said. */
export const forbidSchema = z.array(phraseSchema).max(1000).default([]);

/** The answer is exactly one of these. */
export const choicesSchema = z
  .array(phraseSchema)
  .min(2, 'There must be at least two choices.')
  .max(4096, 'There can be at most 4096 choices.')
  .superRefine((choices, context) => refuseDuplicates('choice', choices, context));

export const maxListedTags = 20_000;
export const maxTagSynonyms = 100_000;

const tagSchema = phraseSchema.regex(/^[^,\n\r]*$/, 'A tag cannot contain a comma or a line break.');

/** The answer is a list of tags from a closed vocabulary, without repetition. */
export const tagsSchema = z
  .object({
    vocabulary: z
      .array(tagSchema)
      .min(1, 'There are no tags.')
      .max(maxListedTags, `There can be at most ${maxListedTags} tags.`),
    min: z.int().min(0).max(100).default(1),
    max: z.int().min(1).max(100).default(10),
    /** Always in the list: those that the model does not say are added at its end. */
    required: z.array(tagSchema).default([]),
    /** Never in the list. */
    excluded: z.array(tagSchema).default([]),
    /**
     * Other words for a tag: a model may say one of them, and the list then has the tag itself. One that is a tag of its
     * own, or the same to the model as another's, is not offered.
     */
    synonyms: z
      .array(z.object({ word: tagSchema, tag: tagSchema }))
      .max(maxTagSynonyms)
      .optional(),
    /** Tags that the model has no words for, or that are to it what another is, are never said; without it they are refused. */
    skipUnknown: z.boolean().optional(),
  })
  .superRefine((tags, context) => {
    refuseDuplicates('tag', tags.vocabulary, context);
    refuseDuplicates('required tag', tags.required, context);
    for (const problem of tagProblems(tags)) context.addIssue({ code: 'custom', message: problem });
  });

export type TagSettings = z.output<typeof tagsSchema>;

/** What in the settings of tags contradicts itself, in sentences. */
function tagProblems({ vocabulary, min, max, required, excluded }: z.output<typeof tagsSchema>): string[] {
  const [known, shut] = [new Set(vocabulary), new Set(excluded)];
  const available = vocabulary.filter((tag) => !shut.has(tag)).length;
  return [
    ...(min > max ? [`At least ${min} tags and at most ${max} contradict each other.`] : []),
    ...required.filter((tag) => !known.has(tag)).map((tag) => `The required tag "${tag}" is not in the vocabulary.`),
    ...required.filter((tag) => shut.has(tag)).map((tag) => `The tag "${tag}" is both required and excluded.`),
    ...(required.length > max ? [`${required.length} tags are required, but the list has at most ${max}.`] : []),
    ...(available === 0 && vocabulary.length > 0 ? ['Every tag of the vocabulary is excluded.'] : []),
    ...(min > available && available > 0
      ? [`There must be at least ${min} tags, but only ${available} can be used.`]
      : []),
  ];
}

/** Settings that exclude each other, in sentences. Those of the search have no effect on choices. */
export function constraintConflicts(settings: {
  readonly choices?: readonly string[] | undefined;
  readonly tags?: TagSettings | undefined;
  readonly stop: readonly string[];
  readonly forbid: readonly string[];
}): string[] {
  const { choices, tags, stop, forbid } = settings;
  const isClosed = choices !== undefined || tags !== undefined;
  return [
    ...(choices !== undefined && tags !== undefined
      ? ['An answer is one of the choices or a list of tags, not both.']
      : []),
    ...(isClosed && stop.length > 0 ? ['Stop strings have no meaning for choices and tags.'] : []),
    ...(isClosed && forbid.length > 0 ? ['Forbidden words have no meaning for choices and tags.'] : []),
  ];
}

function refuseDuplicates(what: string, texts: readonly string[], context: z.RefinementCtx): void {
  const seen = new Set<string>();
  for (const text of texts) {
    if (seen.has(text)) context.addIssue({ code: 'custom', message: `The ${what} "${text}" is there twice.` });
    seen.add(text);
  }
}

/** How text is generated. Names and meanings follow the reference implementation's `generate`. */
const generationSettingsShape = z.object({
  /** 1 is greedy search (or plain sampling), more is beam search. */
  numBeams: z.int().min(1).max(64).default(1),
  maxNewTokens: z.int().min(1).max(4096).default(64),
  minNewTokens: z.int().min(0).max(4096).default(0),
  /** Exponent of the length that divides a beam's score: above 0 favours long answers, below 0 short ones. */
  lengthPenalty: z.number().default(1),
  /** 1 is off; above 1 makes repeated tokens less likely. */
  repetitionPenalty: z.number().positive().default(1),
  /** 0 is off; no n-gram of this size occurs twice. */
  noRepeatNgramSize: z.int().min(0).default(0),
  earlyStopping: z.union([z.boolean(), z.literal('never')]).default(false),
  sample: z.boolean().default(false),
  temperature: z.number().positive().default(1),
  /** Keep the smallest set of tokens whose probabilities sum to at least this. 1 is off. */
  topP: z.number().gt(0).max(1).default(1),
  /** Keep the k most likely tokens. 0 is off. */
  topK: z.int().min(0).default(0),
  /** Equal seeds give equal answers about equal photos; each photo has a random stream of its own. */
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(0),
  stop: stopSchema,
  forbid: forbidSchema,
  /** Ends an answer that repeats itself without end, and keeps what was said once. Not a rule of the reference. */
  stopOnLoop: z.boolean().default(false),
  choices: choicesSchema.optional(),
  tags: tagsSchema.optional(),
});
export const generationSettingsSchema = generationSettingsShape.superRefine((settings, context) => {
  for (const message of constraintConflicts(settings)) context.addIssue({ code: 'custom', message });
});
export type GenerationSettings = z.output<typeof generationSettingsSchema>;
export type GenerationSettingsInput = z.input<typeof generationSettingsSchema>;
