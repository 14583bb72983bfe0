/**
 * @file BLIP-2 with a T5 language model as four graphs, cut where results are reused. Compiler only.
 * Paper: arXiv:2301.12597. Reference: Blip2ForConditionalGeneration in Hugging Face transformers.
 *
 * ```
 * pixels ─ vision_encoder ─ features ─ qformer ─ language prefix ┐
 * prompt ────────────────────────────────────────────────────────┴ text_encoder ─ cross keys, values ┐
 * previous token, cache ─────────────────────────────────────────────────────────────────────────────┴ decoder ─ logits
 * ```
 */

import { t5Links } from '../../layers/t5.ts';
import type { ArchitectureCompiler } from '../architecture.ts';
import { isQFormerGenerator } from '../qformer/config.ts';
import { pictureLinks, plainQFormerGraph, visionEncoderGraph } from '../qformer/graphs.ts';
import { parseQFormerT5Config, type QFormerT5Config, qformerT5ConfigSchema, t5Facts } from '../qformer/t5Config.ts';
import { isSharedT5Embedding, t5DecoderGraph, t5EncoderGraph } from '../qformer/t5Graphs.ts';
import { blip2QFormerNames, t5Names } from '../weightNames.ts';

export const blip2T5Compiler: ArchitectureCompiler<QFormerT5Config> = {
  name: 'blip2-t5',
  kind: 'generator',
  promptStyle: 'blip2',
  title: 'BLIP-2 with Flan-T5',
  recognizes: (config) => isQFormerGenerator(config, 'blip-2', 't5'),
  parse: parseQFormerT5Config,
  configSchema: qformerT5ConfigSchema,
  graphs: [visionEncoderGraph, plainQFormerGraph, t5EncoderGraph, t5DecoderGraph],
  links: (config, has) => [
    ...pictureLinks(blip2QFormerNames, config),
    ...t5Links(t5Names, config.text, has(t5Names.outputLayer)),
  ],
  mayIgnore: isSharedT5Embedding,
  facts: t5Facts,
};
