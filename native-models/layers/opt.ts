/**
 * @file OPT: learned positions, layer norms before each part (after it in the 350M model), ReLU. Compiler only.
 * Paper: arXiv:2205.01068. Reference: OPTForCausalLM in Hugging Face transformers.
 *
 * R rows · S new positions · D hidden · E embedding size · V vocabulary
 */
import type { StoredTable } from '../checkpoint/graphWeights.ts';
import type { KeyValue } from '../onnx/attention.ts';
import { add, gather, slice } from '../onnx/operators.ts';
import type { Value } from '../onnx/value.ts';
import { type ChannelLink, normLink, rowsLink } from '../quantization/equalization.ts';
import { type CausalInputs, type CausalOutputs, cachedAttention, joinPrefix, lastLogits } from './causalDecoder.ts';
import { type Activation, activation, type LayerContext, linear, linears, lookUp } from './linear.ts';
import { layerNorm } from './norms.ts';

export interface OptDims {
  readonly hiddenSize: number;
  /** Size of a row of the embedding table; where it is not the hidden size, two projections go between. */
  readonly embeddingSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly mlpSize: number;
  readonly vocabSize: number;
  readonly maxPositions: number;
  readonly activation: Activation;
  readonly hasBiases: boolean;
  readonly normalizesFirst: boolean;
  readonly hasFinalNorm: boolean;
  /** The embedding table is the output layer too. */
  readonly tiesEmbeddings: boolean;
}

export interface OptNames {
  readonly embeddings: string;
  readonly positions: string;
  readonly projectIn: string;
  readonly projectOut: string;
  readonly finalNorm: string;
  readonly outputLayer: string;
  readonly layer: (index: number) => {
    readonly attentionNorm: string;
    readonly query: string;
    readonly key: string;
    readonly value: string;
    readonly output: string;
    readonly mlpNorm: string;
    readonly mlpUp: string;
    readonly mlpDown: string;
  };
}

/** PyTorch's default: OPT's config does not name it. */
const epsilon = 1e-5;

/** The table begins with two rows that no position uses. */
const positionOffset = 2;

export function optDecoder(context: LayerContext, inputs: CausalInputs, names: OptNames, dims: OptDims): CausalOutputs {
  const { graph, weights } = context;
  const table = weights.table(names.embeddings, [dims.vocabSize, dims.embeddingSize]);
  let hidden = graph.scope('embeddings', () => embed(context, inputs, table, names, dims)); // [R, S, D]
  const present: KeyValue[] = [];
  for (let i = 0; i < dims.layers; i++) {
    hidden = graph.scope(`layers.${i}`, () => {
      const layer = names.layer(i);
      const attended = residual(context, hidden, layer.attentionNorm, dims, (x) => {
        const { output, present: grown } = attention(context, x, inputs, layer, dims, i);
        present.push(grown);
        return output;
      });
      return residual(context, attended, layer.mlpNorm, dims, (x) => feedForward(context, x, layer, dims));
    });
  }
  if (dims.hasFinalNorm) hidden = layerNorm(context, hidden, names.finalNorm, epsilon);
  if (dims.embeddingSize !== dims.hiddenSize) {
    hidden = linear(context, hidden, names.projectOut, dims.embeddingSize, { bias: false }); // [R, S, E]
  }
  const output = dims.tiesEmbeddings ? table : weights.table(names.outputLayer, [dims.vocabSize, dims.embeddingSize]);
  return { logits: lastLogits(context, hidden, output), present };
}

/** x + part(norm(x)); in the 350M model norm(x + part(x)). */
function residual(
  context: LayerContext,
  x: Value<'float'>,
  norm: string,
  { normalizesFirst }: OptDims,
  part: (x: Value<'float'>) => Value<'float'>,
): Value<'float'> {
  return normalizesFirst
    ? add(context.graph, x, part(layerNorm(context, x, norm, epsilon)))
    : layerNorm(context, add(context.graph, x, part(x)), norm, epsilon);
}

/** The prefix is as wide as the hidden states, so it joins the tokens after their projection. */
function embed(
  context: LayerContext,
  inputs: CausalInputs,
  table: StoredTable,
  names: OptNames,
  dims: OptDims,
): Value<'float'> {
  const { graph, weights } = context;
  const D = dims.hiddenSize;
  const words = lookUp(graph, table, inputs.ids); // [R, S − Q, E]
  const wide = dims.embeddingSize === D ? words : linear(context, words, names.projectIn, D, { bias: false });
  const all = weights.stored(names.positions, [positionOffset + dims.maxPositions, D]);
  const positions = slice(graph, all, 0, positionOffset, 'end', dims.maxPositions);
  return add(graph, joinPrefix(context, inputs, wide), gather(graph, positions, inputs.positions)); // [R, S, D]
}

function attention(
  context: LayerContext,
  x: Value<'float'>,
  { bias, past }: CausalInputs,
  names: ReturnType<OptNames['layer']>,
  dims: OptDims,
  index: number,
): { output: Value<'float'>; present: KeyValue } {
  const { hiddenSize: D, heads, hasBiases } = dims;
  const own = past[index];
  if (own === undefined) throw new RangeError(`no cache for decoder layer ${index}`);
  const [query, key, value] = linears(context, x, [names.query, names.key, names.value], D, { bias: hasBiases });
  const { output, present } = cachedAttention(
    context,
    { query, key, value },
    { bias, past: own },
    { heads, keyValueHeads: heads, headSize: D / heads },
  );
  return { output: linear(context, output, names.output, D, { bias: hasBiases }), present };
}

function feedForward(
  context: LayerContext,
  x: Value<'float'>,
  names: ReturnType<OptNames['layer']>,
  dims: OptDims,
): Value<'float'> {
  const biases = { bias: dims.hasBiases };
  const up = activation(context.graph, linear(context, x, names.mlpUp, dims.mlpSize, biases), dims.activation);
  return linear(context, up, names.mlpDown, dims.hiddenSize, biases);
}

/** Through ReLU, too, the rows of the first feed-forward layer can be scaled. */
export function optLinks(names: OptNames, dims: OptDims): ChannelLink[] {
  const biases = { bias: dims.hasBiases };
  const layers = Array.from({ length: dims.layers }, (_, i) => names.layer(i));
  const inner = layers.flatMap(({ value, output, mlpUp, mlpDown }) => [
    rowsLink(value, output, biases),
    ...(dims.activation === 'relu' ? [rowsLink(mlpUp, mlpDown, biases)] : []),
  ]);
  // norms that come after a part give the residual, too
  if (!dims.normalizesFirst) return inner;
  const norms = layers.flatMap(({ attentionNorm, query, key, value, mlpNorm, mlpUp }) => [
    normLink(attentionNorm, [query, key, value]),
    normLink(mlpNorm, [mlpUp]),
  ]);
  return [...norms, ...inner];
}
