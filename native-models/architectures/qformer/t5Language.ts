/**
 * @file T5 behind a Q-Former: encodes prefix and prompt, then decodes. Model host.
 *
 * B batch · Q query tokens · S text tokens · L = Q + S encoder tokens
 */
import { relativeBuckets } from '../../layers/relativePosition.ts';
import { CachedDecoder, type DecoderGraph } from '../../runtime/cachedDecoder.ts';
import { type GraphSession, int64Tensor } from '../../runtime/graphSession.ts';
import { cacheBytesPerToken } from '../../runtime/keyValueCache.ts';
import { encodeWithin } from '../../tokenizers/textLimit.ts';
import type { TextTokenizer } from '../../tokenizers/tokenizer.ts';
import type { PrefixedLanguageModel } from './model.ts';
import { padRight } from './paddedText.ts';
import type { QFormerT5Config } from './t5Config.ts';

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
  const graph = t5DecoderGraph(decoder, config);
  const { decoderStartTokenId, padTokenId: padId } = config;
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
    const promptIds = prompts.map(() => [decoderStartTokenId]);
    const source = { ...cross, encoder_attention_mask: text.mask };
    return new CachedDecoder(graph, { textIds: promptIds, promptIds, padId, source });
  };
  return { limits: [limit], prepare, cacheBytesPerToken: cacheBytesPerToken(graph.cache) };
}

/** Positions do not limit it: all that counts is how far a key lies before the new one, also where rows are padded. */
function t5DecoderGraph(session: GraphSession, { text }: QFormerT5Config): DecoderGraph {
  const { decoderLayers: layers, heads, headSize, vocabSize } = text;
  // models that were compiled before their rows were run together do not take it
  const hidesKeys = session.takes('attention_bias');
  return {
    ...{ session, vocabSize, hidesKeys, cache: { layers, heads, headSize } },
    inputs({ keys, bias }) {
      const buckets = relativeBuckets({ firstQuery: keys - 1, queries: 1, keys, bidirectional: false }, text);
      const inputs = { relative_buckets: int64Tensor(buckets, [1, keys]) };
      return hidesKeys ? { ...inputs, attention_bias: bias } : inputs;
    },
  };
}
