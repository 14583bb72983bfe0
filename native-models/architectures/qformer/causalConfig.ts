/** @file The configuration of a Q-Former with a decoder-only language model, whichever that is. Compiler and model host. */
import * as z from 'zod';
import { generationConfigSchema, parseConfig, partOrDefaults } from '../../checkpoint/configSchemas.ts';
import type { CheckpointFacts, RawConfig } from '../architecture.ts';
import { storedQFormerSchema, storedVisionSchema } from '../storedConfig.ts';
import { publishedQFormerSchema } from './config.ts';

/** As kept in model.json, `text` aside. */
const storedFields = {
  vision: storedVisionSchema,
  qformer: storedQFormerSchema,
  /** What the picture's places are called in the prompt's ids; older checkpoints have no such token. */
  imageTokenId: z.int().optional(),
  padTokenId: z.int(),
  eosTokenIds: z.array(z.int()),
};

export function qformerCausalConfigSchema<Text>(text: z.ZodType<Text>) {
  return z.object({ ...storedFields, text });
}

export type QFormerCausalConfig<Text> = z.output<ReturnType<typeof qformerCausalConfigSchema<Text>>>;

interface PublishedText<Text> {
  readonly dims: Text;
  readonly padTokenId: number;
  readonly eosTokenIds: number[];
}

export function parseQFormerCausalConfig<Text>(
  { config, generationConfig }: RawConfig,
  textSchema: z.ZodType<PublishedText<Text>>,
): QFormerCausalConfig<Text> {
  const { vision, qformer, imageTokenId } = parseConfig(publishedQFormerSchema, config, 'config.json');
  const { text_config: text } = parseConfig(
    z.object({ text_config: partOrDefaults(textSchema) }),
    config,
    'config.json',
  );
  const generation = parseConfig(generationConfigSchema, generationConfig ?? {}, 'generation_config.json');
  return {
    vision,
    qformer,
    text: text.dims,
    ...(imageTokenId === undefined ? {} : { imageTokenId }),
    // padding is masked, so any id will do; some files say −1
    padTokenId: Math.max(0, generation.padTokenId ?? text.padTokenId),
    eosTokenIds: generation.eosTokenIds ?? text.eosTokenIds,
  };
}

export function causalFacts({
  vision,
  qformer,
  text,
  imageTokenId,
  padTokenId,
  eosTokenIds,
}: QFormerCausalConfig<{ readonly vocabSize: number }>): CheckpointFacts {
  return {
    imageSize: vision.imageSize,
    queryTokens: qformer.queryTokens,
    vocabularies: [{ folder: '.', vocabSize: text.vocabSize }],
    tokenIds: [
      ...(imageTokenId === undefined ? [] : [{ name: 'image_token_index', id: imageTokenId, token: '<image>' }]),
      { name: 'pad_token_id', id: padTokenId },
      ...eosTokenIds.map((id) => ({ name: 'eos_token_id', id })),
    ],
  };
}
