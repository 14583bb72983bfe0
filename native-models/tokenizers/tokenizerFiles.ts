/** @file Reads a tokenizer's two files and checks the parts that we look at; the rest is passed to the library as it is. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { ForeignFileError, readForeignFile } from '../foreignFile.ts';
import { type PointerFile, pointerFileOf, pointerLinkAt } from '../pointerFile.ts';
import { TokenizerError } from './tokenizerError.ts';

/** Far beyond any vocabulary; tokens are kept in a list by their ids. */
const idSchema = z.int().min(0).max(2_000_000);

const addedTokenSchema = z.looseObject({
  id: idSchema,
  content: z.string().min(1),
  special: z.boolean().default(false),
});

/** BPE and WordPiece map pieces to ids; Unigram lists [piece, score] in order of id. */
const vocabularySchema = z.union([z.record(z.string(), idSchema), z.array(z.tuple([z.string(), z.number()]))]);

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

/** The largest published one, of 250,000 pieces, has 17 MB. */
export const maxTokenizerFileBytes = 128 << 20;

async function readJson<S extends z.ZodType>(file: string, schema: S): Promise<z.output<S>> {
  const bytes = await readForeignFile(file, maxTokenizerFileBytes).catch(async (cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT') throw await missingFile(file, cause);
    const what = cause instanceof ForeignFileError ? cause.message : 'cannot be read';
    throw new TokenizerError('TOKENIZER_FILE_MISSING', `The tokenizer file ${file} ${what}.`, { file }, cause);
  });
  const pointer = pointerFileOf(bytes);
  if (pointer !== undefined) throw pointerError(file, pointer);
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
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

/** The tokens that a tokenizer.json adds to its vocabulary; none where it has no such list, or is not one. */
export function addedTokensOf(tokenizer: unknown): ReadonlyMap<string, number> {
  const { data } = z.object({ added_tokens: z.array(addedTokenSchema) }).safeParse(tokenizer);
  return new Map(data?.added_tokens.map(({ content, id }) => [content, id]));
}

/** What a tokenizer consists of before it is written as one file; none of them says how text is normalised and split. */
const olderFiles = [
  'vocab.txt',
  'vocab.json',
  'merges.txt',
  'spiece.model',
  'tokenizer.model',
  'sentencepiece.bpe.model',
];

async function missingFile(file: string, cause: unknown): Promise<TokenizerError> {
  const pointer = await pointerLinkAt(file);
  if (pointer !== undefined) return pointerError(file, pointer);
  const folder = path.dirname(file);
  const content: readonly string[] = await readdir(folder).catch(() => []);
  const older = olderFiles.filter((name) => content.includes(name));
  const instead =
    older.length === 0
      ? ''
      : ` ${older.join(' and ')} alone will not do: in Python, AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER) writes it.`;
  const message = `The tokenizer file ${path.basename(file)} is missing in ${folder}.${instead}`;
  return new TokenizerError('TOKENIZER_FILE_MISSING', message, { file, found: older }, cause);
}

function pointerError(file: string, { kind, fetch }: PointerFile): TokenizerError {
  const message = `The tokenizer file ${file} is a ${kind}, not the file itself. Run “${fetch}” in its folder, or download it.`;
  return new TokenizerError('TOKENIZER_FILE_INVALID', message, { file, pointer: kind });
}
