/**
 * @file The graphs that every model with a Q-Former in front of a language model has: the picture's features, and the
 * query tokens that carry them, with or without an instruction, into the language model. Compiler only.
 */

import { type LayerContext, linear } from '../../layers/linear.ts';
import { maskBias } from '../../layers/masks.ts';
import { type QFormerDims, type QFormerNames, type QFormerText, qformer, qformerLinks } from '../../layers/qformer.ts';
import {
  type VisionTransformerDims,
  visionLinks,
  visionTokens,
  visionTransformer,
} from '../../layers/visionTransformer.ts';
import { concat, expand, int64s, shapeOf } from '../../onnx/operators.ts';
import type { Value } from '../../onnx/value.ts';
import type { ChannelLink } from '../../quantization/equalization.ts';
import type { GraphDefinition } from '../architecture.ts';
import { blip2QFormerNames, instructedQFormerNames, languageProjectionName, visionNames } from '../weightNames.ts';

interface VisionConfig {
  readonly vision: VisionTransformerDims;
}

interface QFormerConfig extends VisionConfig {
  readonly qformer: QFormerDims;
  readonly text: { readonly hiddenSize: number };
}

export const visionEncoderGraph: GraphDefinition<VisionConfig> = {
  name: 'vision_encoder',
  part: 'vision',
  build(context, { vision }) {
    const { graph } = context;
    const pixels = graph.input('pixel_values', 'float', ['batch', 3, vision.imageSize, vision.imageSize]);
    graph.output('features', visionTransformer(context, pixels, visionNames, vision));
  },
};

/** InstructBLIP's: the query tokens read the instruction too. */
export const instructedQFormerGraph: GraphDefinition<QFormerConfig> = {
  name: 'qformer',
  part: 'qformer',
  build(context, config) {
    const { graph } = context;
    const features = featuresInput(context, config);
    const ids = graph.input('input_ids', 'int64', ['batch', 'text']);
    const positions = graph.input('position_ids', 'int64', ['text']);
    const mask = graph.input('attention_mask', 'int64', ['batch', 'tokens']); // queries, then text
    const text: QFormerText = { ids, positions, selfBias: squareBias(context, mask) };
    outputPrefix(context, qformer(context, features, text, instructedQFormerNames, config.qformer), config);
  },
};

/** BLIP-2's: the query tokens see the picture only. */
export const plainQFormerGraph: GraphDefinition<QFormerConfig> = {
  name: 'qformer',
  part: 'qformer',
  build(context, config) {
    const features = featuresInput(context, config);
    outputPrefix(context, qformer(context, features, undefined, blip2QFormerNames, config.qformer), config);
  },
};

/** Tensors of an instructed Q-Former that no graph needs: the last text feed-forward, which nothing reads. */
export function isUnreadQFormerTensor(tensor: string, { layers }: QFormerDims): boolean {
  return (
    tensor.startsWith(`qformer.encoder.layer.${layers - 1}.intermediate.`) ||
    tensor.startsWith(`qformer.encoder.layer.${layers - 1}.output.`)
  );
}

export function featuresInput({ graph }: LayerContext, { vision }: VisionConfig): Value<'float'> {
  return graph.input('features', 'float', ['batch', visionTokens(vision), vision.hiddenSize]);
}

function outputPrefix(context: LayerContext, queries: Value<'float'>, { text }: QFormerConfig): void {
  const { graph } = context;
  graph.output('query_output', queries); // [batch, Q, Dq]
  graph.output('language_prefix', linear(context, queries, languageProjectionName, text.hiddenSize)); // [batch, Q, D]
}

/** mask [B, T] → bias [B, 1, T, T], as attention operators want it: only an axis of batch or heads may be broadcast */
function squareBias(context: LayerContext, mask: Value<'int64'>): Value<'float'> {
  const { graph } = context;
  const target = concat(graph, [int64s(graph, [1, 1]), shapeOf(graph, mask, 1), int64s(graph, [1])], 0, 4);
  const row = maskBias(context, mask); // [B, 1, 1, T]
  return expand(graph, row, target, row.shape.toSpliced(2, 1, 'tokens'));
}

/** Of the vision tower and the Q-Former, whatever comes after them. */
export function pictureLinks(
  names: QFormerNames,
  { vision, qformer }: VisionConfig & { readonly qformer: QFormerDims },
): ChannelLink[] {
  return [...visionLinks(visionNames, vision), ...qformerLinks(names, qformer)];
}
