/**
 * @file BERT's tokenizer from its vocab.txt, as the reference makes it (transformers, `BertConverter` in
 * convert_slow_tokenizer.py). Compiler only.
 */
import path from 'node:path';
import { invalidFile, readTokenizerText } from '../tokenizerFile.ts';
import { assembleTokenizer, type MadeTokenizer } from './assembly.ts';
import { type OlderSettings, withDefaults } from './olderSettings.ts';

const defaults = {
  unk_token: '[UNK]',
  sep_token: '[SEP]',
  pad_token: '[PAD]',
  cls_token: '[CLS]',
  mask_token: '[MASK]',
} as const;

/** @throws TokenizerError TOKENIZER_FILE_INVALID */
export async function wordPieceTokenizer(folder: string, settings: OlderSettings): Promise<MadeTokenizer> {
  const pieces = await readVocabulary(path.join(folder, 'vocab.txt'));
  const complete = withDefaults(settings, defaults);
  const { values } = complete;
  const { unk_token = defaults.unk_token, cls_token = defaults.cls_token, sep_token = defaults.sep_token } = values;
  return assembleTokenizer(
    {
      pieces,
      model: {
        type: 'WordPiece',
        unk_token,
        continuing_subword_prefix: '##',
        max_input_chars_per_word: 100,
        vocab: Object.fromEntries(pieces),
      },
      normalizer: {
        type: 'BertNormalizer',
        clean_text: true,
        handle_chinese_chars: values.tokenize_chinese_chars ?? true,
        strip_accents: values.strip_accents ?? null,
        lowercase: values.do_lower_case ?? true,
      },
      preTokenizer: { type: 'BertPreTokenizer' },
      decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
      ownTokens: [],
      before: [cls_token ?? defaults.cls_token],
      after: [sep_token ?? defaults.sep_token],
    },
    complete,
  );
}

/** A piece a line, numbered from 0. */
async function readVocabulary(file: string): Promise<Map<string, number>> {
  const lines = (await readTokenizerText(file)).split(/\r\n|\r|\n/);
  if (lines.at(-1) === '') lines.pop();
  const pieces = new Map<string, number>();
  for (const [id, piece] of lines.entries()) {
    const first = pieces.get(piece);
    if (first !== undefined) {
      throw invalidFile(file, `has ${JSON.stringify(piece)} in line ${first + 1} and again in line ${id + 1}`);
    }
    pieces.set(piece, id);
  }
  if (pieces.size === 0) throw invalidFile(file, 'is empty');
  return pieces;
}
