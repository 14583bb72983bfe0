/**
 * @file The tokenizer of GPT-2 and OPT from vocab.json and merges.txt, as the reference makes it (transformers,
 * `GPT2Converter` in convert_slow_tokenizer.py). Compiler only.
 */
import path from 'node:path';
import * as z from 'zod';
import { invalidFile, readTokenizerJson, readTokenizerText } from '../tokenizerFile.ts';
import { idSchema } from '../tokenizerSchemas.ts';
import { assembleTokenizer, type MadeTokenizer } from './assembly.ts';
import { type OlderSettings, withDefaults } from './olderSettings.ts';

const defaults = { bos_token: '<|endoftext|>', eos_token: '<|endoftext|>', unk_token: '<|endoftext|>' } as const;

/** @throws TokenizerError TOKENIZER_FILE_INVALID */
export async function byteLevelTokenizer(folder: string, settings: OlderSettings): Promise<MadeTokenizer> {
  const file = path.join(folder, 'vocab.json');
  const pieces = new Map(Object.entries(await readTokenizerJson(file, z.record(z.string(), idSchema))));
  assertOwnIds(file, pieces);
  const merges = await readMerges(path.join(folder, 'merges.txt'), pieces);
  const complete = withDefaults(settings, defaults);
  const { values } = complete;
  return assembleTokenizer(
    {
      pieces,
      model: {
        type: 'BPE',
        dropout: null,
        unk_token: null,
        continuing_subword_prefix: '',
        end_of_word_suffix: '',
        fuse_unk: false,
        byte_fallback: false,
        ignore_merges: false,
        vocab: Object.fromEntries(pieces),
        merges,
      },
      normalizer: null,
      preTokenizer: byteLevel(values.add_prefix_space ?? false),
      decoder: byteLevel(true),
      ownTokens: [],
      before: values.add_bos_token === true ? [values.bos_token ?? defaults.bos_token] : [],
      after: values.add_eos_token === true ? [values.eos_token ?? defaults.eos_token] : [],
    },
    complete,
  );
}

function byteLevel(addsPrefixSpace: boolean) {
  return { type: 'ByteLevel', add_prefix_space: addsPrefixSpace, trim_offsets: true, use_regex: true };
}

function assertOwnIds(file: string, pieces: ReadonlyMap<string, number>): void {
  const owners = new Map<number, string>();
  for (const [piece, id] of pieces) {
    const owner = owners.get(id);
    if (owner !== undefined) {
      throw invalidFile(file, `gives ${JSON.stringify(owner)} and ${JSON.stringify(piece)} the same id ${id}`);
    }
    owners.set(id, piece);
  }
  if (owners.size === 0) throw invalidFile(file, 'is empty');
}

/** A pair of pieces a line, the earlier joined first; what they make is a piece, too. */
async function readMerges(file: string, pieces: ReadonlyMap<string, number>): Promise<[string, string][]> {
  // Only a line feed ends a line: the pieces hold other characters that count as ends of lines.
  const lines = (await readTokenizerText(file)).split('\n').map((line) => line.replace(/\r$/, ''));
  const merges: [string, string][] = [];
  for (const [index, line] of lines.entries()) {
    if (line.startsWith('#version') || line === '') continue;
    const [left, right, ...more] = line.split(' ');
    if (left === undefined || right === undefined || more.length > 0) {
      throw invalidFile(file, `has no pair of pieces in line ${index + 1}`);
    }
    const unknown = [left, right, left + right].find((piece) => !pieces.has(piece));
    if (unknown !== undefined) {
      throw invalidFile(
        file,
        `joins pieces in line ${index + 1} of which vocab.json does not have ${JSON.stringify(unknown)}`,
      );
    }
    merges.push([left, right]);
  }
  return merges;
}
