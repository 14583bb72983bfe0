/**
 * @file The parts of `config.json` that several architectures share, with the reference's class defaults: a published
 * config may omit every value that equals its default. Compiler only.
 */
import * as z from 'zod';
import { CheckpointError } from './checkpointError.ts';

/** The reference takes null for a part that is left out. */
export function partOrDefaults<Part extends z.ZodType>(part: Part) {
  return z.preprocess((value) => value ?? {}, part);
}

const size = z.int().positive();
const activationSchema = z.enum(['gelu', 'gelu_new', 'gelu_pytorch_tanh', 'relu', 'silu']);

/** `Blip2VisionConfig`, `InstructBlipVisionConfig` */
export const visionConfigSchema = z
  .object({
    hidden_size: size.default(1408),
    intermediate_size: size.default(6144),
    num_hidden_layers: size.default(39),
    num_attention_heads: size.default(16),
    image_size: size.default(224),
    patch_size: size.default(14),
    hidden_act: activationSchema.default('gelu'),
    layer_norm_eps: z.number().positive().default(1e-6),
    qkv_bias: z.boolean().default(true),
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
    qkvBias: v.qkv_bias,
  }));

/** `Blip2QFormerConfig`, `InstructBlipQFormerConfig` */
export const qformerConfigSchema = z
  .object({
    vocab_size: size.default(30522),
    hidden_size: size.default(768),
    num_hidden_layers: size.default(12),
    num_attention_heads: size.default(12),
    intermediate_size: size.default(3072),
    hidden_act: activationSchema.default('gelu'),
    max_position_embeddings: size.default(512),
    layer_norm_eps: z.number().positive().default(1e-12),
    cross_attention_frequency: size.default(2),
  })
  .refine((v) => v.hidden_size % v.num_attention_heads === 0, 'hidden_size is not a multiple of num_attention_heads')
  .transform((v) => ({
    hiddenSize: v.hidden_size,
    layers: v.num_hidden_layers,
    heads: v.num_attention_heads,
    mlpSize: v.intermediate_size,
    crossAttentionFrequency: v.cross_attention_frequency,
    vocabSize: v.vocab_size,
    maxPositions: v.max_position_embeddings,
    epsilon: v.layer_norm_eps,
    activation: v.hidden_act,
  }));

/** A token id that a published file may leave out or set to null; both mean the class default. */
export function tokenIdSchema(fallback: number) {
  return z
    .int()
    .nullish()
    .transform((id) => id ?? fallback);
}

/** The same for ids of which there may be several. */
function tokenIdsOr(fallback: number) {
  return tokenIdsSchema.nullish().transform((ids) => ids ?? [fallback]);
}

const tokenIdsSchema = z
  .union([z.int(), z.array(z.int()).min(1)])
  .transform((ids) => (Array.isArray(ids) ? ids : [ids]));

/** `T5Config` */
export const t5ConfigSchema = z
  .object({
    vocab_size: size.default(32128),
    d_model: size.default(512),
    d_kv: size.default(64),
    d_ff: size.default(2048),
    num_layers: size.default(6),
    num_decoder_layers: size.nullish(),
    num_heads: size.default(8),
    relative_attention_num_buckets: size.default(32),
    relative_attention_max_distance: size.default(128),
    layer_norm_epsilon: z.number().positive().default(1e-6),
    // T5 v1.0's plain feed-forward ('relu') occurs in no published model of the family
    feed_forward_proj: z.literal('gated-gelu'),
    dense_act_fn: activationSchema.optional(),
    tie_word_embeddings: z.boolean().default(true),
    scale_decoder_outputs: z.boolean().optional(),
    decoder_start_token_id: tokenIdSchema(0),
    pad_token_id: tokenIdSchema(0),
    eos_token_id: tokenIdsOr(1),
  })
  .transform((v) => ({
    dims: {
      hiddenSize: v.d_model,
      headSize: v.d_kv,
      heads: v.num_heads,
      mlpSize: v.d_ff,
      encoderLayers: v.num_layers,
      decoderLayers: v.num_decoder_layers ?? v.num_layers,
      vocabSize: v.vocab_size,
      relativeBuckets: v.relative_attention_num_buckets,
      relativeMaxDistance: v.relative_attention_max_distance,
      epsilon: v.layer_norm_epsilon,
      // 'gated-gelu' alone stands for the tanh approximation; the models of the family were trained with exact GELU, and
      // their configs say so in this key, which the reference applies last
      activation: v.dense_act_fn ?? ('gelu_new' as const),
      // before the key existed, tying the embeddings implied the scaling
      scaleDecoderOutputs: v.scale_decoder_outputs ?? v.tie_word_embeddings,
    },
    decoderStartTokenId: v.decoder_start_token_id,
    padTokenId: v.pad_token_id,
    eosTokenIds: v.eos_token_id,
  }));

/** `OPTConfig` */
export const optConfigSchema = z
  .object({
    vocab_size: size.default(50272),
    hidden_size: size.default(768),
    num_hidden_layers: size.default(12),
    ffn_dim: size.default(3072),
    max_position_embeddings: size.default(2048),
    do_layer_norm_before: z.boolean().default(true),
    _remove_final_layer_norm: z.boolean().default(false),
    word_embed_proj_dim: size.nullish(),
    num_attention_heads: size.default(12),
    activation_function: activationSchema.default('relu'),
    enable_bias: z.boolean().default(true),
    layer_norm_elementwise_affine: z.literal(true).default(true),
    tie_word_embeddings: z.boolean().default(true),
    pad_token_id: tokenIdSchema(1),
    eos_token_id: tokenIdsOr(2),
  })
  .refine((v) => v.hidden_size % v.num_attention_heads === 0, 'hidden_size is not a multiple of num_attention_heads')
  .transform((v) => ({
    dims: {
      hiddenSize: v.hidden_size,
      embeddingSize: v.word_embed_proj_dim ?? v.hidden_size,
      layers: v.num_hidden_layers,
      heads: v.num_attention_heads,
      mlpSize: v.ffn_dim,
      vocabSize: v.vocab_size,
      maxPositions: v.max_position_embeddings,
      activation: v.activation_function,
      hasBiases: v.enable_bias,
      normalizesFirst: v.do_layer_norm_before,
      hasFinalNorm: v.do_layer_norm_before && !v._remove_final_layer_norm,
      tiesEmbeddings: v.tie_word_embeddings,
    },
    padTokenId: v.pad_token_id,
    eosTokenIds: v.eos_token_id,
  }));

/** Only the plain rotation: no published model of the family scales it. */
const rotarySchema = z.object({
  rope_theta: z.number().positive().optional(),
  rope_type: z.literal('default').optional(),
  type: z.literal('default').optional(),
  partial_rotary_factor: z.literal(1).optional(),
});

/**
 * A table of the rotation of every position is computed from config.json alone, with no tensor that would have to have its
 * size: it must not take what memory a file asks for. The published models have 2,048 positions of 128.
 */
const maxRotaryPositions = 262_144;
const maxHeadSize = 1024;

/** `LlamaConfig` */
export const llamaConfigSchema = z
  .object({
    vocab_size: size.default(32000),
    hidden_size: size.default(4096),
    intermediate_size: size.default(11008),
    num_hidden_layers: size.default(32),
    num_attention_heads: size.default(32),
    num_key_value_heads: size.nullish(),
    head_dim: size.nullish(),
    hidden_act: activationSchema.default('silu'),
    max_position_embeddings: size.max(maxRotaryPositions).default(2048),
    rms_norm_eps: z.number().positive().default(1e-6),
    // the older layout has rope_theta at the top and rope_scaling beside it
    rope_theta: z.number().positive().nullish(),
    rope_scaling: rotarySchema.nullish(),
    rope_parameters: rotarySchema.nullish(),
    attention_bias: z.boolean().default(false),
    mlp_bias: z.boolean().default(false),
    tie_word_embeddings: z.boolean().default(false),
    pad_token_id: z.int().nullish(),
    eos_token_id: tokenIdsOr(2),
  })
  .refine(
    (v) => v.head_dim != null || v.hidden_size % v.num_attention_heads === 0,
    'hidden_size is not a multiple of num_attention_heads',
  )
  .refine(
    (v) => (v.head_dim ?? v.hidden_size / v.num_attention_heads) <= maxHeadSize,
    `head_dim is more than ${maxHeadSize}`,
  )
  .refine(
    (v) => v.num_attention_heads % (v.num_key_value_heads ?? v.num_attention_heads) === 0,
    'num_attention_heads is not a multiple of num_key_value_heads',
  )
  .transform((v) => ({
    dims: {
      hiddenSize: v.hidden_size,
      headSize: v.head_dim ?? v.hidden_size / v.num_attention_heads,
      layers: v.num_hidden_layers,
      heads: v.num_attention_heads,
      keyValueHeads: v.num_key_value_heads ?? v.num_attention_heads,
      mlpSize: v.intermediate_size,
      vocabSize: v.vocab_size,
      maxPositions: v.max_position_embeddings,
      rotaryBase: v.rope_parameters?.rope_theta ?? v.rope_theta ?? 10_000,
      epsilon: v.rms_norm_eps,
      activation: v.hidden_act,
      attentionHasBiases: v.attention_bias,
      mlpHasBiases: v.mlp_bias,
      tiesEmbeddings: v.tie_word_embeddings,
    },
    // Llama itself has no padding token
    padTokenId: v.pad_token_id ?? 0,
    eosTokenIds: v.eos_token_id,
  }));

/** The part of `generation_config.json` that says where generation starts and ends. */
export const generationConfigSchema = z
  .object({
    decoder_start_token_id: z.int().nullish(),
    pad_token_id: z.int().nullish(),
    eos_token_id: tokenIdsSchema.nullish(),
  })
  .transform((v) => ({
    decoderStartTokenId: v.decoder_start_token_id,
    padTokenId: v.pad_token_id,
    eosTokenIds: v.eos_token_id,
  }));

/** @throws CheckpointError CHECKPOINT_CONFIG_INVALID, naming the key */
export function parseConfig<T>(schema: z.ZodType<T>, raw: unknown, file: string): T {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue !== undefined && issue.path.length > 0 ? `${issue.path.join('.')}: ` : '';
  throw new CheckpointError(
    'CHECKPOINT_CONFIG_INVALID',
    `${file} is not valid (${where}${issue?.message ?? 'malformed'}).`,
    { file },
    parsed.error,
  );
}
