/** @file The vision tower of every model of the family: the names of its weights, its graph, and how it is run. Compiler and model host. */
import type { LayerContext } from '../../layers/linear.ts';
import {
  type VisionTransformerDims,
  type VisionTransformerNames,
  visionTokens,
  visionTransformer,
} from '../../layers/visionTransformer.ts';
import type { Value } from '../../onnx/value.ts';
import { floatTensor, type GraphSession, outputOf } from '../../runtime/graphSession.ts';
import type { ImageFeatures } from '../../runtime/loadedModel.ts';
import type { GraphDefinition } from '../architecture.ts';

export const visionNames: VisionTransformerNames = {
  classToken: 'vision_model.embeddings.class_embedding',
  patchEmbedding: 'vision_model.embeddings.patch_embedding',
  positions: 'vision_model.embeddings.position_embedding',
  finalNorm: 'vision_model.post_layernorm',
  layer: (i) => ({
    norm1: `vision_model.encoder.layers.${i}.layer_norm1`,
    qkv: `vision_model.encoder.layers.${i}.self_attn.qkv`,
    projection: `vision_model.encoder.layers.${i}.self_attn.projection`,
    norm2: `vision_model.encoder.layers.${i}.layer_norm2`,
    mlpUp: `vision_model.encoder.layers.${i}.mlp.fc1`,
    mlpDown: `vision_model.encoder.layers.${i}.mlp.fc2`,
  }),
};

export interface VisionConfig {
  readonly vision: VisionTransformerDims;
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

/** The features as another graph takes them, [B, P, Dv] */
export function featuresInput({ graph }: LayerContext, { vision }: VisionConfig): Value<'float'> {
  return graph.input('features', 'float', ['batch', visionTokens(vision), vision.hiddenSize]);
}

/** Features [B, P, Dv]. @param pixelValues normalised pictures of `side` × `side`, [B, 3, side, side] */
export async function runVisionEncoder(
  session: GraphSession,
  pixelValues: Float32Array,
  side: number,
): Promise<ImageFeatures> {
  const batch = pixelValues.length / (3 * side * side);
  const feeds = { pixel_values: floatTensor(pixelValues, [batch, 3, side, side]) };
  return outputOf(await session.run(feeds), 'features');
}
