/**
 * @file BLIP's captioner as three graphs, cut where results are reused: the picture's keys and values serve all tokens of
 * a caption. Compiler only.
 * Paper: arXiv:2201.12086. Reference: BlipForConditionalGeneration in Hugging Face transformers.
 *
 * ```
 * pixels ─ vision_encoder ─ features ─ picture_keys ─ cross keys, values ┐
 * prompt, then previous token, cache ────────────────────────────────────┴ decoder ─ logits
 * ```
 */

import { bertLinks } from '../../layers/bertBlock.ts';
import { visionLinks } from '../../layers/visionTransformer.ts';
import type { ArchitectureCompiler, GraphDefinition } from '../architecture.ts';
import { type BlipConfig, blipConfigSchema, blipFacts, isBlip, parseBlipConfig } from '../blip/config.ts';
import { crossOutputs, featuresInput, textDecoder } from '../blip/graphs.ts';
import { mayIgnoreInBlip, textDecoderNames } from '../blip/weightNames.ts';
import { visionEncoderGraph } from '../qformer/graphs.ts';
import { visionNames } from '../weightNames.ts';

const pictureKeys: GraphDefinition<BlipConfig> = {
  name: 'picture_keys',
  part: 'textEncoder',
  build(context, config) {
    crossOutputs(context, featuresInput(context, config), config);
  },
};

export const blipCaptionCompiler: ArchitectureCompiler<BlipConfig> = {
  name: 'blip-caption',
  title: 'BLIP captioner',
  kind: 'generator',
  promptStyle: 'blip-caption',
  recognizes: (config) => isBlip(config, 'BlipForConditionalGeneration'),
  parse: parseBlipConfig,
  configSchema: blipConfigSchema,
  graphs: [visionEncoderGraph, pictureKeys, textDecoder('picture')],
  links: ({ vision, text }) => [...visionLinks(visionNames, vision), ...bertLinks(textDecoderNames, text)],
  mayIgnore: mayIgnoreInBlip,
  facts: blipFacts,
};
