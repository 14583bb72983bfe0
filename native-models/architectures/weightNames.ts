/** @file The names of the weights in published checkpoints, literally, one table a tower. Compiler only. */
import type { LlamaNames } from '../layers/llama.ts';
import type { OptNames } from '../layers/opt.ts';
import type { QFormerNames } from '../layers/qformer.ts';
import type { T5Names } from '../layers/t5.ts';
import type { VisionTransformerNames } from '../layers/visionTransformer.ts';

export const visionNames: VisionTransformerNames = {
  classToken: 'vision_model.embeddings.class_embedding',
  patchEmbedding: 'vision_model.embeddings.patch_embedding',
  positions: 'vision_model.embeddings.position_embedding',
  finalNorm: 'vision_model.post_layernorm',
  layer: (i) => ({
    norm1: `vision_model.encoder.layers.${i}.layer_norm1`,
    qkv: `vision_model.encoder.layers.${i}.self_attn.qkv`,
    projection: `vision_model.encoder.layers.${i}.self_attn.projection`,
    norm2: `vision_model.encoder.layers.${i}.layer_norm2`,
    mlpUp: `vision_model.encoder.layers.${i}.mlp.fc1`,
    mlpDown: `vision_model.encoder.layers.${i}.mlp.fc2`,
  }),
};

export const instructedQFormerNames: QFormerNames = {
  queryTokens: 'query_tokens',
  wordEmbeddings: 'qformer.embeddings.word_embeddings.weight',
  positionEmbeddings: 'qformer.embeddings.position_embeddings.weight',
  embeddingsNorm: 'qformer.embeddings.layernorm',
  layer: (i) => ({
    selfAttention: {
      query: `qformer.encoder.layer.${i}.attention.attention.query`,
      key: `qformer.encoder.layer.${i}.attention.attention.key`,
      value: `qformer.encoder.layer.${i}.attention.attention.value`,
      output: `qformer.encoder.layer.${i}.attention.output.dense`,
      norm: `qformer.encoder.layer.${i}.attention.output.LayerNorm`,
    },
    crossAttention: {
      query: `qformer.encoder.layer.${i}.crossattention.attention.query`,
      key: `qformer.encoder.layer.${i}.crossattention.attention.key`,
      value: `qformer.encoder.layer.${i}.crossattention.attention.value`,
      output: `qformer.encoder.layer.${i}.crossattention.output.dense`,
      norm: `qformer.encoder.layer.${i}.crossattention.output.LayerNorm`,
    },
    queryFeedForward: {
      up: `qformer.encoder.layer.${i}.intermediate_query.dense`,
      down: `qformer.encoder.layer.${i}.output_query.dense`,
      norm: `qformer.encoder.layer.${i}.output_query.LayerNorm`,
    },
    textFeedForward: {
      up: `qformer.encoder.layer.${i}.intermediate.dense`,
      down: `qformer.encoder.layer.${i}.output.dense`,
      norm: `qformer.encoder.layer.${i}.output.LayerNorm`,
    },
  }),
};

/** BLIP-2 keeps its text embeddings outside of the Q-Former, and has them only where it reads text. */
export const blip2QFormerNames: QFormerNames = {
  ...instructedQFormerNames,
  wordEmbeddings: 'embeddings.word_embeddings.weight',
  positionEmbeddings: 'embeddings.position_embeddings.weight',
  embeddingsNorm: 'qformer.layernorm',
};

export const languageProjectionName = 'language_projection';

/** The heads of BLIP-2's matching model. */
export const matchingNames = {
  itmHead: 'itm_head',
  visionProjection: 'vision_projection',
  textProjection: 'text_projection',
} as const;

export const t5Names: T5Names = {
  embeddings: 'language_model.shared.weight',
  outputLayer: 'language_model.lm_head.weight',
  encoderPositionBias: 'language_model.encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight',
  encoderFinalNorm: 'language_model.encoder.final_layer_norm.weight',
  encoderLayer: (i) => ({
    attention: {
      norm: `language_model.encoder.block.${i}.layer.0.layer_norm.weight`,
      query: `language_model.encoder.block.${i}.layer.0.SelfAttention.q`,
      key: `language_model.encoder.block.${i}.layer.0.SelfAttention.k`,
      value: `language_model.encoder.block.${i}.layer.0.SelfAttention.v`,
      output: `language_model.encoder.block.${i}.layer.0.SelfAttention.o`,
    },
    feedForward: {
      norm: `language_model.encoder.block.${i}.layer.1.layer_norm.weight`,
      gate: `language_model.encoder.block.${i}.layer.1.DenseReluDense.wi_0`,
      up: `language_model.encoder.block.${i}.layer.1.DenseReluDense.wi_1`,
      down: `language_model.encoder.block.${i}.layer.1.DenseReluDense.wo`,
    },
  }),
  decoderPositionBias: 'language_model.decoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight',
  decoderFinalNorm: 'language_model.decoder.final_layer_norm.weight',
  decoderLayer: (i) => ({
    selfAttention: {
      norm: `language_model.decoder.block.${i}.layer.0.layer_norm.weight`,
      query: `language_model.decoder.block.${i}.layer.0.SelfAttention.q`,
      key: `language_model.decoder.block.${i}.layer.0.SelfAttention.k`,
      value: `language_model.decoder.block.${i}.layer.0.SelfAttention.v`,
      output: `language_model.decoder.block.${i}.layer.0.SelfAttention.o`,
    },
    crossAttention: {
      norm: `language_model.decoder.block.${i}.layer.1.layer_norm.weight`,
      query: `language_model.decoder.block.${i}.layer.1.EncDecAttention.q`,
      key: `language_model.decoder.block.${i}.layer.1.EncDecAttention.k`,
      value: `language_model.decoder.block.${i}.layer.1.EncDecAttention.v`,
      output: `language_model.decoder.block.${i}.layer.1.EncDecAttention.o`,
    },
    feedForward: {
      norm: `language_model.decoder.block.${i}.layer.2.layer_norm.weight`,
      gate: `language_model.decoder.block.${i}.layer.2.DenseReluDense.wi_0`,
      up: `language_model.decoder.block.${i}.layer.2.DenseReluDense.wi_1`,
      down: `language_model.decoder.block.${i}.layer.2.DenseReluDense.wo`,
    },
  }),
};

export const optNames: OptNames = {
  embeddings: 'language_model.model.decoder.embed_tokens.weight',
  positions: 'language_model.model.decoder.embed_positions.weight',
  projectIn: 'language_model.model.decoder.project_in',
  projectOut: 'language_model.model.decoder.project_out',
  finalNorm: 'language_model.model.decoder.final_layer_norm',
  outputLayer: 'language_model.lm_head.weight',
  layer: (i) => ({
    attentionNorm: `language_model.model.decoder.layers.${i}.self_attn_layer_norm`,
    query: `language_model.model.decoder.layers.${i}.self_attn.q_proj`,
    key: `language_model.model.decoder.layers.${i}.self_attn.k_proj`,
    value: `language_model.model.decoder.layers.${i}.self_attn.v_proj`,
    output: `language_model.model.decoder.layers.${i}.self_attn.out_proj`,
    mlpNorm: `language_model.model.decoder.layers.${i}.final_layer_norm`,
    mlpUp: `language_model.model.decoder.layers.${i}.fc1`,
    mlpDown: `language_model.model.decoder.layers.${i}.fc2`,
  }),
};

export const llamaNames: LlamaNames = {
  embeddings: 'language_model.model.embed_tokens.weight',
  finalNorm: 'language_model.model.norm.weight',
  outputLayer: 'language_model.lm_head.weight',
  layer: (i) => ({
    attentionNorm: `language_model.model.layers.${i}.input_layernorm.weight`,
    query: `language_model.model.layers.${i}.self_attn.q_proj`,
    key: `language_model.model.layers.${i}.self_attn.k_proj`,
    value: `language_model.model.layers.${i}.self_attn.v_proj`,
    output: `language_model.model.layers.${i}.self_attn.o_proj`,
    mlpNorm: `language_model.model.layers.${i}.post_attention_layernorm.weight`,
    gate: `language_model.model.layers.${i}.mlp.gate_proj`,
    up: `language_model.model.layers.${i}.mlp.up_proj`,
    down: `language_model.model.layers.${i}.mlp.down_proj`,
  }),
};
