/** @file BLIP's config.json: the class defaults that a published file leaves out, and what is refused. */
import { describe, expect, it } from 'vitest';
import { isBlip, parseBlipConfig } from '../../../native-models/architectures/shared/blipConfig.ts';

const parse = (config: unknown) => parseBlipConfig({ config, generationConfig: undefined });

const defaults = {
  vision: {
    hiddenSize: 768,
    layers: 12,
    heads: 12,
    mlpSize: 3072,
    imageSize: 384,
    patchSize: 16,
    epsilon: 1e-5,
    activation: 'gelu',
    qkvBias: true,
  },
  text: {
    hiddenSize: 768,
    layers: 12,
    heads: 8,
    mlpSize: 3072,
    vocabSize: 30524,
    maxPositions: 512,
    epsilon: 1e-12,
    activation: 'gelu',
  },
  embeddingSize: 256,
  decoderStartTokenId: 30522,
  padTokenId: 0,
  eosTokenIds: [102],
};

describe('what a config leaves out has the class defaults', () => {
  it.each([
    ['both parts left out', { model_type: 'blip' }],
    ['both parts null', { model_type: 'blip', vision_config: null, text_config: null }],
    ['both parts empty', { model_type: 'blip', vision_config: {}, text_config: {} }],
  ])('%s', (_, config) => {
    expect(parse(config)).toEqual(defaults);
  });

  it('and the rest has what the file says, as in blip-image-captioning-large', () => {
    const large = {
      vision_config: { hidden_size: 1024, intermediate_size: 4096, num_hidden_layers: 24, num_attention_heads: 16 },
      text_config: { num_attention_heads: 12, encoder_hidden_size: 768 },
    };
    expect(parse(large)).toEqual({
      ...defaults,
      vision: { ...defaults.vision, hiddenSize: 1024, mlpSize: 4096, layers: 24, heads: 16 },
      text: { ...defaults.text, heads: 12 },
    });
  });
});

it('a BLIP answer ends at [SEP], whatever generation_config.json names as the end', () => {
  const generationConfig = { eos_token_id: 2, bos_token_id: 7 };
  const { eosTokenIds, decoderStartTokenId } = parseBlipConfig({ config: {}, generationConfig });
  expect({ eosTokenIds, decoderStartTokenId }).toEqual({ eosTokenIds: [102], decoderStartTokenId: 30522 });
});

describe('sizes that cannot be are refused by name', () => {
  it.each([
    ['vision_config', { vision_config: { hidden_size: 100, num_attention_heads: 12 } }],
    ['vision_config', { vision_config: { image_size: 380 } }],
    ['text_config', { text_config: { hidden_size: 100 } }],
    ['text_config.vocab_size', { text_config: { vocab_size: -1 } }],
    ['text_config.hidden_act', { text_config: { hidden_act: 'mish' } }],
  ])('%s: %o', (where, config) => {
    expect(() => parse(config)).toThrow(expect.objectContaining({ code: 'CHECKPOINT_CONFIG_INVALID' }));
    expect(() => parse(config)).toThrow(where);
  });
});

describe('a BLIP model is recognised by its class', () => {
  const config = { model_type: 'blip', architectures: ['BlipForQuestionAnswering'] };

  it('and not by its model_type, which all classes share', () => {
    expect(isBlip(config, 'BlipForQuestionAnswering')).toBe(true);
    expect(isBlip(config, 'BlipForConditionalGeneration')).toBe(false);
    expect(isBlip({ model_type: 'blip' }, 'BlipForQuestionAnswering')).toBe(false);
  });

  it('unless its text model is another one', () => {
    const text = (type: string) => ({ ...config, text_config: { model_type: type } });
    expect(isBlip(text('blip_text_model'), 'BlipForQuestionAnswering')).toBe(true);
    expect(isBlip(text('opt'), 'BlipForQuestionAnswering')).toBe(false);
  });

  it.each([
    [undefined],
    [null],
    ['blip'],
    [[]],
    [{ model_type: 'blip-2', architectures: ['BlipForQuestionAnswering'] }],
  ])('and anything else is none: %o', (other) => {
    expect(isBlip(other, 'BlipForQuestionAnswering')).toBe(false);
  });
});
