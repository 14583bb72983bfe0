/**
 * @file BLIP-2 with an OPT language model as three graphs, cut where results are reused. Compiler only.
 * Paper: arXiv:2301.12597. Reference: Blip2ForConditionalGeneration in Hugging Face transformers.
 *
 * ```
 * pixels ─ vision_encoder ─ features ─ qformer ─ language prefix ┐
 * prompt or previous token, cache ───────────────────────────────┴ decoder ─ logits
 * ```
 */
import { optDecoder, optLinks } from '../../layers/opt.ts';
import type { ArchitectureCompiler, GraphDefinition } from '../architecture.ts';
import { causalFacts } from '../qformer/causalConfig.ts';
import { causalDecoderGraph } from '../qformer/causalGraph.ts';
import { isQFormerGenerator } from '../qformer/config.ts';
import { pictureLinks, plainQFormerGraph, visionEncoderGraph } from '../qformer/graphs.ts';
import { blip2QFormerNames, optNames } from '../weightNames.ts';
import { type Blip2OptConfig, blip2OptConfigSchema, parseBlip2OptConfig } from './config.ts';

const decoder: GraphDefinition<Blip2OptConfig> = {
  name: 'decoder',
  part: 'decoder',
  build(context, { text }) {
    const dims = { ...text, keyValueHeads: text.heads, headSize: text.hiddenSize / text.heads };
    causalDecoderGraph(context, dims, (inputs) => optDecoder(context, inputs, optNames, text));
  },
};

export const blip2OptCompiler: ArchitectureCompiler<Blip2OptConfig> = {
  name: 'blip2-opt',
  kind: 'generator',
  promptStyle: 'blip2',
  title: 'BLIP-2 with OPT',
  recognizes: (config) => isQFormerGenerator(config, 'blip-2', 'opt'),
  parse: parseBlip2OptConfig,
  configSchema: blip2OptConfigSchema,
  graphs: [visionEncoderGraph, plainQFormerGraph, decoder],
  links: (config) => [...pictureLinks(blip2QFormerNames, config), ...optLinks(optNames, config.text)],
  // the embedding table under its second name, in files that store it twice
  mayIgnore: (tensor, { text }) => text.tiesEmbeddings && tensor === optNames.outputLayer,
  facts: causalFacts,
};
