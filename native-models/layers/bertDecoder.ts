/**
 * @file BERT as a decoder: tokens see earlier ones only, each layer attends to another source (a picture or a question),
 * and a head predicts the next token. With KV cache. Compiler only.
 * Reference: BlipTextLMHeadModel in Hugging Face transformers.
 *
 * R rows (sequences or beams) · S new tokens · P past tokens · T = P + S · L source tokens · D hidden · V vocabulary
 */

import type { KeyValue } from '../onnx/attention.ts';
import { reshape, slice } from '../onnx/operators.ts';
import { dimOf, type Value } from '../onnx/value.ts';
import {
  type BertDims,
  type BertNames,
  bertCrossAttention,
  bertEmbeddings,
  bertFeedForward,
  bertSelfAttention,
} from './bertBlock.ts';
import { activation, type LayerContext, linear, multiply } from './linear.ts';
import { layerNorm } from './norms.ts';

export interface BertDecoderNames extends BertNames {
  readonly headTransform: string;
  readonly headNorm: string;
  /** The output layer; checkpoints that tie it to the word embeddings have only `headBias`. */
  readonly outputLayer: string;
  readonly headBias: string;
}

export interface BertDecoderInputs {
  /** [R, S] */
  readonly ids: Value<'int64'>;
  readonly positions: Value<'int64'>;
  /** Which new token may look at which token, [R, 1, S, T]: later ones and padding are masked. */
  readonly bias: Value<'float'>;
  /** Masks the source's padding, [R, 1, S, L]; the whole source is seen where it is left out. */
  readonly crossBias?: Value<'float'>;
  readonly past: readonly KeyValue[];
  readonly cross: readonly KeyValue[];
}

/** New tokens of every row: logits after the last of them, [R, V], and the grown cache, [R, N, T, H] a layer. */
export function bertDecoderStep(
  context: LayerContext,
  { ids, positions, bias, crossBias, past, cross }: BertDecoderInputs,
  names: BertDecoderNames,
  dims: BertDims,
): { logits: Value<'float'>; present: KeyValue[] } {
  const { graph } = context;
  const totalLength = String(dimOf(bias, -1));
  const present: KeyValue[] = [];
  let hidden = graph.scope('embeddings', () => bertEmbeddings(context, ids, positions, names, dims)); // [R, S, D]
  for (let i = 0; i < dims.layers; i++) {
    const layer = names.layer(i);
    const own = past[i];
    const source = cross[i];
    if (own === undefined || source === undefined) throw new RangeError(`no cache for decoder layer ${i}`);
    hidden = graph.scope(`layer.${i}`, () => {
      const attended = bertSelfAttention(
        context,
        hidden,
        { bias, past: { ...own, totalLength } },
        layer.selfAttention,
        dims,
      );
      if (attended.present !== undefined) present.push(attended.present);
      const crossed = bertCrossAttention(context, attended.hidden, source, crossBias, layer.crossAttention, dims);
      return bertFeedForward(context, crossed, layer.feedForward, dims);
    });
  }
  return { logits: graph.scope('head', () => languageHead(context, hidden, names, dims)), present };
}

/**
 * hidden [R, S, D] → logits of the last token, [R, V]
 *
 * ```
 * last token ─ dense ─ act ─ LayerNorm ─ · word embeddingsᵀ ─ + bias
 * ```
 */
function languageHead(
  context: LayerContext,
  hidden: Value<'float'>,
  names: BertDecoderNames,
  { hiddenSize: D, vocabSize: V, epsilon, activation: act }: BertDims,
): Value<'float'> {
  const { graph, weights } = context;
  const last = reshape(graph, slice(graph, hidden, 1, -1, 'end', 1), [-1, D], [dimOf(hidden, 0), D]); // [R, D]
  const dense = activation(graph, linear(context, last, names.headTransform, D), act);
  const transformed = layerNorm(context, dense, names.headNorm, epsilon);
  // a file that holds the tied pair twice may hold two different ones: the output layer's own is what the reference uses
  const own = `${names.outputLayer}.weight`;
  const ownBias = `${names.outputLayer}.bias`;
  const table = weights.table(weights.has(own) ? own : names.wordEmbeddings, [V, D]);
  return multiply(graph, transformed, table, weights.stored(weights.has(ownBias) ? ownBias : names.headBias, [V]));
}
