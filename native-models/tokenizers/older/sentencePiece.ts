/** @file The tokenizer of a SentencePiece file, by the algorithm that the file itself names. Compiler only. */
import path from 'node:path';
import { invalidFile } from '../tokenizerFile.ts';
import type { MadeTokenizer } from './assembly.ts';
import type { OlderSettings } from './olderSettings.ts';
import { sentencePieceBpeTokenizer } from './sentencePieceBpe.ts';
import { readSentencePieceModel } from './sentencePieceModel.ts';
import { sentencePieceUnigramTokenizer } from './sentencePieceUnigram.ts';

export async function t5Tokenizer(folder: string, settings: OlderSettings): Promise<MadeTokenizer> {
  const file = path.join(folder, 'spiece.model');
  const model = await readSentencePieceModel(file);
  if (model.algorithm !== 'unigram') throw invalidFile(file, 'is a BPE model; T5 has a unigram model');
  return sentencePieceUnigramTokenizer(file, model, settings);
}

export async function llamaTokenizer(folder: string, settings: OlderSettings): Promise<MadeTokenizer> {
  const file = path.join(folder, 'tokenizer.model');
  const model = await readSentencePieceModel(file);
  if (model.algorithm !== 'bpe') throw invalidFile(file, 'is a unigram model; Llama has a BPE model');
  return sentencePieceBpeTokenizer(file, model, settings);
}
