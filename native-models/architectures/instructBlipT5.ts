/**
 * @file InstructBLIP with a T5 language model, as four graphs that are cut where results are reused: the picture's features
 * serve all its instructions, the encoder's keys and values serve all tokens of the answer. Compiler and model host.
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
import path from 'node:path';
import type { ModelManifest } from '../compiler/manifest.ts';
import { t5Links } from '../layers/t5.ts';
import { openSessions, type SessionSettings } from '../runtime/graphSession.ts';
import { storedConfig } from '../runtime/loadedModel.ts';
import { loadTokenizer } from '../tokenizers/tokenizer.ts';
import type { ArchitectureCompiler } from './architecture.ts';
import {
  instructedQFormer,
  instructedQFormerGraph,
  instructedQFormerNames,
  isQFormerGenerator,
  isUnreadQFormerTensor,
  pictureLinks,
  withQFormerTokenizer,
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

export async function openInstructBlipT5(
  folder: string,
  manifest: ModelManifest,
  settings: SessionSettings,
): Promise<QFormerGenerator> {
  const config = storedConfig(qformerT5ConfigSchema, manifest, folder);
  const tokenizer = await loadTokenizer(folder);
  const qformerTokenizer = await loadTokenizer(path.join(folder, 'qformer_tokenizer'));
  const names = ['vision_encoder', 'qformer', 'text_encoder', 'decoder'] as const;
  const sessions = await openSessions(folder, names, settings);
  const [visionEncoder, qformerSession, textEncoder, decoder] = sessions;
  const qformer = instructedQFormer(qformerSession, qformerTokenizer, config.qformer);
  const language = t5Language({ textEncoder, decoder }, tokenizer, config);
  return new QFormerGenerator({ visionEncoder, qformer, language, tokenizer, sessions }, config);
}
