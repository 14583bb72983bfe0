/**
 * @file Makes the tokenizer of a checkpoint that was published before tokenizers were written as one file: from its
 * vocabulary and what its other files say, equal to the tokenizer.json that the reference makes of them. Compiler only.
 */

import path from 'node:path';
import { TokenizerError } from '../tokenizerError.ts';
import { invalidFile } from '../tokenizerFile.ts';
import type { MadeTokenizer } from './assembly.ts';
import { byteLevelTokenizer } from './byteLevelBpe.ts';
import { type OlderSettings, readOlderSettings } from './olderSettings.ts';
import { sentencePieceBpeTokenizer } from './sentencePieceBpe.ts';
import { readSentencePieceModel } from './sentencePieceModel.ts';
import { sentencePieceUnigramTokenizer } from './sentencePieceUnigram.ts';
import { wordPieceTokenizer } from './wordPiece.ts';

interface Family {
  readonly files: readonly string[];
  readonly classes: readonly string[];
  readonly make: (folder: string, settings: OlderSettings) => Promise<MadeTokenizer>;
}

const families: readonly Family[] = [
  { files: ['vocab.txt'], classes: ['BertTokenizer'], make: wordPieceTokenizer },
  { files: ['vocab.json', 'merges.txt'], classes: ['GPT2Tokenizer'], make: byteLevelTokenizer },
  { files: ['spiece.model'], classes: ['T5Tokenizer'], make: t5Tokenizer },
  { files: ['tokenizer.model'], classes: ['LlamaTokenizer'], make: llamaTokenizer },
];

/** Classes that stand for any tokenizer. */
const anyClass = new Set(['PreTrainedTokenizer', 'TokenizersBackend']);

/**
 * The tokenizer of the older files in a folder; undefined where there are none.
 * @param content names of the folder's files
 * @throws TokenizerError
 */
export async function makeOlderTokenizer(
  folder: string,
  content: readonly string[],
): Promise<MadeTokenizer | undefined> {
  const present = families.filter(({ files }) => files.every((file) => content.includes(file)));
  if (present.length === 0) return undefined;
  const settings = await readOlderSettings(folder, content);
  const name = settings.values.tokenizer_class?.replace(/Fast$/, '');
  const isNamed = name !== undefined && !anyClass.has(name);
  const suitable = isNamed ? present.filter(({ classes }) => classes.includes(name)) : present;
  const [family, ...others] = suitable;
  if (family !== undefined && others.length === 0) return family.make(folder, settings);
  const files = present.flatMap((each) => each.files);
  const message =
    family === undefined
      ? `The tokenizer in ${folder} is a ${name}, which is not made of ${files.join(' and ')}.`
      : `The folder ${folder} has the vocabularies of several tokenizers (${files.join(', ')}), and its tokenizer_config.json does not say which it is. Remove those that do not belong to the model.`;
  throw new TokenizerError('TOKENIZER_FILE_INVALID', message, { folder, files, tokenizerClass: name });
}

async function t5Tokenizer(folder: string, settings: OlderSettings): Promise<MadeTokenizer> {
  const file = path.join(folder, 'spiece.model');
  const model = await readSentencePieceModel(file);
  if (model.algorithm !== 'unigram') throw invalidFile(file, 'is a BPE model; T5 has a unigram model');
  return sentencePieceUnigramTokenizer(file, model, settings);
}

async function llamaTokenizer(folder: string, settings: OlderSettings): Promise<MadeTokenizer> {
  const file = path.join(folder, 'tokenizer.model');
  const model = await readSentencePieceModel(file);
  if (model.algorithm !== 'bpe') throw invalidFile(file, 'is a unigram model; Llama has a BPE model');
  return sentencePieceBpeTokenizer(file, model, settings);
}
