/**
 * @file InstructBLIP with a T5 language model as four graphs, cut where results are reused: the picture's features serve
 * all its instructions, the encoder's keys and values serve all tokens of the answer. Compiler only.
 * Paper: arXiv:2305.06500. Reference: InstructBlipForConditionalGeneration in Hugging Face transformers.
 *
 * ```
 * pixels ─ vision_encoder ─ features ┐
 * instruction ──────────────────────┴ qformer ─ language prefix ┐
 * instruction ──────────────────────────────────────────────────┴ text_encoder ─ cross keys, values ┐
 * previous token, cache ────────────────────────────────────────────────────────────────────────────┴ decoder ─ logits
 * ```
 * batch, rows (sequences or beams) and all lengths are free; see runtime names in model.ts.
 */
import type { LayerContext } from '../../layers/linear.ts';
import { linear } from '../../layers/linear.ts';
import { maskBias } from '../../layers/masks.ts';
import { instructedQFormer } from '../../layers/qformer.ts';
import {
  type KeyValue,
  t5CrossKeyValues,
  t5DecoderStep,
  t5Embeddings,
  t5Encoder,
  t5PositionBias,
} from '../../layers/t5.ts';
import { visionTokens, visionTransformer } from '../../layers/visionTransformer.ts';
import { add, concat, expand, gather, int64s, shapeOf } from '../../onnx/operators.ts';
import type { Value } from '../../onnx/value.ts';
import type { ArchitectureCompiler, GraphDefinition } from '../architecture.ts';
import { instructedQFormerNames, languageProjectionName, t5Names, visionNames } from '../weightNames.ts';
import {
  type InstructBlipT5Config,
  instructBlipT5ConfigSchema,
  isInstructBlipT5,
  parseInstructBlipT5Config,
} from './config.ts';

const visionEncoder: GraphDefinition<InstructBlipT5Config> = {
  name: 'vision_encoder',
  build(context, { vision }) {
    const { graph } = context;
    const pixels = graph.input('pixel_values', 'float', ['batch', 3, vision.imageSize, vision.imageSize]);
    graph.output('features', visionTransformer(context, pixels, visionNames, vision));
  },
};

const qformer: GraphDefinition<InstructBlipT5Config> = {
  name: 'qformer',
  build(context, { vision, qformer, text }) {
    const { graph } = context;
    const inputs = {
      features: graph.input('features', 'float', ['batch', visionTokens(vision), vision.hiddenSize]),
      textIds: graph.input('input_ids', 'int64', ['batch', 'text']),
      textPositions: graph.input('position_ids', 'int64', ['text']),
    };
    const mask = graph.input('attention_mask', 'int64', ['batch', 'tokens']); // queries, then text
    const queries = instructedQFormer(
      context,
      { ...inputs, selfBias: squareBias(context, mask) },
      instructedQFormerNames,
      qformer,
    ); // [batch, Q, Dq]
    graph.output('query_output', queries);
    graph.output('language_prefix', linear(context, queries, languageProjectionName, text.hiddenSize)); // [batch, Q, D]
  },
};

const textEncoder: GraphDefinition<InstructBlipT5Config> = {
  name: 'text_encoder',
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

const decoder: GraphDefinition<InstructBlipT5Config> = {
  name: 'decoder',
  build(context, { text }) {
    const { graph } = context;
    const ids = graph.input('input_ids', 'int64', ['rows', 1]);
    const parents = graph.input('parents', 'int64', ['rows']);
    const mask = graph.input('encoder_attention_mask', 'int64', ['rows', 'tokens']);
    const buckets = graph.input('relative_buckets', 'int64', [1, 'total']);
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
        selfBias: t5PositionBias(context, buckets, t5Names.decoderPositionBias, text),
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

export const instructBlipT5Compiler: ArchitectureCompiler<InstructBlipT5Config> = {
  name: 'instructblip-t5',
  title: 'InstructBLIP with Flan-T5',
  recognizes: isInstructBlipT5,
  parse: parseInstructBlipT5Config,
  configSchema: instructBlipT5ConfigSchema,
  graphs: [visionEncoder, qformer, textEncoder, decoder],
  mayIgnore: (tensor, { qformer: { layers } }) =>
    tensor === 'qformer.embeddings.position_ids' ||
    // second and third names of T5's shared embedding, in files that store it more than once
    tensor === 'language_model.encoder.embed_tokens.weight' ||
    tensor === 'language_model.decoder.embed_tokens.weight' ||
    // the Q-Former's last text feed-forward: its result is never read
    tensor.startsWith(`qformer.encoder.layer.${layers - 1}.intermediate.`) ||
    tensor.startsWith(`qformer.encoder.layer.${layers - 1}.output.`),
  tokenizerFolders: ['.', 'qformer_tokenizer'],
};

/** mask [B, T] → bias [B, 1, T, T], as attention operators want it: only an axis of batch or heads may be broadcast */
function squareBias(context: LayerContext, mask: Value<'int64'>): Value<'float'> {
  const { graph } = context;
  const target = concat(graph, [int64s(graph, [1, 1]), shapeOf(graph, mask, 1), int64s(graph, [1])], 0, 4);
  const row = maskBias(context, mask); // [B, 1, 1, T]
  return expand(graph, row, target, row.shape.toSpliced(2, 1, 'tokens'));
}
