/** @file How BLIP's text decoder is run. Model host. */
import type { DecoderGraph } from '../../runtime/cachedDecoder.ts';
import type { GraphSession } from '../../runtime/graphSession.ts';
import type { BlipConfig } from './config.ts';

export function blipDecoderGraph(session: GraphSession, { text }: BlipConfig): DecoderGraph {
  const { layers, heads, hiddenSize, vocabSize, maxPositions } = text;
  return {
    ...{ session, vocabSize, maxPositions, hidesKeys: true },
    cache: { layers, heads, headSize: hiddenSize / heads },
    inputs: ({ positions, bias }) => ({ position_ids: positions, attention_bias: bias }),
  };
}
