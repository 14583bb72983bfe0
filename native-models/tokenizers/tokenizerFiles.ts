/**
 * @file A tokenizer's two files, read or made of older ones, and checked in the parts that we look at; the rest is passed
 * to the library as it is. Compiler and model host.
 */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { makeOlderTokenizer } from './older/olderTokenizer.ts';
import { invalidFile, parseTokenizerJson, readTokenizerFile, readTokenizerJson } from './tokenizerFile.ts';
import { type TokenizerFiles, tokenizerConfigSchema, tokenizerSchema } from './tokenizerSchemas.ts';

const tokenizerName = 'tokenizer.json';
const configName = 'tokenizer_config.json';

/** @throws TokenizerError TOKENIZER_FILE_MISSING, TOKENIZER_FILE_INVALID */
export async function readTokenizerFiles(folder: string): Promise<TokenizerFiles> {
  const [file, configFile] = [path.join(folder, tokenizerName), path.join(folder, configName)];
  const made = await madeOfOlderFiles(folder);
  if (made !== undefined) {
    return {
      tokenizer: parseTokenizerJson(file, made.tokenizer, tokenizerSchema),
      config: parseTokenizerJson(configFile, made.config, tokenizerConfigSchema),
    };
  }
  return {
    tokenizer: await readTokenizerJson(file, tokenizerSchema),
    config: await readTokenizerJson(configFile, tokenizerConfigSchema),
  };
}

/**
 * The two files' contents by their names, for a folder of their own.
 * @throws TokenizerError
 */
export async function tokenizerFileContents(folder: string): Promise<ReadonlyMap<string, string | Buffer>> {
  const made = await madeOfOlderFiles(folder);
  if (made !== undefined) {
    return new Map([
      [tokenizerName, written(path.join(folder, tokenizerName), made.tokenizer)],
      [configName, written(path.join(folder, configName), made.config)],
    ]);
  }
  return new Map([
    [tokenizerName, await readTokenizerFile(path.join(folder, tokenizerName))],
    [configName, await readTokenizerFile(path.join(folder, configName))],
  ]);
}

function written(file: string, value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    throw invalidFile(file, 'cannot be written: what it holds is too large, or nested too deeply', cause);
  }
}

async function madeOfOlderFiles(folder: string) {
  const content: readonly string[] = await readdir(folder).catch(() => []);
  return content.includes(tokenizerName) ? undefined : await makeOlderTokenizer(folder, content);
}

/** The tokens that the tokenizer in a folder adds to its vocabulary; none where it has none, or cannot be read. */
export async function addedTokensIn(folder: string): Promise<ReadonlyMap<string, number>> {
  const files = await readTokenizerFiles(folder).catch(() => undefined);
  return new Map(files?.tokenizer.added_tokens.map(({ content, id }) => [content, id]));
}
