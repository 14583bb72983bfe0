/**
 * @file T5 behind a Q-Former: encodes prefix and prompt, then decodes. Model host.
 *
 * B batch · Q query tokens · S text tokens · L = Q + S encoder tokens
 */
import { relativeBuckets } from '../../layers/relativePosition.ts';
import { type GraphSession, int64Tensor } from '../../runtime/graphSession.ts';
import { encodeWithin } from '../../tokenizers/textLimit.ts';
import type { TextTokenizer } from '../../tokenizers/tokenizer.ts';
import type { PrefixedLanguageModel } from './model.ts';
import { padRight } from './paddedText.ts';
import type { QFormerT5Config } from './t5Config.ts';
import { T5CachedDecoder } from './t5Decoder.ts';

/**
 * T5 has no end of positions, but it was trained on so many tokens, its published tokenizers cut there, and the memory
 * that its encoder takes grows with the square of the length.
 */
const trainedTokens = 512;

export function t5Language(
  { textEncoder, decoder }: { readonly textEncoder: GraphSession; readonly decoder: GraphSession },
  tokenizer: TextTokenizer,
  config: QFormerT5Config,
): PrefixedLanguageModel {
  const limit = { tokenizer, maxLength: trainedTokens };
  const prepare: PrefixedLanguageModel['prepare'] = async (languagePrefix, prompts) => {
    const { queryTokens } = config.qformer;
    const rows = prompts.map((prompt) => encodeWithin(limit, prompt));
    const text = padRight(rows, config.padTokenId, queryTokens);
    const tokens = queryTokens + text.length;
    const buckets = relativeBuckets({ firstQuery: 0, queries: tokens, keys: tokens, bidirectional: true }, config.text);
    const cross = await textEncoder.run({
      language_prefix: languagePrefix,
      input_ids: text.ids,
      attention_mask: text.mask,
      relative_buckets: int64Tensor(buckets, [tokens, tokens]),
    });
    return new T5CachedDecoder(decoder, config, cross, text.mask);
  };
  return { limits: [limit], prepare };
}
