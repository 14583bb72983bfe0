/**
 * @file A pass over a finished graph: a residual sum and the RMS norm of it become one operator of onnxruntime. Layers read
 * `x = add(x, attention(rmsNorm(x)))`, and the memory is read once for both. Layer norms are not fused: see
 * `layerNormalization`. Compiler only.
 * Specification: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
 *
 * ```
 * residual ┐                                          residual ┐
 * part ────┴ Add ─┬ sum                       →       part ────┴ SkipSimplifiedLayerNormalization ─┬ sum
 *                 └ SimplifiedLayerNormalization                                                  └ normalized
 * ```
 */
import { create } from '@bufbuild/protobuf';
import { type NodeProto, NodeProtoSchema } from './generated/onnx_pb.js';

/**
 * @param nodes in an order in which each comes after those that it reads
 * @param isPlainSum whether the Add with these inputs adds two values of one shape
 * @returns the nodes in such an order; what reads the sum reads it under the same name
 */
export function fuseResidualNorms(
  nodes: readonly NodeProto[],
  isPlainSum: (inputs: readonly string[]) => boolean,
): NodeProto[] {
  const sums = new Map<string, NodeProto>();
  for (const node of nodes) {
    const [sum] = node.output;
    if (node.opType === 'Add' && sum !== undefined && isPlainSum(node.input)) sums.set(sum, node);
  }
  const fusedSums = new Set<NodeProto>();
  const result: NodeProto[] = [];
  for (const node of nodes) {
    const sum = node.opType === 'SimplifiedLayerNormalization' ? sums.get(node.input[0] ?? '') : undefined;
    if (sum === undefined || fusedSums.has(sum)) {
      result.push(node);
      continue;
    }
    fusedSums.add(sum);
    // in the place of the sum: what reads it may come before the norm, whose scale is an initializer
    result[result.indexOf(sum)] = fused(sum, node);
  }
  return result;
}

function fused(sum: NodeProto, norm: NodeProto): NodeProto {
  const [residual = '', part = ''] = sum.input;
  const [, scale = ''] = norm.input;
  const [summed = ''] = sum.output;
  const [normalized = ''] = norm.output;
  return create(NodeProtoSchema, {
    name: norm.name,
    opType: 'SkipSimplifiedLayerNormalization',
    domain: 'com.microsoft',
    input: [part, residual, scale],
    // outputs 1 and 2 (mean, inverse deviation) exist for training only
    output: [normalized, '', '', summed],
    attribute: norm.attribute.filter(({ name }) => name === 'epsilon'),
  });
}
