/**
 * @file BLIP's matching model as three graphs. Matching (ITM) reads picture and text together; contrast (ITC) reads each
 * alone and compares two vectors. Compiler only.
 * Paper: arXiv:2201.12086. Reference: BlipForImageTextRetrieval in Hugging Face transformers.
 *
 * ```
 * pixels ─ vision_encoder ─ features ─┬─ picture_embedding ─ picture's vector
 * text, pairing ──────────────────────┴─ text_encoder ─ match logits (pairing 1), text's vector (pairing 0)
 * ```
 */

import { bertLinks } from '../../layers/bertBlock.ts';
import { bertEncoder } from '../../layers/bertEncoder.ts';
import { type LayerContext, linear } from '../../layers/linear.ts';
import { visionLinks } from '../../layers/visionTransformer.ts';
import { reshape, slice } from '../../onnx/operators.ts';
import { dimOf, sizeOf, type Value } from '../../onnx/value.ts';
import type { ArchitectureCompiler, GraphDefinition } from '../architecture.ts';
import { type BlipConfig, blipConfigSchema, blipFacts, isBlip, parseBlipConfig } from '../blip/config.ts';
import { featuresInput } from '../blip/graphs.ts';
import { mayIgnoreInBlip, textEncoderNames } from '../blip/weightNames.ts';
import { visionEncoderGraph } from '../qformer/graphs.ts';
import { visionNames } from '../weightNames.ts';

const pictureEmbedding: GraphDefinition<BlipConfig> = {
  name: 'picture_embedding',
  part: 'textEncoder',
  build(context, config) {
    const first = firstToken(context, featuresInput(context, config)); // [batch, Dv]
    context.graph.output('embedding', linear(context, first, 'vision_proj', config.embeddingSize));
  },
};

const textEncoder: GraphDefinition<BlipConfig> = {
  name: 'text_encoder',
  part: 'textEncoder',
  build(context, config) {
    const { graph } = context;
    const inputs = {
      // a text that is read alone comes with one token that stands for no picture
      features: graph.input('features', 'float', ['batch', 'picture', config.vision.hiddenSize]),
      ids: graph.input('input_ids', 'int64', ['batch', 'text']),
      positions: graph.input('position_ids', 'int64', [1, 'text']),
      mask: graph.input('attention_mask', 'int64', ['batch', 'text', 'text']),
      pairing: graph.input('pairing', 'float', []),
    };
    const first = firstToken(context, bertEncoder(context, inputs, textEncoderNames, config.text)); // [batch, D]
    graph.output('match_logits', linear(context, first, 'itm_head', 2)); // no match, match
    graph.output('embedding', linear(context, first, 'text_proj', config.embeddingSize));
  },
};

export const blipItmCompiler: ArchitectureCompiler<BlipConfig> = {
  name: 'blip-itm',
  title: 'BLIP ITM/ITC',
  kind: 'matcher',
  recognizes: (config) => isBlip(config, 'BlipForImageTextRetrieval'),
  parse: parseBlipConfig,
  configSchema: blipConfigSchema,
  graphs: [visionEncoderGraph, pictureEmbedding, textEncoder],
  links: ({ vision, text }) => [...visionLinks(visionNames, vision), ...bertLinks(textEncoderNames, text)],
  mayIgnore: mayIgnoreInBlip,
  facts: blipFacts,
};

/** [B, S, D] → [B, D] */
function firstToken({ graph }: LayerContext, hidden: Value<'float'>): Value<'float'> {
  const D = sizeOf(hidden, -1);
  return reshape(graph, slice(graph, hidden, 1, 0, 1), [-1, D], [dimOf(hidden, 0), D]);
}
