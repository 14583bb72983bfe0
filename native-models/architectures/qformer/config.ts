/** @file How models with a Q-Former in front of a language model are recognised, and the part of config.json they share. Compiler only. */
import * as z from 'zod';
import { partOrDefaults, qformerConfigSchema, visionConfigSchema } from '../../checkpoint/configSchemas.ts';
import type { CheckpointFacts } from '../architecture.ts';

const architectureOf = {
  'blip-2': 'Blip2ForConditionalGeneration',
  instructblip: 'InstructBlipForConditionalGeneration',
} as const;

/** Of the reference, where config.json names none. */
const defaultLanguage = 'opt';

/** Whether config.json is of a model of `family` that writes text with the language model `language`. */
export function isQFormerGenerator(config: unknown, family: keyof typeof architectureOf, language: string): boolean {
  const shape = z.object({
    model_type: z.literal(family),
    architectures: z
      .array(z.string())
      .nullish()
      .refine((names) => names == null || names.length === 0 || names.includes(architectureOf[family])),
    text_config: partOrDefaults(z.object({ model_type: z.string().nullish() })),
  });
  const { data } = shape.safeParse(config);
  return data !== undefined && (data.text_config.model_type ?? defaultLanguage) === language;
}

/** InstructBLIP's Q-Former reads the instruction through a tokenizer of its own. */
export function withQFormerTokenizer(
  facts: CheckpointFacts,
  { qformer }: { readonly qformer: { readonly vocabSize: number } },
): CheckpointFacts {
  const vocabulary = { folder: 'qformer_tokenizer', vocabSize: qformer.vocabSize };
  return { ...facts, vocabularies: [...facts.vocabularies, vocabulary] };
}

/** What config.json says outside of the language model. */
export const publishedQFormerSchema = z
  .object({
    num_query_tokens: z.int().positive().default(32),
    image_token_index: z.int().min(0).nullish(),
    vision_config: partOrDefaults(visionConfigSchema),
    qformer_config: partOrDefaults(qformerConfigSchema),
  })
  .transform((v) => ({
    vision: v.vision_config,
    qformer: { ...v.qformer_config, queryTokens: v.num_query_tokens },
    imageTokenId: v.image_token_index ?? undefined,
  }));
