/** @file The configuration that BLIP's captioner, VQA and ITM models share: from `config.json`, and as kept in model.json. */
import * as z from 'zod';
import { parseConfig, partOrDefaults } from '../../checkpoint/configSchemas.ts';
import type { CheckpointFacts, RawConfig } from '../architecture.ts';
import { storedActivationSchema, storedVisionSchema } from './storedConfig.ts';

/** As kept in model.json. */
export const blipConfigSchema = z.object({
  vision: storedVisionSchema,
  /** Sizes of the text encoder or decoder, or of both (`BertDims`). */
  text: z.object({
    hiddenSize: z.int(),
    layers: z.int(),
    heads: z.int(),
    mlpSize: z.int(),
    vocabSize: z.int(),
    maxPositions: z.int(),
    epsilon: z.number(),
    activation: storedActivationSchema,
  }),
  /** Size of the vectors that ITC compares. */
  embeddingSize: z.int(),
  /** [DEC] */
  decoderStartTokenId: z.int(),
  padTokenId: z.int(),
  /** [SEP] */
  eosTokenIds: z.array(z.int()),
});
export type BlipConfig = z.output<typeof blipConfigSchema>;

const size = z.int().positive();

/** `BlipVisionConfig`, with its class defaults: they are not BLIP-2's. */
const visionSchema = z
  .object({
    hidden_size: size.default(768),
    intermediate_size: size.default(3072),
    num_hidden_layers: size.default(12),
    num_attention_heads: size.default(12),
    image_size: size.default(384),
    patch_size: size.default(16),
    hidden_act: storedActivationSchema.default('gelu'),
    layer_norm_eps: z.number().positive().default(1e-5),
  })
  .refine((v) => v.hidden_size % v.num_attention_heads === 0, 'hidden_size is not a multiple of num_attention_heads')
  .refine((v) => v.image_size % v.patch_size === 0, 'image_size is not a multiple of patch_size')
  .transform((v) => ({
    hiddenSize: v.hidden_size,
    layers: v.num_hidden_layers,
    heads: v.num_attention_heads,
    mlpSize: v.intermediate_size,
    imageSize: v.image_size,
    patchSize: v.patch_size,
    epsilon: v.layer_norm_eps,
    activation: v.hidden_act,
    qkvBias: true,
  }));

/** `BlipTextConfig`. Its `encoder_hidden_size` is not read: the reference replaces it by the vision tower's size. */
const textSchema = z
  .object({
    vocab_size: size.default(30524),
    hidden_size: size.default(768),
    intermediate_size: size.default(3072),
    num_hidden_layers: size.default(12),
    num_attention_heads: size.default(8),
    max_position_embeddings: size.default(512),
    hidden_act: storedActivationSchema.default('gelu'),
    layer_norm_eps: z.number().positive().default(1e-12),
    bos_token_id: z.int().nullish(),
    pad_token_id: z.int().nullish(),
    sep_token_id: z.int().nullish(),
  })
  .refine((v) => v.hidden_size % v.num_attention_heads === 0, 'hidden_size is not a multiple of num_attention_heads');

const publishedSchema = z.object({
  vision_config: partOrDefaults(visionSchema),
  text_config: partOrDefaults(textSchema),
  image_text_hidden_size: size.default(256),
});

/** Whether this is a BLIP model of the class `architecture`: model_type is the same for all of them. */
export function isBlip(config: unknown, architecture: string): boolean {
  const shape = z.object({
    model_type: z.literal('blip'),
    architectures: z.array(z.string()).refine((names) => names.includes(architecture)),
    text_config: z.object({ model_type: z.literal('blip_text_model').nullish() }).nullish(),
  });
  return shape.safeParse(config).success;
}

export function blipFacts({ vision, text, decoderStartTokenId, padTokenId, eosTokenIds }: BlipConfig): CheckpointFacts {
  return {
    imageSize: vision.imageSize,
    vocabularies: [{ folder: '.', vocabSize: text.vocabSize }],
    tokenIds: [
      { name: 'bos_token_id', id: decoderStartTokenId, token: '[DEC]' },
      { name: 'pad_token_id', id: padTokenId, token: '[PAD]' },
      ...eosTokenIds.map((id) => ({ name: 'sep_token_id', id, token: '[SEP]' })),
    ],
  };
}

/**
 * The reference ends with [SEP] whatever `generation_config.json` says, so that file is not read. An id that is left out or
 * null is the tokenizer's, or the class default.
 */
export function parseBlipConfig({ config, addedTokens }: RawConfig): BlipConfig {
  const published = parseConfig(publishedSchema, config, 'config.json');
  const text = published.text_config;
  return {
    vision: published.vision_config,
    text: {
      hiddenSize: text.hidden_size,
      layers: text.num_hidden_layers,
      heads: text.num_attention_heads,
      mlpSize: text.intermediate_size,
      vocabSize: text.vocab_size,
      maxPositions: text.max_position_embeddings,
      epsilon: text.layer_norm_eps,
      activation: text.hidden_act,
    },
    embeddingSize: published.image_text_hidden_size,
    decoderStartTokenId: text.bos_token_id ?? addedTokens?.get('[DEC]') ?? 30522,
    padTokenId: text.pad_token_id ?? addedTokens?.get('[PAD]') ?? 0,
    eosTokenIds: [text.sep_token_id ?? addedTokens?.get('[SEP]') ?? 102],
  };
}
