/** @file The configurations of published models, by name: what equals a class default is left out. Benchmarks and tests only. */

export interface PublishedConfig extends Readonly<Record<string, unknown>> {
  readonly text_config: Readonly<Record<string, unknown>>;
}

export interface PublishedEntry {
  readonly config: PublishedConfig;
  readonly imageSize: number;
  /** Of the fixtures: the one whose tokenizer is of the model's kind. */
  readonly tokenizer: string;
}

const blipVision = {
  base: { model_type: 'blip_vision_model', image_size: 384 },
  large: {
    model_type: 'blip_vision_model',
    hidden_size: 1024,
    intermediate_size: 4096,
    num_hidden_layers: 24,
    num_attention_heads: 16,
    image_size: 384,
    patch_size: 16,
  },
};

function blip(architecture: string, size: keyof typeof blipVision, tokenizer: string): PublishedEntry {
  return {
    config: {
      architectures: [architecture],
      model_type: 'blip',
      vision_config: blipVision[size],
      text_config: { model_type: 'blip_text_model', hidden_size: 768, num_attention_heads: 12 },
    },
    imageSize: 384,
    tokenizer,
  };
}

const opt = (hiddenSize: number) => ({
  model_type: 'opt',
  vocab_size: 50272,
  hidden_size: hiddenSize,
  word_embed_proj_dim: hiddenSize,
  ffn_dim: 4 * hiddenSize,
  num_hidden_layers: 32,
  num_attention_heads: 32,
  max_position_embeddings: 2048,
});

const flanT5 = {
  model_type: 't5',
  vocab_size: 32128,
  d_kv: 64,
  num_layers: 24,
  num_decoder_layers: 24,
  feed_forward_proj: 'gated-gelu',
  dense_act_fn: 'gelu',
  tie_word_embeddings: false,
};
const flanT5Xl = { ...flanT5, d_model: 2048, d_ff: 5120, num_heads: 32 };
const flanT5Xxl = { ...flanT5, d_model: 4096, d_ff: 10240, num_heads: 64 };

const vicuna = (hiddenSize: number, mlpSize: number, layers: number, heads: number) => ({
  model_type: 'llama',
  vocab_size: 32001,
  hidden_size: hiddenSize,
  intermediate_size: mlpSize,
  num_hidden_layers: layers,
  num_attention_heads: heads,
  max_position_embeddings: 2048,
  tie_word_embeddings: false,
});

function blip2(text: PublishedConfig['text_config'], tokenizer: string): PublishedEntry {
  return {
    config: {
      architectures: ['Blip2ForConditionalGeneration'],
      model_type: 'blip-2',
      num_query_tokens: 32,
      qformer_config: { model_type: 'blip_2_qformer' },
      vision_config: { model_type: 'blip_2_vision_model' },
      text_config: text,
    },
    imageSize: 224,
    tokenizer,
  };
}

const blip2Matching: PublishedEntry = {
  config: {
    architectures: ['Blip2ForImageTextRetrieval'],
    model_type: 'blip-2',
    num_query_tokens: 32,
    image_text_hidden_size: 256,
    qformer_config: {
      model_type: 'blip_2_qformer',
      vocab_size: 30523,
      use_qformer_text_input: true,
    },
    vision_config: { model_type: 'blip_2_vision_model' },
    text_config: { model_type: 'opt' },
  },
  imageSize: 224,
  tokenizer: 'blip2-itm',
};

function instructBlip(text: PublishedConfig['text_config'], tokenizer: string): PublishedEntry {
  return {
    config: {
      architectures: ['InstructBlipForConditionalGeneration'],
      model_type: 'instructblip',
      num_query_tokens: 32,
      qformer_config: { model_type: 'instructblip_qformer', vocab_size: 30523 },
      vision_config: { model_type: 'instructblip_vision_model' },
      text_config: text,
    },
    imageSize: 224,
    tokenizer,
  };
}

export const publishedConfigs: Readonly<Record<string, PublishedEntry>> = {
  'blip-image-captioning-base': blip('BlipForConditionalGeneration', 'base', 'blip-caption'),
  'blip-image-captioning-large': blip('BlipForConditionalGeneration', 'large', 'blip-caption'),
  'blip-vqa-base': blip('BlipForQuestionAnswering', 'base', 'blip-vqa'),
  'blip-itm-base-coco': blip('BlipForImageTextRetrieval', 'base', 'blip-itm'),
  'blip-itm-large-coco': blip('BlipForImageTextRetrieval', 'large', 'blip-itm'),
  'blip2-opt-2.7b': blip2(opt(2560), 'blip2-opt'),
  'blip2-opt-6.7b': blip2(opt(4096), 'blip2-opt'),
  'blip2-flan-t5-xl': blip2(flanT5Xl, 'blip2-t5'),
  'blip2-flan-t5-xxl': blip2(flanT5Xxl, 'blip2-t5'),
  'blip2-itm-vit-g': blip2Matching,
  'instructblip-flan-t5-xxl': instructBlip(flanT5Xxl, 'instructblip-t5'),
  'instructblip-vicuna-7b': instructBlip(vicuna(4096, 11008, 32, 32), 'instructblip-llama'),
  'instructblip-vicuna-13b': instructBlip(vicuna(5120, 13824, 40, 40), 'instructblip-llama'),
};
