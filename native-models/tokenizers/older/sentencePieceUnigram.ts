/**
 * @file T5's tokenizer from its spiece.model, as the reference makes it (transformers, `SentencePieceExtractor` and
 * `T5Converter` in convert_slow_tokenizer.py, and `T5Tokenizer`). Compiler only.
 */
import { Charsmap, CharsmapError } from '../exact/charsmap.ts';
import { invalidFile } from '../tokenizerFile.ts';
import { assembleTokenizer, type MadeTokenizer } from './assembly.ts';
import { type OlderSettings, withDefaults } from './olderSettings.ts';
import { type SentencePieceModel, setApart } from './sentencePieceModel.ts';

const defaults = { eos_token: '</s>', unk_token: '<unk>', pad_token: '<pad>' } as const;

/** As many places for words left out as T5 was trained with. */
const defaultExtraIds = 100;

/** @throws TokenizerError TOKENIZER_FILE_INVALID */
export function sentencePieceUnigramTokenizer(
  file: string,
  model: SentencePieceModel,
  settings: OlderSettings,
): MadeTokenizer {
  const complete = withDefaults(settings, defaults);
  const { values } = complete;
  const extra = extraIds(values.extra_ids ?? defaultExtraIds);
  const ids = new Map(model.ids);
  for (const token of extra) {
    if (ids.has(token)) throw invalidFile(file, `has the piece ${token} already, which is added to it`);
    ids.set(token, ids.size);
  }
  const metaspace = { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true };
  return assembleTokenizer(
    {
      pieces: ids,
      model: {
        type: 'Unigram',
        unk_id: model.unknownId,
        vocab: [...model.pieces.map(({ piece, score }) => [piece, score]), ...extra.map((token) => [token, 0])],
        byte_fallback: false,
      },
      normalizer: normalizerOf(file, model),
      preTokenizer: { type: 'Sequence', pretokenizers: [{ type: 'WhitespaceSplit' }, metaspace] },
      decoder: metaspace,
      ownTokens: [...setApart(model), ...extra.map((content) => ({ content, special: true }))],
      before: [],
      after: [values.eos_token ?? defaults.eos_token],
    },
    complete,
  );
}

/** The first one has the highest id. */
function extraIds(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `<extra_id_${count - 1 - i}>`);
}

function normalizerOf(file: string, { charsmap }: SentencePieceModel) {
  if (charsmap.length === 0) return null;
  try {
    new Charsmap(charsmap).assertSound();
  } catch (cause) {
    if (cause instanceof CharsmapError) throw invalidFile(file, cause.message, cause);
    throw cause;
  }
  return { type: 'Precompiled', precompiled_charsmap: Buffer.from(charsmap).toString('base64') };
}
