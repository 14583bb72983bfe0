/**
 * @file Llama (and Vicuna): RMS norms before each part, rotary positions, a gated feed-forward, and optionally fewer
 * key-value heads than heads. Compiler only.
 * Paper: arXiv:2302.13971; rotary positions arXiv:2104.09864. Reference: LlamaForCausalLM in Hugging Face transformers.
 *
 * R rows · S new positions · N heads · K key-value heads · H head size · D hidden · V vocabulary
 */

import type { KeyValue } from '../onnx/attention.ts';
import { add, mul, rotaryEmbedding } from '../onnx/operators.ts';
import type { Value } from '../onnx/value.ts';
import { type ChannelLink, rowsLink, scaleLink } from '../quantization/equalization.ts';
import { type CausalInputs, type CausalOutputs, cachedAttention, joinPrefix, lastLogits } from './causalDecoder.ts';
import { type Activation, activation, type LayerContext, linear, linears, lookUp } from './linear.ts';
import { rmsNorm } from './norms.ts';

export interface LlamaDims {
  readonly hiddenSize: number;
  readonly headSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly mlpSize: number;
  readonly vocabSize: number;
  readonly maxPositions: number;
  readonly rotaryBase: number;
  readonly epsilon: number;
  readonly activation: Activation;
  readonly attentionHasBiases: boolean;
  readonly mlpHasBiases: boolean;
  /** The embedding table is the output layer too. */
  readonly tiesEmbeddings: boolean;
}

export interface LlamaNames {
  readonly embeddings: string;
  readonly finalNorm: string;
  readonly outputLayer: string;
  readonly layer: (index: number) => {
    readonly attentionNorm: string;
    readonly query: string;
    readonly key: string;
    readonly value: string;
    readonly output: string;
    readonly mlpNorm: string;
    readonly gate: string;
    readonly up: string;
    readonly down: string;
  };
}

/** cos and sin of every position's angles, [maxPositions, H/2] each. */
interface RotaryTable {
  readonly cos: Value<'float'>;
  readonly sin: Value<'float'>;
}

export function llamaDecoder(
  context: LayerContext,
  inputs: CausalInputs,
  names: LlamaNames,
  dims: LlamaDims,
): CausalOutputs {
  const { graph, weights } = context;
  const table = weights.table(names.embeddings, [dims.vocabSize, dims.hiddenSize]);
  const rotary = rotaryTable(context, dims);
  let x = joinPrefix(context, inputs, lookUp(graph, table, inputs.ids)); // [R, S, D]
  const present: KeyValue[] = [];
  for (let i = 0; i < dims.layers; i++) {
    const layer = names.layer(i);
    x = graph.scope(`layers.${i}`, () => {
      const normalized = rmsNorm(context, x, layer.attentionNorm, dims.epsilon);
      const attended = attention(context, normalized, inputs, { rotary, names: layer, index: i }, dims);
      present.push(attended.present);
      const y = add(graph, x, attended.output);
      return add(graph, y, feedForward(context, rmsNorm(context, y, layer.mlpNorm, dims.epsilon), layer, dims));
    });
  }
  const output = dims.tiesEmbeddings ? table : weights.table(names.outputLayer, [dims.vocabSize, dims.hiddenSize]);
  return { logits: lastLogits(context, rmsNorm(context, x, names.finalNorm, dims.epsilon), output), present };
}

function attention(
  context: LayerContext,
  x: Value<'float'>,
  { positions, bias, past }: CausalInputs,
  { rotary, names, index }: { rotary: RotaryTable; names: ReturnType<LlamaNames['layer']>; index: number },
  dims: LlamaDims,
): { output: Value<'float'>; present: KeyValue } {
  const { graph } = context;
  const { heads: N, keyValueHeads: K, attentionHasBiases } = dims;
  const own = past[index];
  if (own === undefined) throw new RangeError(`no cache for decoder layer ${index}`);
  const projected = project(context, x, names, dims);
  const query = rotaryEmbedding(graph, projected.query, positions, rotary, N); // [R, S, N·H]
  const key = rotaryEmbedding(graph, projected.key, positions, rotary, K); // [R, S, K·H]
  const inputs = { query, key, value: projected.value };
  const { output, present } = cachedAttention(context, inputs, { bias, past: own }, dims);
  return { output: linear(context, output, names.output, dims.hiddenSize, { bias: attentionHasBiases }), present };
}

/** x [R, S, D] → query [R, S, N·H], key and value [R, S, K·H] */
function project(
  context: LayerContext,
  x: Value<'float'>,
  names: ReturnType<LlamaNames['layer']>,
  { heads: N, keyValueHeads: K, headSize: H, attentionHasBiases }: LlamaDims,
) {
  const biases = { bias: attentionHasBiases };
  if (K === N) {
    const [query, key, value] = linears(context, x, [names.query, names.key, names.value], N * H, biases);
    return { query, key, value };
  }
  const [key, value] = linears(context, x, [names.key, names.value], K * H, biases);
  return { query: linear(context, x, names.query, N * H, biases), key, value };
}

/** Gated: down(act(gate(x)) · up(x)) */
function feedForward(
  context: LayerContext,
  x: Value<'float'>,
  names: ReturnType<LlamaNames['layer']>,
  dims: LlamaDims,
): Value<'float'> {
  const biases = { bias: dims.mlpHasBiases };
  const [gate, up] = linears(context, x, [names.gate, names.up], dims.mlpSize, biases);
  const activated = activation(context.graph, gate, dims.activation);
  return linear(context, mul(context.graph, activated, up), names.down, dims.hiddenSize, biases);
}

/** The angles are rounded to float32 where the reference rounds them: at far positions it shows. */
function rotaryTable({ graph }: LayerContext, { maxPositions, headSize, rotaryBase }: LlamaDims): RotaryTable {
  const half = headSize / 2;
  const frequencies = Array.from({ length: half }, (_, i) =>
    Math.fround(1 / Math.fround(rotaryBase ** Math.fround((2 * i) / headSize))),
  );
  const cos = new Float32Array(maxPositions * half);
  const sin = new Float32Array(maxPositions * half);
  for (let position = 0; position < maxPositions; position++) {
    for (const [i, frequency] of frequencies.entries()) {
      const angle = Math.fround(position * frequency);
      cos[position * half + i] = Math.cos(angle);
      sin[position * half + i] = Math.sin(angle);
    }
  }
  const stored = (name: string, values: Float32Array) =>
    graph.weight(name, 'float', [maxPositions, half], {
      sizeBytes: values.byteLength,
      tensors: [],
      stream: (write) => write(new Uint8Array(values.buffer)),
    });
  return { cos: stored('rotary.cos', cos), sin: stored('rotary.sin', sin) };
}

/** Values that several heads read have as many columns each, so they are left as they are. */
export function llamaLinks(names: LlamaNames, dims: LlamaDims): ChannelLink[] {
  const layers = Array.from({ length: dims.layers }, (_, i) => names.layer(i));
  return [
    ...layers.flatMap(({ attentionNorm, query, key, value, output, mlpNorm, gate, up, down }) => [
      scaleLink(attentionNorm, [query, key, value]),
      ...(dims.keyValueHeads === dims.heads ? [rowsLink(value, output, { bias: dims.attentionHasBiases })] : []),
      scaleLink(mlpNorm, [gate, up]),
      rowsLink(up, down, { bias: dims.mlpHasBiases }),
    ]),
    ...(dims.tiesEmbeddings ? [] : [{ producer: { weight: names.finalNorm }, consumers: [names.outputLayer] }]),
  ];
}
