/** @file The configuration of BLIP-2's matching model: from `config.json`, and as kept in model.json. Compiler and model host. */
import * as z from 'zod';
import { parseConfig } from '../../checkpoint/configSchemas.ts';
import type { RawConfig } from '../architecture.ts';
import { publishedQFormerSchema } from '../qformer/config.ts';
import { storedQFormerSchema, storedVisionSchema } from '../storedConfig.ts';

/** As kept in model.json. */
export const blip2ItmConfigSchema = z.object({
  vision: storedVisionSchema,
  qformer: storedQFormerSchema,
  /** Size of the vectors that image-text contrast compares. */
  embeddingSize: z.int(),
});
export type Blip2ItmConfig = z.output<typeof blip2ItmConfigSchema>;

/** The first uploads call the key `qformer_text_input`. */
const readsTextSchema = z
  .object({ use_qformer_text_input: z.boolean().nullish(), qformer_text_input: z.boolean().nullish() })
  .transform((v) => v.use_qformer_text_input ?? v.qformer_text_input ?? false);

const publishedSchema = z.object({
  image_text_hidden_size: z.int().positive().default(256),
  qformer_config: readsTextSchema.refine(Boolean, 'a matching model needs a Q-Former that reads text'),
});

/** Without a class name, it is the Q-Former that reads text which tells the matching model from those that write. */
export function isBlip2Itm(config: unknown): boolean {
  const shape = z.object({
    model_type: z.literal('blip-2'),
    architectures: z.array(z.string()).nullish(),
    qformer_config: readsTextSchema.nullish(),
  });
  const { data } = shape.safeParse(config);
  if (data === undefined) return false;
  const { architectures, qformer_config } = data;
  return architectures == null || architectures.length === 0
    ? qformer_config === true
    : architectures.includes('Blip2ForImageTextRetrieval');
}

export function parseBlip2ItmConfig({ config }: RawConfig): Blip2ItmConfig {
  const { vision, qformer } = parseConfig(publishedQFormerSchema, config, 'config.json');
  const published = parseConfig(publishedSchema, config, 'config.json');
  return { vision, qformer, embeddingSize: published.image_text_hidden_size };
}
