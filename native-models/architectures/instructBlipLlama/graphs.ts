/**
 * @file InstructBLIP with a Llama (Vicuna) language model as three graphs, cut where results are reused. Compiler only.
 * Paper: arXiv:2305.06500. Reference: InstructBlipForConditionalGeneration in Hugging Face transformers.
 *
 * ```
 * pixels ─ vision_encoder ─ features ┐
 * instruction ──────────────────────┴ qformer ─ language prefix ┐
 * instruction or previous token, cache ─────────────────────────┴ decoder ─ logits
 * ```
 */
import { llamaDecoder, llamaLinks } from '../../layers/llama.ts';
import type { ArchitectureCompiler, GraphDefinition } from '../architecture.ts';
import { causalFacts } from '../qformer/causalConfig.ts';
import { causalDecoderGraph } from '../qformer/causalGraph.ts';
import { isQFormerGenerator, withQFormerTokenizer } from '../qformer/config.ts';
import { instructedQFormerGraph, isUnreadQFormerTensor, pictureLinks, visionEncoderGraph } from '../qformer/graphs.ts';
import { instructedQFormerNames, llamaNames } from '../weightNames.ts';
import { type InstructBlipLlamaConfig, instructBlipLlamaConfigSchema, parseInstructBlipLlamaConfig } from './config.ts';

const decoder: GraphDefinition<InstructBlipLlamaConfig> = {
  name: 'decoder',
  part: 'decoder',
  build(context, { text }) {
    causalDecoderGraph(context, text, (inputs) => llamaDecoder(context, inputs, llamaNames, text));
  },
};

export const instructBlipLlamaCompiler: ArchitectureCompiler<InstructBlipLlamaConfig> = {
  name: 'instructblip-llama',
  kind: 'generator',
  promptStyle: 'instruct',
  title: 'InstructBLIP with Vicuna',
  recognizes: (config) => isQFormerGenerator(config, 'instructblip', 'llama'),
  parse: parseInstructBlipLlamaConfig,
  configSchema: instructBlipLlamaConfigSchema,
  graphs: [visionEncoderGraph, instructedQFormerGraph, decoder],
  links: (config) => [...pictureLinks(instructedQFormerNames, config), ...llamaLinks(llamaNames, config.text)],
  mayIgnore: (tensor, { qformer, text }) =>
    isUnreadQFormerTensor(tensor, qformer) ||
    // the embedding table under its second name, in files that store it twice
    (text.tiesEmbeddings && tensor === llamaNames.outputLayer),
  facts: (config) => withQFormerTokenizer(causalFacts(config), config),
};
