/**
 * @file A decoder-only language model behind a Q-Former: what its checkpoint must agree with, its one graph, which runs both the prompt (picture and
 * text at once) and every token after it (no picture), so that its weights are there once, and how it is run. Compiler and
 * model host.
 */
import type { CausalInputs, CausalOutputs } from '../../layers/causalDecoder.ts';
import type { LayerContext } from '../../layers/linear.ts';
import { gather } from '../../onnx/operators.ts';
import { floatTensor, type GraphSession } from '../../runtime/graphSession.ts';
import { encodeWithin } from '../../tokenizers/textLimit.ts';
import type { TextTokenizer } from '../../tokenizers/tokenizer.ts';
import type { CheckpointFacts } from '../architecture.ts';
import { CachedDecoder, cacheBytesPerToken, type DecoderGraph } from './cachedDecoder.ts';
import { type QFormerLanguageConfig, qformerLanguageFacts } from './qformer.ts';
import type { PrefixedLanguageModel } from './qformerGenerator.ts';

export function causalFacts(config: QFormerLanguageConfig<{ readonly vocabSize: number }>): CheckpointFacts {
  return qformerLanguageFacts(config, [
    { name: 'pad_token_id', id: config.padTokenId },
    ...config.eosTokenIds.map((id) => ({ name: 'eos_token_id', id })),
  ]);
}

/** Sizes of the cache and of what goes in. */
export interface CausalGraphDims {
  readonly hiddenSize: number;
  readonly layers: number;
  readonly keyValueHeads: number;
  readonly headSize: number;
}

/** Declares the inputs, lets `decode` build the layers, and names the outputs. */
export function causalDecoderGraph(
  { graph }: LayerContext,
  dims: CausalGraphDims,
  decode: (inputs: CausalInputs) => CausalOutputs,
): void {
  const prefix = graph.input('language_prefix', 'float', ['rows', 'prefix', dims.hiddenSize]);
  const ids = graph.input('input_ids', 'int64', ['rows', 'text']);
  const positions = graph.input('position_ids', 'int64', ['rows', 'new']); // prefix, then text
  const bias = graph.input('attention_bias', 'float', ['rows', 1, 'new', 'total']);
  const parents = graph.input('parents', 'int64', ['rows']);
  // a row continues the row of the previous step that `parents` names: beams are reordered here, on the device
  const cache = (name: string) =>
    gather(graph, graph.input(name, 'float', ['past_rows', dims.keyValueHeads, 'past', dims.headSize]), parents);
  const past = Array.from({ length: dims.layers }, (_, i) => ({
    key: cache(`past_key.${i}`),
    value: cache(`past_value.${i}`),
  }));
  const { logits, present } = decode({ prefix, ids, positions, bias, past });
  graph.output('logits', logits); // [rows, V]
  present.forEach(({ key, value }, i) => {
    graph.output(`present_key.${i}`, key);
    graph.output(`present_value.${i}`, value);
  });
}

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
  const graph = decoderGraph(decoder, text);
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
function decoderGraph(session: GraphSession, dims: CausalDims): DecoderGraph {
  const { layers, keyValueHeads: heads, headSize, vocabSize, maxPositions, hiddenSize } = dims;
  return {
    session,
    vocabSize,
    maxPositions,
    hidesKeys: true,
    cache: { layers, heads, headSize },
    stepInputs: ({ rows, prefix, positions, bias }) => ({
      language_prefix: prefix ?? floatTensor(new Float32Array(0), [rows, 0, hiddenSize]),
      position_ids: positions,
      attention_bias: bias,
    }),
  };
}
