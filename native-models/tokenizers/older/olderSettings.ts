/**
 * @file What an older tokenizer's JSON files say beside its vocabulary, put together as the reference does it
 * (transformers, `PreTrainedTokenizerBase._from_pretrained`). Compiler only.
 */
import path from 'node:path';
import * as z from 'zod';
import { parseTokenizerJson, readTokenizerJson } from '../tokenizerFile.ts';
import { idSchema } from '../tokenizerSchemas.ts';

/** A token as older files write it: by its text, or with its matching rules. */
const tokenSchema = z.union([z.string(), z.looseObject({ content: z.string() }).transform(({ content }) => content)]);
const namedSchema = tokenSchema.nullish();

/** In the order in which the reference adds those that the vocabulary lacks. */
const names = ['bos_token', 'eos_token', 'unk_token', 'sep_token', 'pad_token', 'cls_token', 'mask_token'] as const;
export type TokenName = (typeof names)[number];

/** Of T5's places for words left out; a hundred are usual. */
const maxExtraIds = 10_000;

const settingsSchema = z.looseObject({
  tokenizer_class: z.string().nullish(),
  bos_token: namedSchema,
  eos_token: namedSchema,
  unk_token: namedSchema,
  sep_token: namedSchema,
  pad_token: namedSchema,
  cls_token: namedSchema,
  mask_token: namedSchema,
  additional_special_tokens: z.array(tokenSchema).nullish(),
  extra_special_tokens: z.union([z.array(tokenSchema), z.record(z.string(), tokenSchema)]).nullish(),
  added_tokens_decoder: z
    .record(z.string().regex(/^\d+$/), z.looseObject({ content: z.string().min(1), special: z.boolean().optional() }))
    .nullish(),
  do_lower_case: z.boolean().nullish(),
  strip_accents: z.boolean().nullish(),
  tokenize_chinese_chars: z.boolean().nullish(),
  extra_ids: z.int().min(0).max(maxExtraIds).nullish(),
  legacy: z.boolean().nullish(),
  add_prefix_space: z.boolean().nullish(),
  add_bos_token: z.boolean().nullish(),
  add_eos_token: z.boolean().nullish(),
});
type Settings = z.output<typeof settingsSchema>;

export interface NumberedToken {
  readonly content: string;
  readonly special: boolean;
}

export interface OlderSettings {
  /** tokenizer_config.json with what special_tokens_map.json says in its place, as it is to be stored. */
  readonly stored: Readonly<Record<string, unknown>>;
  readonly values: Settings;
  /** Tokens that the files number themselves, in order of their ids. */
  readonly numbered: readonly NumberedToken[];
}

const configFile = 'tokenizer_config.json';
const mapFile = 'special_tokens_map.json';
const addedFile = 'added_tokens.json';

const jsonObject = z.record(z.string(), z.unknown());

/** @throws TokenizerError TOKENIZER_FILE_MISSING where there is no tokenizer_config.json, TOKENIZER_FILE_INVALID */
export async function readOlderSettings(folder: string, content: readonly string[]): Promise<OlderSettings> {
  const config = await readTokenizerJson(path.join(folder, configFile), jsonObject);
  // A newer configuration repeats what the two older files say.
  const readOlder = async (name: string) =>
    content.includes(name) && config.added_tokens_decoder == null
      ? await readTokenizerJson(path.join(folder, name), jsonObject)
      : {};
  const stored = { ...config, ...(await readOlder(mapFile)) };
  const values = parseTokenizerJson(path.join(folder, configFile), stored, settingsSchema);
  const added = parseTokenizerJson(
    path.join(folder, addedFile),
    await readOlder(addedFile),
    z.record(z.string().min(1), idSchema),
  );
  return { stored, values, numbered: numberedTokens(values, added) };
}

function numberedTokens(values: Settings, added: Readonly<Record<string, number>>): NumberedToken[] {
  const specials = new Set([...namedTokens(values), ...extraTokens(values)]);
  const decoder = Object.entries(values.added_tokens_decoder ?? {}).map(([id, { content, special = false }]) => {
    return [Number(id), { content, special }] as const;
  });
  const older = Object.entries(added).map(([content, id]) => {
    return [id, { content, special: specials.has(content) }] as const;
  });
  return [...decoder, ...older].sort(([a], [b]) => a - b).map(([, token]) => token);
}

/** Those that have a name, in the order in which the reference adds them. */
export function namedTokens(values: Settings): string[] {
  return names.flatMap((name) => values[name] ?? []);
}

export function extraTokens({ additional_special_tokens, extra_special_tokens }: Settings): string[] {
  const extra = extra_special_tokens ?? [];
  const list = Array.isArray(extra) ? extra : Object.values(extra);
  return list.length > 0 ? list : (additional_special_tokens ?? []);
}

/** The settings with the class's own tokens where the files name none. */
export function withDefaults(
  settings: OlderSettings,
  defaults: Readonly<Partial<Record<TokenName, string>>>,
): OlderSettings {
  const missing = Object.entries(defaults).filter(([name]) => settings.stored[name] == null);
  if (missing.length === 0) return settings;
  const own = Object.fromEntries(missing);
  return { ...settings, stored: { ...settings.stored, ...own }, values: { ...settings.values, ...own } };
}
