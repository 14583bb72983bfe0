/** @file Reads a tokenizer's two files and checks the parts that we look at; the rest is passed to the library as it is. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { TokenizerError } from './tokenizerError.ts';

const addedTokenSchema = z.looseObject({
  id: z.int().min(0),
  content: z.string().min(1),
  special: z.boolean().default(false),
});

/** BPE and WordPiece map pieces to ids; Unigram lists [piece, score] in order of id. */
const vocabularySchema = z.union([z.record(z.string(), z.int().min(0)), z.array(z.tuple([z.string(), z.number()]))]);

const decoderSchema = z.looseObject({
  type: z.string(),
  decoders: z.array(z.looseObject({ type: z.string() })).optional(),
});

const tokenizerSchema = z.looseObject({
  added_tokens: z.array(addedTokenSchema).default([]),
  normalizer: z.unknown().default(null),
  pre_tokenizer: z.unknown().default(null),
  post_processor: z.unknown().default(null),
  decoder: decoderSchema.nullable().default(null),
  // The oldest files leave the type out.
  model: z.looseObject({ type: z.enum(['BPE', 'Unigram', 'WordPiece']).optional(), vocab: vocabularySchema }),
});
export type TokenizerJson = z.output<typeof tokenizerSchema>;

/** Older files write a token as an object with its matching rules. */
const namedTokenSchema = z
  .union([z.string(), z.looseObject({ content: z.string() }).transform(({ content }) => content), z.null()])
  .optional();

const tokenizerConfigSchema = z.looseObject({
  bos_token: namedTokenSchema,
  eos_token: namedTokenSchema,
  pad_token: namedTokenSchema,
  unk_token: namedTokenSchema,
  cls_token: namedTokenSchema,
  sep_token: namedTokenSchema,
  mask_token: namedTokenSchema,
  additional_special_tokens: z.array(namedTokenSchema).nullish(),
  truncation_side: z.enum(['left', 'right']).default('right'),
  clean_up_tokenization_spaces: z.boolean().nullish(),
});
export type TokenizerConfig = z.output<typeof tokenizerConfigSchema>;

export interface TokenizerFiles {
  readonly tokenizer: TokenizerJson;
  readonly config: TokenizerConfig;
}

export async function readTokenizerFiles(folder: string): Promise<TokenizerFiles> {
  return {
    tokenizer: await readJson(path.join(folder, 'tokenizer.json'), tokenizerSchema),
    config: await readJson(path.join(folder, 'tokenizer_config.json'), tokenizerConfigSchema),
  };
}

async function readJson<S extends z.ZodType>(file: string, schema: S): Promise<z.output<S>> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new TokenizerError('TOKENIZER_FILE_MISSING', `The tokenizer file ${file} cannot be read.`, { file }, cause);
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new TokenizerError('TOKENIZER_FILE_INVALID', `The tokenizer file ${file} is not JSON.`, { file }, cause);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw new TokenizerError(
    'TOKENIZER_FILE_INVALID',
    `The tokenizer file ${file} is not one we can read: ${where === '' ? 'its content' : where}: ${issue?.message ?? 'invalid'}.`,
    { file, where },
  );
}
