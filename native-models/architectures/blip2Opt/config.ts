/** @file The configuration of BLIP-2 with OPT: from `config.json`, and as kept in model.json. Compiler and model host. */
import type * as z from 'zod';
import { optConfigSchema } from '../../checkpoint/configSchemas.ts';
import type { RawConfig } from '../architecture.ts';
import { parseQFormerCausalConfig, qformerCausalConfigSchema } from '../qformer/causalConfig.ts';
import { storedOptSchema } from '../storedConfig.ts';

/** As kept in model.json. */
export const blip2OptConfigSchema = qformerCausalConfigSchema(storedOptSchema);
export type Blip2OptConfig = z.output<typeof blip2OptConfigSchema>;

export function parseBlip2OptConfig(raw: RawConfig): Blip2OptConfig {
  return parseQFormerCausalConfig(raw, optConfigSchema);
}
