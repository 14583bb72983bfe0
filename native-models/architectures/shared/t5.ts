/**
 * @file T5 behind a Q-Former: its config, the names of its weights, its two graphs (the encoder's keys and values serve all
 * tokens of the answer), and how they are run. Compiler and model host.
 *
 * B batch · R rows (sequences or beams) · Q query tokens · S text tokens · L = Q + S encoder tokens · T keys so far
 *
 * ```
 * language prefix, instruction ─ text_encoder ─ cross keys, values ┐
 * previous token, cache ───────────────────────────────────────────┴ decoder ─ logits
 * ```
 */
import * as z from 'zod';
import { t5ConfigSchema } from '../../checkpoint/configSchemas.ts';
import { maskBias } from '../../layers/masks.ts';
import type { QFormerDims } from '../../layers/qformer.ts';
import {
  type T5Dims,
  type T5Names,
  t5CrossKeyValues,
  t5DecoderStep,
  t5Embeddings,
  t5Encoder,
  t5PositionBias,
} from '../../layers/t5.ts';
import type { KeyValue } from '../../onnx/attention.ts';
import { add, concat, gather } from '../../onnx/operators.ts';
import { type GraphSession, int64Tensor } from '../../runtime/graphSession.ts';
import { encodeWithin } from '../../tokenizers/textLimit.ts';
import type { TextTokenizer } from '../../tokenizers/tokenizer.ts';
import type { CheckpointFacts, GraphDefinition, RawConfig } from '../architecture.ts';
import { CachedDecoder, cacheBytesPerToken, type DecoderGraph } from './cachedDecoder.ts';
import { parseQFormerLanguage, qformerLanguageFacts, qformerLanguageSchema } from './qformer.ts';
import type { PrefixedLanguageModel } from './qformerGenerator.ts';
import { storedT5Schema } from './storedConfig.ts';
import { padRight } from './textBatch.ts';

export const t5Names: T5Names = {
  embeddings: 'language_model.shared.weight',
  outputLayer: 'language_model.lm_head.weight',
  encoderPositionBias: 'language_model.encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight',
  encoderFinalNorm: 'language_model.encoder.final_layer_norm.weight',
  encoderLayer: (i) => ({
    attention: {
      norm: `language_model.encoder.block.${i}.layer.0.layer_norm.weight`,
      query: `language_model.encoder.block.${i}.layer.0.SelfAttention.q`,
      key: `language_model.encoder.block.${i}.layer.0.SelfAttention.k`,
      value: `language_model.encoder.block.${i}.layer.0.SelfAttention.v`,
      output: `language_model.encoder.block.${i}.layer.0.SelfAttention.o`,
    },
    feedForward: {
      norm: `language_model.encoder.block.${i}.layer.1.layer_norm.weight`,
      gate: `language_model.encoder.block.${i}.layer.1.DenseReluDense.wi_0`,
      up: `language_model.encoder.block.${i}.layer.1.DenseReluDense.wi_1`,
      down: `language_model.encoder.block.${i}.layer.1.DenseReluDense.wo`,
    },
  }),
  decoderPositionBias: 'language_model.decoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight',
  decoderFinalNorm: 'language_model.decoder.final_layer_norm.weight',
  decoderLayer: (i) => ({
    selfAttention: {
      norm: `language_model.decoder.block.${i}.layer.0.layer_norm.weight`,
      query: `language_model.decoder.block.${i}.layer.0.SelfAttention.q`,
      key: `language_model.decoder.block.${i}.layer.0.SelfAttention.k`,
      value: `language_model.decoder.block.${i}.layer.0.SelfAttention.v`,
      output: `language_model.decoder.block.${i}.layer.0.SelfAttention.o`,
    },
    crossAttention: {
      norm: `language_model.decoder.block.${i}.layer.1.layer_norm.weight`,
      query: `language_model.decoder.block.${i}.layer.1.EncDecAttention.q`,
      key: `language_model.decoder.block.${i}.layer.1.EncDecAttention.k`,
      value: `language_model.decoder.block.${i}.layer.1.EncDecAttention.v`,
      output: `language_model.decoder.block.${i}.layer.1.EncDecAttention.o`,
    },
    feedForward: {
      norm: `language_model.decoder.block.${i}.layer.2.layer_norm.weight`,
      gate: `language_model.decoder.block.${i}.layer.2.DenseReluDense.wi_0`,
      up: `language_model.decoder.block.${i}.layer.2.DenseReluDense.wi_1`,
      down: `language_model.decoder.block.${i}.layer.2.DenseReluDense.wo`,
    },
  }),
};

/** As kept in model.json. */
export const qformerT5ConfigSchema = qformerLanguageSchema(storedT5Schema).extend({ decoderStartTokenId: z.int() });
export type QFormerT5Config = z.output<typeof qformerT5ConfigSchema>;

export function parseQFormerT5Config(raw: RawConfig): QFormerT5Config {
  const { parsed, language, generation } = parseQFormerLanguage(raw, t5ConfigSchema);
  return { ...parsed, decoderStartTokenId: generation.decoderStartTokenId ?? language.decoderStartTokenId };
}

export function t5Facts(config: QFormerT5Config): CheckpointFacts {
  const { decoderStartTokenId, padTokenId, eosTokenIds } = config;
  return qformerLanguageFacts(config, [
    { name: 'decoder_start_token_id', id: decoderStartTokenId },
    { name: 'pad_token_id', id: padTokenId, token: '<pad>' },
    ...eosTokenIds.map((id) => ({ name: 'eos_token_id', id, ...(eosTokenIds.length > 1 ? {} : { token: '</s>' }) })),
  ]);
}

interface T5Config {
  readonly qformer: QFormerDims;
  readonly text: T5Dims;
}

export const t5EncoderGraph: GraphDefinition<T5Config> = {
  name: 'text_encoder',
  part: 'textEncoder',
  build(context, { qformer, text }) {
    const { graph } = context;
    const prefix = graph.input('language_prefix', 'float', ['batch', qformer.queryTokens, text.hiddenSize]);
    const ids = graph.input('input_ids', 'int64', ['batch', 'text']);
    const mask = graph.input('attention_mask', 'int64', ['batch', 'tokens']); // prefix, then text
    const buckets = graph.input('relative_buckets', 'int64', ['tokens', 'tokens']);
    const embeddings = concat(graph, [prefix, t5Embeddings(context, ids, t5Names, text)], 1, 'tokens'); // [batch, L, D]
    const positions = t5PositionBias(context, buckets, t5Names.encoderPositionBias, text); // [1, N, L, L]
    const bias = add(graph, positions, maskBias(context, mask)); // [batch, N, L, L]
    const encoded = t5Encoder(context, embeddings, bias, t5Names, text); // [batch, L, D]
    t5CrossKeyValues(context, encoded, t5Names, text).forEach(({ key, value }, i) => {
      graph.output(`cross_key.${i}`, key);
      graph.output(`cross_value.${i}`, value);
    });
  },
};

export const t5DecoderGraph: GraphDefinition<T5Config> = {
  name: 'decoder',
  part: 'decoder',
  build(context, { text }) {
    const { graph } = context;
    const ids = graph.input('input_ids', 'int64', ['rows', 1]);
    const parents = graph.input('parents', 'int64', ['rows']);
    const mask = graph.input('encoder_attention_mask', 'int64', ['rows', 'tokens']);
    const buckets = graph.input('relative_buckets', 'int64', [1, 'total']);
    const hidden = graph.input('attention_bias', 'float', ['rows', 1, 1, 'total']); // keys before a row's own
    const positions = t5PositionBias(context, buckets, t5Names.decoderPositionBias, text); // [1, N, 1, T]
    const layers = Array.from({ length: text.decoderLayers }, (_, i) => i);
    const cache = (name: string, i: number, rows: string, length: string): KeyValue => ({
      key: graph.input(`${name}_key.${i}`, 'float', [rows, text.heads, length, text.headSize]),
      value: graph.input(`${name}_value.${i}`, 'float', [rows, text.heads, length, text.headSize]),
    });
    // a row continues the row of the previous step that `parents` names: beams are reordered here, on the device
    const past = layers
      .map((i) => cache('past', i, 'past_rows', 'past'))
      .map(({ key, value }) => ({ key: gather(graph, key, parents), value: gather(graph, value, parents) }));
    const { logits, present } = t5DecoderStep(
      context,
      {
        ids,
        selfBias: add(graph, positions, hidden), // [R, N, 1, T]
        crossBias: maskBias(context, mask),
        past,
        cross: layers.map((i) => cache('cross', i, 'rows', 'tokens')),
      },
      t5Names,
      text,
    );
    graph.output('logits', logits); // [rows, V]
    present.forEach(({ key, value }, i) => {
      graph.output(`present_key.${i}`, key);
      graph.output(`present_value.${i}`, value);
    });
  },
};

/** Second and third names of T5's shared embedding, in files that store it more than once. */
export function isSharedT5Embedding(tensor: string): boolean {
  return (
    tensor === 'language_model.encoder.embed_tokens.weight' || tensor === 'language_model.decoder.embed_tokens.weight'
  );
}

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
  const graph = decoderGraph(decoder, config);
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
function decoderGraph(session: GraphSession, { text }: QFormerT5Config): DecoderGraph {
  const { decoderLayers: layers, heads, headSize, vocabSize } = text;
  // models that were compiled before their rows were run together do not take it
  const hidesKeys = session.takes('attention_bias');
  return {
    session,
    vocabSize,
    hidesKeys,
    cache: { layers, heads, headSize },
    stepInputs({ keys, bias }) {
      const buckets = relativeBuckets({ firstQuery: keys - 1, queries: 1, keys, bidirectional: false }, text);
      const inputs = { relative_buckets: int64Tensor(buckets, [1, keys]) };
      return hidesKeys ? { ...inputs, attention_bias: bias } : inputs;
    },
  };
}

export interface RelativeBucketDims {
  readonly relativeBuckets: number;
  readonly relativeMaxDistance: number;
}

/**
 * The bucket of a key that lies `distance` positions after the query (negative: before). Computed on the host, because
 * onnxruntime's RelativePositionBias has no CPU kernel and the table look-up is all that a graph needs.
 * Source: T5Attention._relative_position_bucket in Hugging Face transformers, after arXiv:1910.10683 section 2.1.
 */
export function relativeBucket(distance: number, bidirectional: boolean, dims: RelativeBucketDims): number {
  const buckets = bidirectional ? dims.relativeBuckets / 2 : dims.relativeBuckets;
  const side = bidirectional && distance > 0 ? buckets : 0;
  const far = bidirectional ? Math.abs(distance) : Math.max(0, -distance);
  const exact = Math.floor(buckets / 2);
  if (far < exact) return side + far;
  // float32 logarithms, as the reference takes them: a bucket's edge can fall on an exact power
  const ratio = Math.fround(Math.log(Math.fround(far / exact)));
  const scaled = Math.fround(
    Math.fround(ratio / Math.fround(Math.log(dims.relativeMaxDistance / exact))) * (buckets - exact),
  );
  return side + Math.min(buckets - 1, exact + Math.trunc(scaled));
}

/** Buckets of `queries` consecutive positions (the first is `firstQuery`) against keys 0 … keys−1: [queries, keys] */
export function relativeBuckets(
  {
    firstQuery,
    queries,
    keys,
    bidirectional,
  }: { firstQuery: number; queries: number; keys: number; bidirectional: boolean },
  dims: RelativeBucketDims,
): BigInt64Array {
  const result = new BigInt64Array(queries * keys);
  for (let q = 0; q < queries; q++) {
    for (let k = 0; k < keys; k++) {
      result[q * keys + k] = BigInt(relativeBucket(k - (firstQuery + q), bidirectional, dims));
    }
  }
  return result;
}
