/**
 * @file BLIP-2 with a T5 language model, as four graphs that are cut where results are reused. Compiler and model host.
 * Paper: arXiv:2301.12597. Reference: Blip2ForConditionalGeneration in Hugging Face transformers.
 *
 * ```
 * pixels ─ vision_encoder ─ features ─ qformer ─ language prefix ┐
 * prompt ────────────────────────────────────────────────────────┴ text_encoder ─ cross keys, values ┐
 * previous token, cache ─────────────────────────────────────────────────────────────────────────────┴ decoder ─ logits
 * ```
 */
import type { ModelManifest } from '../compiler/manifest.ts';
import { t5Links } from '../layers/t5.ts';
import { openSessions, type SessionSettings } from '../runtime/graphSession.ts';
import { storedConfig } from '../runtime/loadedModel.ts';
import { loadTokenizer } from '../tokenizers/tokenizer.ts';
import type { ArchitectureCompiler } from './architecture.ts';
import {
  blip2QFormerNames,
  isQFormerGenerator,
  pictureLinks,
  plainQFormer,
  plainQFormerGraph,
} from './shared/qformer.ts';
import { QFormerGenerator } from './shared/qformerGenerator.ts';
import {
  isSharedT5Embedding,
  parseQFormerT5Config,
  type QFormerT5Config,
  qformerT5ConfigSchema,
  t5DecoderGraph,
  t5EncoderGraph,
  t5Facts,
  t5Language,
  t5Names,
} from './shared/t5.ts';
import { visionEncoderGraph } from './shared/visionTower.ts';

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

export async function openBlip2T5(
  folder: string,
  manifest: ModelManifest,
  settings: SessionSettings,
): Promise<QFormerGenerator> {
  const config = storedConfig(qformerT5ConfigSchema, manifest, folder);
  const tokenizer = await loadTokenizer(folder);
  const names = ['vision_encoder', 'qformer', 'text_encoder', 'decoder'] as const;
  const sessions = await openSessions(folder, names, settings);
  const [visionEncoder, qformer, textEncoder, decoder] = sessions;
  const language = t5Language({ textEncoder, decoder }, tokenizer, config);
  return new QFormerGenerator({ visionEncoder, qformer: plainQFormer(qformer), language, tokenizer, sessions }, config);
}
