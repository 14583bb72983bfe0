/**
 * @file BLIP's VQA model as three graphs: the question is read together with the picture, and the decoder answers from the
 * question's hidden states alone. Compiler only.
 * Paper: arXiv:2201.12086. Reference: BlipForQuestionAnswering in Hugging Face transformers.
 *
 * ```
 * pixels ─ vision_encoder ─ features ┐
 * question ──────────────────────────┴ text_encoder ─ cross keys, values ┐
 * previous token, cache ─────────────────────────────────────────────────┴ decoder ─ logits
 * ```
 */

import { bertLinks } from '../../layers/bertBlock.ts';
import { bertEncoder } from '../../layers/bertEncoder.ts';
import { visionLinks } from '../../layers/visionTransformer.ts';
import type { ArchitectureCompiler, GraphDefinition } from '../architecture.ts';
import { type BlipConfig, blipConfigSchema, blipFacts, isBlip, parseBlipConfig } from '../blip/config.ts';
import { crossOutputs, featuresInput, textDecoder } from '../blip/graphs.ts';
import { mayIgnoreInBlip, textDecoderNames, textEncoderNames } from '../blip/weightNames.ts';
import { visionEncoderGraph } from '../qformer/graphs.ts';
import { visionNames } from '../weightNames.ts';

const textEncoder: GraphDefinition<BlipConfig> = {
  name: 'text_encoder',
  part: 'textEncoder',
  build(context, config) {
    const { graph } = context;
    const inputs = {
      features: featuresInput(context, config),
      ids: graph.input('input_ids', 'int64', ['batch', 'text']),
      positions: graph.input('position_ids', 'int64', [1, 'text']),
      mask: graph.input('attention_mask', 'int64', ['batch', 'text', 'text']),
    };
    crossOutputs(context, bertEncoder(context, inputs, textEncoderNames, config.text), config);
  },
};

export const blipVqaCompiler: ArchitectureCompiler<BlipConfig> = {
  name: 'blip-vqa',
  title: 'BLIP VQA',
  kind: 'generator',
  promptStyle: 'blip-vqa',
  recognizes: (config) => isBlip(config, 'BlipForQuestionAnswering'),
  parse: parseBlipConfig,
  configSchema: blipConfigSchema,
  graphs: [visionEncoderGraph, textEncoder, textDecoder('question')],
  links: ({ vision, text }) => [
    ...visionLinks(visionNames, vision),
    ...bertLinks(textEncoderNames, text),
    ...bertLinks(textDecoderNames, text),
  ],
  mayIgnore: mayIgnoreInBlip,
  facts: blipFacts,
};
