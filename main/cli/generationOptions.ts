/** @file The generation flags. What they may be, the schema of the settings says; nothing is repeated here. */
import { type Command, Option } from 'commander';
import * as z from 'zod';
import {
  type GenerationSettings,
  generationSettingsSchema,
} from '../../native-models/generation/generationSettings.ts';
import type { OptionTexts } from '../../resources/messages/commandLine/texts.ts';
import type { NumberRange } from '../../resources/messages/commandLine/usage.en.ts';
import { addConstraintOptions, constraintSettings } from './constraintOptions.ts';
import { UsageError } from './exitCodes.ts';

const numberFlags = [
  { flag: '--beams', value: 'N', key: 'numBeams', option: 'beams' },
  { flag: '--max-new-tokens', value: 'N', key: 'maxNewTokens', option: 'maxNewTokens' },
  { flag: '--min-new-tokens', value: 'N', key: 'minNewTokens', option: 'minNewTokens' },
  {
    flag: '--length-penalty',
    value: 'X',
    key: 'lengthPenalty',
    option: 'lengthPenalty',
  },
  {
    flag: '--repetition-penalty',
    value: 'X',
    key: 'repetitionPenalty',
    option: 'repetitionPenalty',
  },
  {
    flag: '--no-repeat-ngram',
    value: 'N',
    key: 'noRepeatNgramSize',
    option: 'noRepeatNgram',
  },
  {
    flag: '--temperature',
    value: 'X',
    key: 'temperature',
    option: 'temperature',
  },
  {
    flag: '--top-p',
    value: 'X',
    key: 'topP',
    option: 'topP',
  },
  {
    flag: '--top-k',
    value: 'N',
    key: 'topK',
    option: 'topK',
  },
  {
    flag: '--seed',
    value: 'N',
    key: 'seed',
    option: 'seed',
  },
] as const;

/** These steer the dice, and nothing else. */
const samplingFlags: ReadonlySet<string> = new Set(['--temperature', '--top-p', '--top-k', '--seed']);

const rangeSchema = z.object({
  type: z.string(),
  default: z.number(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
});

const optionValuesSchema = z.object({ sample: z.boolean().default(false) }).catchall(z.unknown());

export function addGenerationOptions(command: Command, options: OptionTexts): void {
  for (const { flag, value, key } of numberFlags) {
    const option = new Option(
      `${flag} <${value}>`,
      options.number(key, { range: rangeOf(key), byDefault: rangeJson(key).default }),
    );
    // The name only looks like commander's way to switch something off.
    option.negate = false;
    command.addOption(option.helpGroup('Generation:'));
  }
  command.addOption(new Option('--sample', options.sample).helpGroup('Generation:'));
  addConstraintOptions(command, options);
}

/** Throws UsageError naming the flag, what it may be, and what it was. @param cwd where a file of tags is looked for */
export async function generationSettings(optionValues: unknown, cwd: string): Promise<GenerationSettings> {
  const values = optionValuesSchema.parse(optionValues);
  const given: Record<string, unknown> = { sample: values.sample, ...(await constraintSettings(optionValues, cwd)) };
  for (const { flag, key, option } of numberFlags) {
    const text = values[option];
    if (typeof text !== 'string') {
      continue;
    }
    if (samplingFlags.has(flag) && !values.sample) {
      throw new UsageError((usage) => usage.without(flag, '--sample'));
    }
    given[key] = parseNumber(flag, key, text);
  }
  const settings = generationSettingsSchema.parse(given);
  if (settings.minNewTokens > settings.maxNewTokens) {
    const { minNewTokens: min, maxNewTokens: max } = settings;
    throw new UsageError((usage) => usage.moreThan('--min-new-tokens', min, '--max-new-tokens', max));
  }
  return settings;
}

type NumberKey = (typeof numberFlags)[number]['key'];

function parseNumber(flag: string, key: NumberKey, text: string): number {
  const isNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);
  const parsed = generationSettingsSchema.shape[key].safeParse(isNumber ? Number(text) : undefined);
  if (!isNumber || !parsed.success) {
    throw new UsageError((usage) => usage.outOfRange(flag, rangeOf(key), text));
  }
  return parsed.data;
}

function rangeJson(key: NumberKey): z.output<typeof rangeSchema> {
  return rangeSchema.parse(z.toJSONSchema(generationSettingsSchema.shape[key], { io: 'output' }));
}

function rangeOf(key: NumberKey): NumberRange {
  const { type, minimum, maximum, exclusiveMinimum } = rangeJson(key);
  return { isWhole: type === 'integer', from: bounded(minimum), to: bounded(maximum), above: exclusiveMinimum };
}

/** The schema writes the limits of whole numbers as bounds; a person need not know them. */
function bounded(limit: number | undefined): number | undefined {
  return limit === undefined || Math.abs(limit) >= Number.MAX_SAFE_INTEGER ? undefined : limit;
}
