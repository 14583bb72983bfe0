/**
 * @file T5 behind a Q-Former, as two graphs: the encoder's keys and values serve all tokens of the answer. Compiler only.
 *
 * ```
 * language prefix, instruction ─ text_encoder ─ cross keys, values ┐
 * previous token, cache ───────────────────────────────────────────┴ decoder ─ logits
 * ```
 */
import type { KeyValue } from '../../layers/keyValue.ts';
import { maskBias } from '../../layers/masks.ts';
import type { QFormerDims } from '../../layers/qformer.ts';
import {
  type T5Dims,
  t5CrossKeyValues,
  t5DecoderStep,
  t5Embeddings,
  t5Encoder,
  t5PositionBias,
} from '../../layers/t5.ts';
import { add, concat, gather } from '../../onnx/operators.ts';
import type { GraphDefinition } from '../architecture.ts';
import { t5Names } from '../weightNames.ts';

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
