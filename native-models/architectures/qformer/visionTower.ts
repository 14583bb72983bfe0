/** @file Runs a vision encoder. Model host. */
import { floatTensor, type GraphSession, outputOf } from '../../runtime/graphSession.ts';
import type { ImageFeatures } from '../../runtime/visionLanguageModel.ts';

/** @param pixelValues normalised pictures of `side` × `side`, [B, 3, side, side] */
export async function runVisionEncoder(
  session: GraphSession,
  pixelValues: Float32Array,
  side: number,
): Promise<ImageFeatures> {
  const batch = pixelValues.length / (3 * side * side);
  const feeds = { pixel_values: floatTensor(pixelValues, [batch, 3, side, side]) };
  return outputOf(await session.run(feeds), 'features');
}
