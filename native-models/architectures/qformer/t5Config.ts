/** @file The configuration of a Q-Former with T5: from `config.json`, and as kept in model.json. Compiler and model host. */
import * as z from 'zod';
import { generationConfigSchema, parseConfig, t5ConfigSchema } from '../../checkpoint/configSchemas.ts';
import type { RawConfig } from '../architecture.ts';
import { storedQFormerSchema, storedT5Schema, storedVisionSchema } from '../storedConfig.ts';
import { publishedQFormerSchema } from './config.ts';

/** As kept in model.json. */
export const qformerT5ConfigSchema = z.object({
  vision: storedVisionSchema,
  qformer: storedQFormerSchema,
  text: storedT5Schema,
  decoderStartTokenId: z.int(),
  padTokenId: z.int(),
  eosTokenIds: z.array(z.int()),
});
export type QFormerT5Config = z.output<typeof qformerT5ConfigSchema>;

export function parseQFormerT5Config({ config, generationConfig }: RawConfig): QFormerT5Config {
  const { vision, qformer } = parseConfig(publishedQFormerSchema, config, 'config.json');
  const { text_config: text } = parseConfig(z.object({ text_config: t5ConfigSchema }), config, 'config.json');
  const generation = parseConfig(generationConfigSchema, generationConfig ?? {}, 'generation_config.json');
  return {
    vision,
    qformer,
    text: text.dims,
    decoderStartTokenId: generation.decoderStartTokenId ?? text.decoderStartTokenId,
    // padding is masked, so any id will do; some files say −1
    padTokenId: Math.max(0, generation.padTokenId ?? text.padTokenId),
    eosTokenIds: generation.eosTokenIds ?? text.eosTokenIds,
  };
}
