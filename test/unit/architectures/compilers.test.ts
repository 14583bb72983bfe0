/** @file Which checkpoints are recognised as what, from their config.json alone, and what the others are told. */
import { describe, expect, it } from 'vitest';
import { recognizeModel } from '../../../native-models/architectures/compilers.ts';

const recognize = (config: unknown) => recognizeModel({ config, generationConfig: undefined });
const t5 = { model_type: 't5', feed_forward_proj: 'gated-gelu' };

function refusal(config: unknown): { code?: unknown; message?: unknown } {
  try {
    recognize(config);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return { code: error.code, message: error.message };
    throw error;
  }
  return {};
}

describe('a config.json', () => {
  it.each([
    ['blip2-opt', { model_type: 'blip-2', text_config: { model_type: 'opt' } }],
    ['blip2-opt', { model_type: 'blip-2' }],
    ['blip2-t5', { model_type: 'blip-2', architectures: ['Blip2ForConditionalGeneration'], text_config: t5 }],
    [
      'blip2-itm',
      {
        model_type: 'blip-2',
        architectures: ['Blip2ForImageTextRetrieval'],
        qformer_config: { use_qformer_text_input: true },
      },
    ],
    ['instructblip-t5', { model_type: 'instructblip', text_config: t5 }],
    ['instructblip-llama', { model_type: 'instructblip', text_config: { model_type: 'llama' } }],
  ])('is recognised as %s', (architecture, config) => {
    expect(recognize(config).architecture).toBe(architecture);
  });

  it('may leave out every value that equals the reference’s default', () => {
    expect(recognize({ model_type: 'blip-2', text_config: { model_type: 'opt' } }).config).toMatchObject({
      vision: { hiddenSize: 1408, layers: 39, mlpSize: 6144, imageSize: 224, epsilon: 1e-6 },
      qformer: { hiddenSize: 768, layers: 12, queryTokens: 32, vocabSize: 30522 },
      text: { hiddenSize: 768, embeddingSize: 768, vocabSize: 50272, maxPositions: 2048, hasFinalNorm: true },
      eosTokenIds: [2],
    });
  });

  it('says with its generation_config.json where answers end', () => {
    const config = { model_type: 'blip-2', text_config: { model_type: 'opt', eos_token_id: 50118 } };
    expect(recognize(config).config).toMatchObject({ eosTokenIds: [50118] });
    const generationConfig = { eos_token_id: [7, 8] };
    expect(recognizeModel({ config, generationConfig }).config).toMatchObject({ eosTokenIds: [7, 8] });
  });
});

describe('a checkpoint that cannot be imported', () => {
  it.each([
    ['InstructBLIP with another language model', 'instructblip', 'mistral', 'InstructBlipForConditionalGeneration'],
    ['BLIP-2 with another language model', 'blip-2', 'bloom', 'Blip2ForConditionalGeneration'],
  ])('is told what is missing: %s', (_, model_type, language, architecture) => {
    const config = { model_type, architectures: [architecture], text_config: { model_type: language } };
    const { code, message } = refusal(config);
    expect(code).toBe('CHECKPOINT_UNSUPPORTED');
    expect(message).toContain(`${architecture} with the language model ${language}`);
    expect(message).toContain('InstructBLIP with Vicuna');
  });

  it('is not taken for the generating model of its family', () => {
    const config = { model_type: 'blip-2', architectures: ['Blip2TextModelWithProjection'], text_config: t5 };
    expect(refusal(config).code).toBe('CHECKPOINT_UNSUPPORTED');
  });

  it.each([
    ['feed_forward_proj', 'instructblip', { model_type: 't5', feed_forward_proj: 'relu' }],
    ['rope_type', 'instructblip', { model_type: 'llama', rope_parameters: { rope_type: 'yarn' } }],
    ['type', 'instructblip', { model_type: 'llama', rope_scaling: { type: 'linear', factor: 2 } }],
    ['max_position_embeddings', 'instructblip', { model_type: 'llama', max_position_embeddings: 1e9 }],
    ['head_dim', 'instructblip', { model_type: 'llama', head_dim: 1e9 }],
    ['head_dim', 'instructblip', { model_type: 'llama', hidden_size: 1e9, num_attention_heads: 1 }],
    ['num_key_value_heads', 'instructblip', { model_type: 'llama', num_key_value_heads: 5 }],
    ['layer_norm_elementwise_affine', 'blip-2', { model_type: 'opt', layer_norm_elementwise_affine: false }],
  ])('is told which value of its language model is not supported: %s', (key, model_type, text_config) => {
    const { code, message } = refusal({ model_type, text_config });
    expect(code).toBe('CHECKPOINT_CONFIG_INVALID');
    expect(message).toContain(key);
  });

  it('is told that a matching model must read text', () => {
    const { code, message } = refusal({ model_type: 'blip-2', architectures: ['Blip2ForImageTextRetrieval'] });
    expect(code).toBe('CHECKPOINT_CONFIG_INVALID');
    expect(message).toContain('qformer_config');
  });
});
