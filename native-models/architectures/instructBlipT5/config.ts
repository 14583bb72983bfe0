/** @file The configuration of InstructBLIP with a T5 language model: from `config.json`, and as kept in model.json. */
import * as z from 'zod';
import {
  generationConfigSchema,
  parseConfig,
  qformerConfigSchema,
  t5ConfigSchema,
  visionConfigSchema,
} from '../../checkpoint/configSchemas.ts';
import type { RawConfig } from '../architecture.ts';

const activationSchema = z.enum(['gelu', 'gelu_new', 'gelu_pytorch_tanh', 'relu']);

/** As kept in model.json. */
export const instructBlipT5ConfigSchema = z.object({
  vision: z.object({
    hiddenSize: z.int(),
    layers: z.int(),
    heads: z.int(),
    mlpSize: z.int(),
    imageSize: z.int(),
    patchSize: z.int(),
    epsilon: z.number(),
    activation: activationSchema,
    qkvBias: z.boolean(),
  }),
  qformer: z.object({
    hiddenSize: z.int(),
    layers: z.int(),
    heads: z.int(),
    mlpSize: z.int(),
    crossAttentionFrequency: z.int(),
    vocabSize: z.int(),
    maxPositions: z.int(),
    queryTokens: z.int(),
    epsilon: z.number(),
    activation: activationSchema,
  }),
  text: z.object({
    hiddenSize: z.int(),
    headSize: z.int(),
    heads: z.int(),
    mlpSize: z.int(),
    encoderLayers: z.int(),
    decoderLayers: z.int(),
    vocabSize: z.int(),
    relativeBuckets: z.int(),
    relativeMaxDistance: z.int(),
    epsilon: z.number(),
    activation: activationSchema,
    scaleDecoderOutputs: z.boolean(),
  }),
  decoderStartTokenId: z.int(),
  padTokenId: z.int(),
  eosTokenIds: z.array(z.int()),
});
export type InstructBlipT5Config = z.output<typeof instructBlipT5ConfigSchema>;

const publishedSchema = z.object({
  num_query_tokens: z.int().positive().default(32),
  vision_config: visionConfigSchema.prefault({}),
  qformer_config: qformerConfigSchema.prefault({}),
  text_config: t5ConfigSchema,
});

export function isInstructBlipT5(config: unknown): boolean {
  const shape = z.object({
    model_type: z.literal('instructblip'),
    text_config: z.object({ model_type: z.literal('t5') }),
  });
  return shape.safeParse(config).success;
}

export function parseInstructBlipT5Config({ config, generationConfig }: RawConfig): InstructBlipT5Config {
  const published = parseConfig(publishedSchema, config, 'config.json');
  const generation = parseConfig(generationConfigSchema, generationConfig ?? {}, 'generation_config.json');
  const text = published.text_config;
  return {
    vision: published.vision_config,
    qformer: { ...published.qformer_config, queryTokens: published.num_query_tokens },
    text: text.dims,
    decoderStartTokenId: generation.decoderStartTokenId ?? text.decoderStartTokenId,
    padTokenId: generation.padTokenId ?? text.padTokenId,
    eosTokenIds: generation.eosTokenIds ?? text.eosTokenIds,
  };
}
