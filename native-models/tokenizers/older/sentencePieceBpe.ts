/**
 * @file Llama's and Vicuna's tokenizer from its tokenizer.model, as the reference makes it (transformers,
 * `SentencePieceExtractor` in convert_slow_tokenizer.py and `LlamaTokenizer`). Compiler only.
 */
import { invalidFile } from '../tokenizerFile.ts';
import { assembleTokenizer, type MadeTokenizer } from './assembly.ts';
import { type OlderSettings, withDefaults } from './olderSettings.ts';
import { type SentencePieceModel, setApart } from './sentencePieceModel.ts';

const defaults = { unk_token: '<unk>', bos_token: '<s>', eos_token: '</s>' } as const;

/** A vocabulary of 256,000 pieces has 600,000; pieces that are made for it have many times as many as there are pieces. */
const maxMerges = 1_000_000;

/** @throws TokenizerError TOKENIZER_FILE_INVALID */
export function sentencePieceBpeTokenizer(
  file: string,
  model: SentencePieceModel,
  settings: OlderSettings,
): MadeTokenizer {
  const complete = withDefaults(settings, defaults);
  const { values } = complete;
  const addsPrefixSpace = values.add_prefix_space ?? true;
  const scheme = values.legacy === true ? 'always' : 'first';
  return assembleTokenizer(
    {
      pieces: model.ids,
      model: {
        type: 'BPE',
        dropout: null,
        unk_token: null,
        continuing_subword_prefix: null,
        end_of_word_suffix: null,
        fuse_unk: true,
        byte_fallback: true,
        ignore_merges: false,
        vocab: Object.fromEntries(model.ids),
        merges: mergesOf(file, model),
      },
      normalizer: null,
      preTokenizer: {
        type: 'Metaspace',
        replacement: '▁',
        prepend_scheme: addsPrefixSpace ? scheme : 'never',
        split: false,
      },
      decoder: {
        type: 'Sequence',
        decoders: [
          { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
          { type: 'ByteFallback' },
          { type: 'Fuse' },
          ...(addsPrefixSpace ? [{ type: 'Strip', content: ' ', start: 1, stop: 0 }] : []),
        ],
      },
      ownTokens: setApart(model),
      before: values.add_bos_token === false ? [] : [values.bos_token ?? defaults.bos_token],
      after: values.add_eos_token === true ? [values.eos_token ?? defaults.eos_token] : [],
    },
    complete,
  );
}

/**
 * Every way to join two pieces to a third, those first that make an earlier piece, and then those with the shorter left
 * half. Nothing that is typed is joined to a piece that is set apart or stands for a byte.
 */
function mergesOf(file: string, { pieces, ids }: SentencePieceModel): [string, string][] {
  let count = 0;
  return pieces.flatMap(({ piece, kind }) => {
    if (kind === 'control' || kind === 'unknown' || kind === 'byte') return [];
    const merges: [string, string][] = [];
    let left = '';
    for (const character of piece) {
      if (left !== '' && ids.has(left)) {
        const right = piece.slice(left.length);
        if (ids.has(right)) merges.push([left, right]);
      }
      left += character;
    }
    count += merges.length;
    if (count > maxMerges) throw invalidFile(file, `has pieces that can be joined in more than ${maxMerges} ways`);
    return merges;
  });
}
