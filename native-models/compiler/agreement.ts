/**
 * @file Holds the files of a checkpoint against each other: each may be sound by itself, and the model still be given
 * pictures or tokens that it was not made for. Compiler only.
 */
import * as z from 'zod';
import type { CheckpointFacts } from '../architectures/architecture.ts';
import { CheckpointError } from '../checkpoint/checkpointError.ts';
import { type ImageProcessorConfig, parseImageProcessorConfig } from '../preprocess/imageProcessorConfig.ts';
import type { TextTokenizer } from '../tokenizers/tokenizer.ts';

/** The files besides config.json and generation_config.json, as parsed JSON; undefined where one does not exist. */
export interface CompanionFiles {
  readonly preprocessorConfig: unknown;
  readonly processorConfig: unknown;
  readonly addedTokens: unknown;
  /** Of each tokenizer, by its folder. */
  readonly tokenizerConfigs: ReadonlyMap<string, unknown>;
}

const processorSchema = z.object({
  image_processor: z.record(z.string(), z.unknown()).nullish().catch(null),
  num_query_tokens: z.int().nullish().catch(null),
});

/**
 * How pictures become the model's input, by the checkpoint's image processor.
 * @throws CheckpointError CHECKPOINT_FILES_DISAGREE, ImageProcessorError
 */
export function agreedImageProcessor(
  { preprocessorConfig, processorConfig }: CompanionFiles,
  { imageSize, queryTokens }: CheckpointFacts,
): ImageProcessorConfig {
  const image = parseImageProcessorConfig(preprocessorConfig, processorConfig);
  const processor = processorSchema.safeParse(processorConfig).data;
  const isNested = processor?.image_processor != null;
  if (isNested && preprocessorConfig !== undefined) {
    const other = parseImageProcessorConfig(preprocessorConfig, undefined);
    if (JSON.stringify(other) !== JSON.stringify(image)) {
      throw disagreement(
        'preprocessor_config.json and processor_config.json prepare pictures in different ways; remove the one that does not belong to the model.',
        { preprocessorConfig: other, processorConfig: image },
      );
    }
  }
  if (image.width !== imageSize || image.height !== imageSize) {
    const file = isNested ? 'processor_config.json' : 'preprocessor_config.json';
    throw disagreement(
      `${file} makes pictures of ${image.width} × ${image.height} pixels, but by config.json the model sees ${imageSize} × ${imageSize}: one of them belongs to another model.`,
      { file, width: image.width, height: image.height, imageSize },
    );
  }
  const processorQueries = processor?.num_query_tokens;
  if (queryTokens !== undefined && processorQueries != null && processorQueries !== queryTokens) {
    throw disagreement(
      `processor_config.json counts ${processorQueries} query tokens, config.json ${queryTokens}: one of them belongs to another model.`,
      { processor: processorQueries, config: queryTokens },
    );
  }
  return image;
}

/**
 * Whether every id that the tokenizers give, or that the configs name, is a row of the table that it is looked up in, and
 * whether files that number the same token agree. Rows beyond the tokenizer's ids are common: tables are padded.
 * @throws CheckpointError CHECKPOINT_FILES_DISAGREE
 */
export function assertTokensAgree(
  { vocabularies, tokenIds }: CheckpointFacts,
  tokenizers: ReadonlyMap<string, TextTokenizer>,
  { addedTokens, tokenizerConfigs }: CompanionFiles,
): void {
  for (const { folder, vocabSize } of vocabularies) {
    const beyond = tokenizers.get(folder)?.tokenBeyond(vocabSize);
    if (beyond === undefined) continue;
    const file = folder === '.' ? 'tokenizer.json' : `${folder}/tokenizer.json`;
    throw disagreement(
      `${file} gives ${shown(beyond.token)} the id ${beyond.id}, but the model knows ${vocabSize} tokens (0 to ${vocabSize - 1}): the tokenizer belongs to another model.`,
      { file, ...beyond, vocabSize },
    );
  }
  const main = tokenizers.get('.');
  const [vocabulary] = vocabularies;
  if (main === undefined || vocabulary === undefined) return;
  for (const { name, id, token } of tokenIds) {
    if (id < 0 || id >= vocabulary.vocabSize) {
      throw disagreement(
        `The ${name} of the checkpoint is ${id}, but the model knows ${vocabulary.vocabSize} tokens (0 to ${vocabulary.vocabSize - 1}).`,
        { name, id, vocabSize: vocabulary.vocabSize },
      );
    }
    const known = token === undefined ? undefined : main.tokenId(token);
    if (known !== undefined && known !== id) {
      throw disagreement(
        `The ${name} of the checkpoint is ${id}, but tokenizer.json gives ${token} the id ${known}: one of them belongs to another model.`,
        { name, id, token, tokenizer: known },
      );
    }
  }
  assertNumberedAlike(numbersOf(addedTokens), main, 'added_tokens.json', 'tokenizer.json');
  for (const [folder, tokenizer] of tokenizers) {
    const nameIn = (file: string) => (folder === '.' ? file : `${folder}/${file}`);
    const numbers = addedNumbersOf(tokenizerConfigs.get(folder));
    assertNumberedAlike(numbers, tokenizer, nameIn('tokenizer_config.json'), nameIn('tokenizer.json'));
  }
}

type Numbers = readonly (readonly [token: string, id: number])[];

/** Older checkpoints list the tokens that were added in a file of its own. */
function numbersOf(addedTokens: unknown): Numbers {
  return Object.entries(z.record(z.string(), z.int()).safeParse(addedTokens).data ?? {});
}

/** Newer ones repeat in the tokenizer's configuration what was added to its vocabulary. */
function addedNumbersOf(tokenizerConfig: unknown): Numbers {
  const added = z.record(z.string().regex(/^\d+$/), z.object({ content: z.string() }));
  const { data } = z.object({ added_tokens_decoder: added }).safeParse(tokenizerConfig);
  return Object.entries(data?.added_tokens_decoder ?? {}).map(([id, { content }]) => [content, Number(id)]);
}

/** A token that the tokenizer does not have is no contradiction: nothing can be read as it. */
function assertNumberedAlike(numbers: Numbers, tokenizer: TextTokenizer, file: string, tokenizerFile: string): void {
  for (const [token, id] of numbers) {
    const known = tokenizer.tokenId(token);
    const holder = tokenizer.tokenAt(id);
    if ((known === undefined || known === id) && (holder === undefined || holder === token)) continue;
    const instead = known === undefined ? `calls ${id} ${shown(holder ?? '')}` : `gives it the id ${known}`;
    throw disagreement(
      `${file} gives ${shown(token)} the id ${id}, ${tokenizerFile} ${instead}: one of them belongs to another model.`,
      { file, token, id, known, holder },
    );
  }
}

function shown(token: string): string {
  return JSON.stringify(token.length > 60 ? `${token.slice(0, 60)}…` : token);
}

function disagreement(message: string, details: Readonly<Record<string, unknown>>): CheckpointError {
  return new CheckpointError('CHECKPOINT_FILES_DISAGREE', message, details);
}
