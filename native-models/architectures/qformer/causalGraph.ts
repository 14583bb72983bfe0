/**
 * @file A decoder-only language model behind a Q-Former, as one graph that runs both the prompt (picture and text at
 * once) and every token after it (no picture), so that its weights are there once. Compiler only.
 */
import type { CausalInputs, CausalOutputs } from '../../layers/causalDecoder.ts';
import type { LayerContext } from '../../layers/linear.ts';
import { gather } from '../../onnx/operators.ts';

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
