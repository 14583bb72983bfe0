/** @file What a tokenizer's two files hold, as far as we look at it. Compiler and model host. */
import * as z from 'zod';

/** Far beyond any vocabulary; tokens are kept in a list by their ids. */
export const idSchema = z.int().min(0).max(2_000_000);

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

export const tokenizerSchema = z.looseObject({
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
export const namedTokenSchema = z
  .union([z.string(), z.looseObject({ content: z.string() }).transform(({ content }) => content), z.null()])
  .optional();

export const tokenizerConfigSchema = z.looseObject({
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
