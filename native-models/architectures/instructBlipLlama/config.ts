/** @file The configuration of InstructBLIP with Llama: from `config.json`, and as kept in model.json. Compiler and model host. */
import type * as z from 'zod';
import { llamaConfigSchema } from '../../checkpoint/configSchemas.ts';
import type { RawConfig } from '../architecture.ts';
import { parseQFormerCausalConfig, qformerCausalConfigSchema } from '../qformer/causalConfig.ts';
import { storedLlamaSchema } from '../storedConfig.ts';

/** As kept in model.json. */
export const instructBlipLlamaConfigSchema = qformerCausalConfigSchema(storedLlamaSchema);
export type InstructBlipLlamaConfig = z.output<typeof instructBlipLlamaConfigSchema>;

export function parseInstructBlipLlamaConfig(raw: RawConfig): InstructBlipLlamaConfig {
  return parseQFormerCausalConfig(raw, llamaConfigSchema);
}
