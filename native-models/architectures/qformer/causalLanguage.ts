/** @file A decoder-only language model behind a Q-Former: turns prefix and prompt into a decoder. Model host. */
import { CachedDecoder, type DecoderGraph } from '../../runtime/cachedDecoder.ts';
import { floatTensor, type GraphSession } from '../../runtime/graphSession.ts';
import { cacheBytesPerToken } from '../../runtime/keyValueCache.ts';
import { encodeWithin } from '../../tokenizers/textLimit.ts';
import type { TextTokenizer } from '../../tokenizers/tokenizer.ts';
import type { PrefixedLanguageModel } from './model.ts';

interface CausalDims {
  readonly hiddenSize: number;
  readonly layers: number;
  readonly keyValueHeads: number;
  readonly headSize: number;
  readonly vocabSize: number;
  readonly maxPositions: number;
}

interface CausalLanguageConfig {
  readonly qformer: { readonly queryTokens: number };
  readonly text: CausalDims;
  readonly imageTokenId?: number | undefined;
  readonly padTokenId: number;
}

/** Positions that a prompt which is too long leaves for its answer. */
const answerPositions = 256;

/**
 * The prompt's ids are what the reference returns and what its penalties see: the picture's places, then the text. Where
 * a checkpoint has no id for a picture's place, these are the text alone.
 */
export function causalLanguage(
  decoder: GraphSession,
  tokenizer: TextTokenizer,
  config: CausalLanguageConfig,
): PrefixedLanguageModel {
  const { text, imageTokenId, padTokenId } = config;
  const { queryTokens } = config.qformer;
  const maxLength = text.maxPositions - queryTokens - Math.min(answerPositions, Math.floor(text.maxPositions / 4));
  const limit = { tokenizer, maxLength };
  const graph = causalDecoderGraph(decoder, text);
  const places = imageTokenId === undefined ? [] : new Array<number>(queryTokens).fill(imageTokenId);
  return {
    limits: [limit],
    cacheBytesPerToken: cacheBytesPerToken(graph.cache),
    async prepare(prefix, prompts) {
      const textIds = prompts.map((prompt) => encodeWithin(limit, prompt));
      const promptIds = textIds.map((ids) => [...places, ...ids]);
      return new CachedDecoder(graph, { prefix, textIds, promptIds, padId: padTokenId, source: {} });
    },
  };
}

/** The picture is seen with the prompt; the tokens after it have no prefix. */
function causalDecoderGraph(session: GraphSession, dims: CausalDims): DecoderGraph {
  const { layers, keyValueHeads: heads, headSize, vocabSize, maxPositions, hiddenSize } = dims;
  return {
    ...{ session, vocabSize, maxPositions, hidesKeys: true, cache: { layers, heads, headSize } },
    inputs: ({ rows, prefix, positions, bias }) => ({
      language_prefix: prefix ?? floatTensor(new Float32Array(0), [rows, 0, hiddenSize]),
      position_ids: positions,
      attention_bias: bias,
    }),
  };
}
