/** @file The tensors and the configuration of published checkpoints, for the random ones that benchmarks run on. Benchmarks and tests only. */

/** How a tensor's values are drawn: as a fresh network's are, so that activations stay finite. */
export type TensorFill = 'normal' | 'ones' | 'zeros';

export interface TensorShape {
  readonly name: string;
  readonly shape: readonly number[];
  readonly fill: TensorFill;
}

/** All that tells one architecture and size from another. */
export interface CheckpointShape {
  readonly tensors: readonly TensorShape[];
  /** `config.json` without the number format of the weights. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly imageSize: number;
}

export interface InstructBlipT5Sizes {
  readonly queryTokens: number;
  readonly vision: {
    readonly hiddenSize: number;
    readonly mlpSize: number;
    readonly layers: number;
    readonly heads: number;
    readonly imageSize: number;
    readonly patchSize: number;
  };
  readonly qformer: {
    readonly vocabSize: number;
    readonly hiddenSize: number;
    readonly mlpSize: number;
    readonly layers: number;
    readonly heads: number;
    readonly maxPositions: number;
    readonly crossAttentionFrequency: number;
  };
  readonly text: {
    readonly vocabSize: number;
    readonly modelSize: number;
    readonly mlpSize: number;
    readonly headSize: number;
    readonly heads: number;
    readonly encoderLayers: number;
    readonly decoderLayers: number;
    readonly relativeBuckets: number;
  };
}

/** Salesforce/instructblip-flan-t5-xl: about 4.0 billion weights. */
export const instructBlipFlanT5Xl: InstructBlipT5Sizes = {
  queryTokens: 32,
  vision: { hiddenSize: 1408, mlpSize: 6144, layers: 39, heads: 16, imageSize: 224, patchSize: 14 },
  qformer: {
    vocabSize: 30523,
    hiddenSize: 768,
    mlpSize: 3072,
    layers: 12,
    heads: 12,
    maxPositions: 512,
    crossAttentionFrequency: 2,
  },
  text: {
    vocabSize: 32128,
    modelSize: 2048,
    mlpSize: 5120,
    headSize: 64,
    heads: 32,
    encoderLayers: 24,
    decoderLayers: 24,
    relativeBuckets: 32,
  },
};

export function instructBlipT5Shape(sizes: InstructBlipT5Sizes): CheckpointShape {
  const { vision, qformer, text, queryTokens } = sizes;
  return {
    tensors: [
      normal('query_tokens', 1, queryTokens, qformer.hiddenSize),
      ...visionTensors(vision),
      ...qformerTensors(qformer, vision.hiddenSize),
      ...linear('language_projection', text.modelSize, qformer.hiddenSize),
      ...t5Tensors(text),
    ],
    config: instructBlipT5Config(sizes),
    imageSize: vision.imageSize,
  };
}

function normal(name: string, ...shape: number[]): TensorShape {
  return { name, shape, fill: 'normal' };
}

function linear(path: string, outputs: number, inputs: number): TensorShape[] {
  return [normal(`${path}.weight`, outputs, inputs), { name: `${path}.bias`, shape: [outputs], fill: 'zeros' }];
}

function layerNorm(path: string, size: number): TensorShape[] {
  return [
    { name: `${path}.weight`, shape: [size], fill: 'ones' },
    { name: `${path}.bias`, shape: [size], fill: 'zeros' },
  ];
}

function rmsNorm(path: string, size: number): TensorShape {
  return { name: `${path}.weight`, shape: [size], fill: 'ones' };
}

function layers(count: number, tensorsOf: (index: number) => readonly TensorShape[]): TensorShape[] {
  return Array.from({ length: count }, (_, index) => tensorsOf(index)).flat();
}

function visionTensors(sizes: InstructBlipT5Sizes['vision']): TensorShape[] {
  const { hiddenSize: hidden, mlpSize, imageSize, patchSize } = sizes;
  const embeddings = 'vision_model.embeddings';
  return [
    normal(`${embeddings}.class_embedding`, 1, 1, hidden),
    normal(`${embeddings}.position_embedding`, 1, (imageSize / patchSize) ** 2 + 1, hidden),
    normal(`${embeddings}.patch_embedding.weight`, hidden, 3, patchSize, patchSize),
    { name: `${embeddings}.patch_embedding.bias`, shape: [hidden], fill: 'zeros' },
    ...layers(sizes.layers, (index) => {
      const layer = `vision_model.encoder.layers.${index}`;
      return [
        ...layerNorm(`${layer}.layer_norm1`, hidden),
        ...linear(`${layer}.self_attn.qkv`, 3 * hidden, hidden),
        ...linear(`${layer}.self_attn.projection`, hidden, hidden),
        ...layerNorm(`${layer}.layer_norm2`, hidden),
        ...linear(`${layer}.mlp.fc1`, mlpSize, hidden),
        ...linear(`${layer}.mlp.fc2`, hidden, mlpSize),
      ];
    }),
    ...layerNorm('vision_model.post_layernorm', hidden),
  ];
}

function qformerTensors(sizes: InstructBlipT5Sizes['qformer'], visionSize: number): TensorShape[] {
  const { hiddenSize: hidden, mlpSize, crossAttentionFrequency } = sizes;
  const attention = (path: string, keySize: number) => [
    ...linear(`${path}.attention.query`, hidden, hidden),
    ...linear(`${path}.attention.key`, hidden, keySize),
    ...linear(`${path}.attention.value`, hidden, keySize),
    ...linear(`${path}.output.dense`, hidden, hidden),
    ...layerNorm(`${path}.output.LayerNorm`, hidden),
  ];
  const feedForward = (layer: string, suffix: string) => [
    ...linear(`${layer}.intermediate${suffix}.dense`, mlpSize, hidden),
    ...linear(`${layer}.output${suffix}.dense`, hidden, mlpSize),
    ...layerNorm(`${layer}.output${suffix}.LayerNorm`, hidden),
  ];
  return [
    normal('qformer.embeddings.word_embeddings.weight', sizes.vocabSize, hidden),
    normal('qformer.embeddings.position_embeddings.weight', sizes.maxPositions, hidden),
    ...layerNorm('qformer.embeddings.layernorm', hidden),
    ...layers(sizes.layers, (index) => {
      const layer = `qformer.encoder.layer.${index}`;
      return [
        ...attention(`${layer}.attention`, hidden),
        ...(index % crossAttentionFrequency === 0 ? attention(`${layer}.crossattention`, visionSize) : []),
        ...feedForward(layer, ''),
        ...feedForward(layer, '_query'),
      ];
    }),
  ];
}

function t5Tensors(sizes: InstructBlipT5Sizes['text']): TensorShape[] {
  const { modelSize, mlpSize, heads, headSize, vocabSize, relativeBuckets } = sizes;
  const inner = heads * headSize;
  const attention = (path: string) => [
    ...['q', 'k', 'v'].map((part) => normal(`${path}.${part}.weight`, inner, modelSize)),
    normal(`${path}.o.weight`, modelSize, inner),
  ];
  const stack = (name: 'encoder' | 'decoder', count: number) => [
    ...layers(count, (index) => {
      const block = `language_model.${name}.block.${index}.layer`;
      const feedForward = name === 'encoder' ? 1 : 2;
      const bias = `${block}.0.SelfAttention.relative_attention_bias.weight`;
      return [
        ...attention(`${block}.0.SelfAttention`),
        ...(index === 0 ? [normal(bias, relativeBuckets, heads)] : []),
        rmsNorm(`${block}.0.layer_norm`, modelSize),
        ...(name === 'decoder'
          ? [...attention(`${block}.1.EncDecAttention`), rmsNorm(`${block}.1.layer_norm`, modelSize)]
          : []),
        normal(`${block}.${feedForward}.DenseReluDense.wi_0.weight`, mlpSize, modelSize),
        normal(`${block}.${feedForward}.DenseReluDense.wi_1.weight`, mlpSize, modelSize),
        normal(`${block}.${feedForward}.DenseReluDense.wo.weight`, modelSize, mlpSize),
        rmsNorm(`${block}.${feedForward}.layer_norm`, modelSize),
      ];
    }),
    rmsNorm(`language_model.${name}.final_layer_norm`, modelSize),
  ];
  return [
    normal('language_model.shared.weight', vocabSize, modelSize),
    ...stack('encoder', sizes.encoderLayers),
    ...stack('decoder', sizes.decoderLayers),
    normal('language_model.lm_head.weight', vocabSize, modelSize),
  ];
}

/** As uploaded: what equals a class default is left out, and T5's part is surrounded by keys of no concern. */
function instructBlipT5Config({ queryTokens, vision, qformer, text }: InstructBlipT5Sizes): Record<string, unknown> {
  return {
    architectures: ['InstructBlipForConditionalGeneration'],
    initializer_factor: 1,
    initializer_range: 0.02,
    model_type: 'instructblip',
    num_query_tokens: queryTokens,
    qformer_config: {
      classifier_dropout: null,
      model_type: 'instructblip_qformer',
      ...unlessDefault('vocab_size', qformer.vocabSize, 30522),
      ...unlessDefault('hidden_size', qformer.hiddenSize, 768),
      ...unlessDefault('intermediate_size', qformer.mlpSize, 3072),
      ...unlessDefault('num_hidden_layers', qformer.layers, 12),
      ...unlessDefault('num_attention_heads', qformer.heads, 12),
      ...unlessDefault('max_position_embeddings', qformer.maxPositions, 512),
      ...unlessDefault('cross_attention_frequency', qformer.crossAttentionFrequency, 2),
      ...unlessDefault('encoder_hidden_size', vision.hiddenSize, 1408),
    },
    text_config: {
      architectures: ['T5ForConditionalGeneration'],
      bos_token_id: 1,
      d_ff: text.mlpSize,
      d_kv: text.headSize,
      d_model: text.modelSize,
      decoder_start_token_id: 0,
      // Stated beside "gated-gelu", and overrides what that stands for: the exact GELU.
      dense_act_fn: 'gelu',
      dropout_rate: 0.1,
      eos_token_id: 1,
      feed_forward_proj: 'gated-gelu',
      is_encoder_decoder: true,
      is_gated_act: true,
      layer_norm_epsilon: 1e-6,
      model_type: 't5',
      n_positions: 512,
      num_decoder_layers: text.decoderLayers,
      num_heads: text.heads,
      num_layers: text.encoderLayers,
      output_past: true,
      pad_token_id: 0,
      relative_attention_max_distance: 128,
      relative_attention_num_buckets: text.relativeBuckets,
      task_specific_params: { translation_en_to_de: { max_length: 300, num_beams: 4 } },
      tie_word_embeddings: false,
      use_cache: true,
      vocab_size: text.vocabSize,
    },
    use_decoder_only_language_model: false,
    vision_config: {
      dropout: 0,
      initializer_factor: 1,
      model_type: 'instructblip_vision_model',
      num_channels: 3,
      projection_dim: 512,
      ...unlessDefault('hidden_size', vision.hiddenSize, 1408),
      ...unlessDefault('intermediate_size', vision.mlpSize, 6144),
      ...unlessDefault('num_hidden_layers', vision.layers, 39),
      ...unlessDefault('num_attention_heads', vision.heads, 16),
      ...unlessDefault('image_size', vision.imageSize, 224),
      ...unlessDefault('patch_size', vision.patchSize, 14),
    },
  };
}

function unlessDefault(key: string, value: number, classDefault: number): Readonly<Record<string, number>> {
  return value === classDefault ? {} : { [key]: value };
}
