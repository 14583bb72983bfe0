/**
 * @file InstructBLIP with a T5 language model as four graphs, cut where results are reused: the picture's features serve
 * all its instructions, the encoder's keys and values serve all tokens of the answer. Compiler only.
 * Paper: arXiv:2305.06500. Reference: InstructBlipForConditionalGeneration in Hugging Face transformers.
 *
 * ```
 * pixels ─ vision_encoder ─ features ┐
 * instruction ──────────────────────┴ qformer ─ language prefix ┐
 * instruction ──────────────────────────────────────────────────┴ text_encoder ─ cross keys, values ┐
 * previous token, cache ────────────────────────────────────────────────────────────────────────────┴ decoder ─ logits
 * ```
 * batch, rows (sequences or beams) and all lengths are free.
 */

import { t5Links } from '../../layers/t5.ts';
import type { ArchitectureCompiler } from '../architecture.ts';
import { isQFormerGenerator, withQFormerTokenizer } from '../qformer/config.ts';
import { instructedQFormerGraph, isUnreadQFormerTensor, pictureLinks, visionEncoderGraph } from '../qformer/graphs.ts';
import { parseQFormerT5Config, type QFormerT5Config, qformerT5ConfigSchema, t5Facts } from '../qformer/t5Config.ts';
import { isSharedT5Embedding, t5DecoderGraph, t5EncoderGraph } from '../qformer/t5Graphs.ts';
import { instructedQFormerNames, t5Names } from '../weightNames.ts';

export const instructBlipT5Compiler: ArchitectureCompiler<QFormerT5Config> = {
  name: 'instructblip-t5',
  kind: 'generator',
  promptStyle: 'instruct',
  title: 'InstructBLIP with Flan-T5',
  recognizes: (config) => isQFormerGenerator(config, 'instructblip', 't5'),
  parse: parseQFormerT5Config,
  configSchema: qformerT5ConfigSchema,
  graphs: [visionEncoderGraph, instructedQFormerGraph, t5EncoderGraph, t5DecoderGraph],
  links: (config, has) => [
    ...pictureLinks(instructedQFormerNames, config),
    ...t5Links(t5Names, config.text, has(t5Names.outputLayer)),
  ],
  mayIgnore: (tensor, { qformer }) => isSharedT5Embedding(tensor) || isUnreadQFormerTensor(tensor, qformer),
  facts: (config) => withQFormerTokenizer(t5Facts(config), config),
};
