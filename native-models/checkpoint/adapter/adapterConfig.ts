/**
 * @file `adapter_config.json`: how the matrices of a LoRA adapter change a model. Compiler only.
 * Papers: LoRA arXiv:2106.09685, rsLoRA arXiv:2312.03732, DoRA arXiv:2402.09353. Reference: LoraConfig in PEFT 0.21.
 */
import * as z from 'zod';
import { CheckpointError } from '../checkpointError.ts';
import { parseConfig } from '../configSchemas.ts';

export const adapterConfigFile = 'adapter_config.json';

const configSchema = z.object({
  peft_type: z.string(),
  base_model_name_or_path: z.string().nullish(),
  revision: z.string().nullish(),
  lora_alpha: z.number().default(8),
  alpha_pattern: z.record(z.string(), z.number()).nullish(),
  use_rslora: z.boolean().nullish(),
  use_dora: z.boolean().nullish(),
  init_lora_weights: z.unknown().optional(),
});

export interface AdapterConfig {
  /** The model that it was trained on, as its maker calls it. */
  readonly base: string | undefined;
  /** Of the base's repository. */
  readonly baseRevision: string | undefined;
  readonly usesDora: boolean;
  /** What B·A is multiplied with before it is added to the weights of `module`. */
  scaleOf(module: string, rank: number): number;
}

/** Settings of other methods: where they are on, the weights are not W + s·B·A. */
const otherMethods = [
  'lora_bias',
  'use_qalora',
  'use_bdlora',
  'alora_invocation_tokens',
  'trainable_token_indices',
  'target_parameters',
  'layer_replication',
  'kasa_config',
  'monteclora_config',
  'arrow_config',
];

/** Initialisations that take their part out of the base's weights, which is not what lies in its checkpoint then. */
const changesBase = /^(pissa|olora|loftq|corda|lora_?ga)/i;

/** @throws CheckpointError CHECKPOINT_CONFIG_INVALID, CHECKPOINT_UNSUPPORTED where it is of another method */
export function parseAdapterConfig(raw: unknown, folder: string): AdapterConfig {
  const config = parseConfig(configSchema, raw, adapterConfigFile);
  const unsupported = (what: string) =>
    new CheckpointError(
      'CHECKPOINT_UNSUPPORTED',
      `The adapter ${what}. Merge it in Python (merge_and_unload(), then save_pretrained()) and import the result.`,
      { folder },
    );
  if (config.peft_type !== 'LORA') throw unsupported(`is of the type ${config.peft_type}; LORA can be merged`);
  const settings = z.record(z.string(), z.unknown()).parse(raw);
  const other = otherMethods.find((key) => isOn(settings[key]));
  if (other !== undefined) throw unsupported(`uses ${other}, which cannot be merged`);
  if (typeof config.init_lora_weights === 'string' && changesBase.test(config.init_lora_weights)) {
    throw unsupported(`was initialized by ${config.init_lora_weights}, which changes the base model's weights`);
  }
  const patterns = Object.entries(config.alpha_pattern ?? {});
  for (const [pattern] of patterns) {
    // a regular expression out of a file could take for ever
    if (!plainName.test(pattern))
      throw unsupported(`has the pattern ${JSON.stringify(pattern.slice(0, 120))} in alpha_pattern`);
  }
  return {
    base: config.base_model_name_or_path ?? undefined,
    baseRevision: config.revision ?? undefined,
    usesDora: config.use_dora === true,
    scaleOf(module, rank) {
      const alpha = patterns.find(([pattern]) => isNamed(module, pattern))?.[1] ?? config.lora_alpha;
      return alpha / (config.use_rslora === true ? Math.sqrt(rank) : rank);
    },
  };
}

const plainName = /^\^?[\w\\.]+$/;

/** Whether the module has this name, or ends with it: patterns that are plain names mean that. */
function isNamed(module: string, pattern: string): boolean {
  const name = pattern.replace(/^\^/, '').replaceAll('\\.', '.');
  return module === name || (!pattern.startsWith('^') && module.endsWith(`.${name}`));
}

function isOn(setting: unknown): boolean {
  return setting != null && setting !== false && !(Array.isArray(setting) && setting.length === 0);
}
