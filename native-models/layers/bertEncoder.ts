/**
 * @file BERT as an encoder: every token sees every other, and each layer also attends to a picture. Compiler only.
 * Reference: BlipTextModel with `is_decoder=False` in Hugging Face transformers.
 *
 * B batch · S text tokens · P picture tokens · D hidden
 */
import { add, float, mul, sub } from '../onnx/operators.ts';
import type { Value } from '../onnx/value.ts';
import {
  type BertDims,
  type BertNames,
  bertCrossAttention,
  bertCrossKeyValues,
  bertEmbeddings,
  bertFeedForward,
  bertSelfAttention,
} from './bertBlock.ts';
import type { LayerContext } from './linear.ts';
import { pairMaskBias } from './masks.ts';

export interface BertEncoderInputs {
  /** [B, S] */
  readonly ids: Value<'int64'>;
  /** [B or 1, S] */
  readonly positions: Value<'int64'>;
  /** Which token may look at which, [B, S, S]: the text's padding is masked. */
  readonly mask: Value<'int64'>;
  /** [B, P, Dv] */
  readonly features: Value<'float'>;
  /**
   * A number: 1 reads the text together with the picture, 0 reads the text alone (the layers' cross-attention is skipped). One graph for both, so that the weights are on the disk and in memory once. Always 1 where it is left out.
   */
  readonly pairing?: Value<'float'>;
}

/**
 * The text's hidden states, [B, S, D].
 *
 * ```
 * hidden ─ self-attention ─┬─ cross-attention ─ ·pairing ──────┐
 *                          └─────────────────── ·(1 − pairing) ┴ Add ─ feed-forward ─ hidden'
 * ```
 */
export function bertEncoder(
  context: LayerContext,
  { ids, positions, mask, features, pairing }: BertEncoderInputs,
  names: BertNames,
  dims: BertDims,
): Value<'float'> {
  const { graph } = context;
  const bias = pairMaskBias(context, mask); // [B, 1, S, S]
  const pictures = bertCrossKeyValues(context, features, names, dims);
  let hidden = graph.scope('embeddings', () => bertEmbeddings(context, ids, positions, names, dims)); // [B, S, D]
  for (const [i, picture] of pictures.entries()) {
    const layer = names.layer(i);
    hidden = graph.scope(`layer.${i}`, () => {
      const read = bertSelfAttention(context, hidden, { bias }, layer.selfAttention, dims).hidden;
      const crossed = bertCrossAttention(context, read, picture, undefined, layer.crossAttention, dims);
      const chosen = pairing === undefined ? crossed : choose(context, pairing, crossed, read);
      return bertFeedForward(context, chosen, layer.feedForward, dims);
    });
  }
  return hidden;
}

/** `whenOne` or `whenZero`, exactly: the other one is multiplied by 0. */
function choose(
  { graph }: LayerContext,
  selector: Value<'float'>,
  whenOne: Value<'float'>,
  whenZero: Value<'float'>,
): Value<'float'> {
  const opposite = sub(graph, float(graph, 1), selector);
  return add(graph, mul(graph, whenOne, selector), mul(graph, whenZero, opposite));
}
