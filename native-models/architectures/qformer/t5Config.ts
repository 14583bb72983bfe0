/** @file The configuration of a Q-Former with T5: from `config.json`, and as kept in model.json. Compiler and model host. */
import * as z from 'zod';
import { generationConfigSchema, parseConfig, t5ConfigSchema } from '../../checkpoint/configSchemas.ts';
import type { CheckpointFacts, RawConfig } from '../architecture.ts';
import { storedQFormerSchema, storedT5Schema, storedVisionSchema } from '../storedConfig.ts';
import { publishedQFormerSchema } from './config.ts';

/** As kept in model.json. */
export const qformerT5ConfigSchema = z.object({
  vision: storedVisionSchema,
  qformer: storedQFormerSchema,
  text: storedT5Schema,
  /** Not fed to T5, which gets the picture as vectors; kept to be held against the tokenizer. */
  imageTokenId: z.int().optional(),
  decoderStartTokenId: z.int(),
  padTokenId: z.int(),
  eosTokenIds: z.array(z.int()),
});
export type QFormerT5Config = z.output<typeof qformerT5ConfigSchema>;

export function parseQFormerT5Config({ config, generationConfig }: RawConfig): QFormerT5Config {
  const { vision, qformer, imageTokenId } = parseConfig(publishedQFormerSchema, config, 'config.json');
  const { text_config: text } = parseConfig(z.object({ text_config: t5ConfigSchema }), config, 'config.json');
  const generation = parseConfig(generationConfigSchema, generationConfig ?? {}, 'generation_config.json');
  return {
    vision,
    qformer,
    text: text.dims,
    ...(imageTokenId === undefined ? {} : { imageTokenId }),
    decoderStartTokenId: generation.decoderStartTokenId ?? text.decoderStartTokenId,
    // padding is masked, so any id will do; some files say −1
    padTokenId: Math.max(0, generation.padTokenId ?? text.padTokenId),
    eosTokenIds: generation.eosTokenIds ?? text.eosTokenIds,
  };
}

export function t5Facts({
  vision,
  qformer,
  text,
  imageTokenId,
  decoderStartTokenId,
  padTokenId,
  eosTokenIds,
}: QFormerT5Config): CheckpointFacts {
  return {
    imageSize: vision.imageSize,
    queryTokens: qformer.queryTokens,
    vocabularies: [{ folder: '.', vocabSize: text.vocabSize }],
    tokenIds: [
      ...(imageTokenId === undefined ? [] : [{ name: 'image_token_index', id: imageTokenId, token: '<image>' }]),
      { name: 'decoder_start_token_id', id: decoderStartTokenId },
      { name: 'pad_token_id', id: padTokenId, token: '<pad>' },
      ...eosTokenIds.map((id) => ({ name: 'eos_token_id', id, ...(eosTokenIds.length > 1 ? {} : { token: '</s>' }) })),
    ],
  };
}
