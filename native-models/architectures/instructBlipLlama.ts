/**
 * @file InstructBLIP with a Llama (Vicuna) language model, as three graphs that are cut where results are reused. Compiler
 * and model host.
 * Paper: arXiv:2305.06500. Reference: InstructBlipForConditionalGeneration in Hugging Face transformers.
 *
 * ```
 * pixels ─ vision_encoder ─ features ┐
 * instruction ──────────────────────┴ qformer ─ language prefix ┐
 * instruction or previous token, cache ─────────────────────────┴ decoder ─ logits
 * ```
 */
import path from 'node:path';
import type * as z from 'zod';
import { llamaConfigSchema, partOrDefaults } from '../checkpoint/configSchemas.ts';
import type { ModelManifest } from '../compiler/manifest.ts';
import { type LlamaNames, llamaDecoder, llamaLinks } from '../layers/llama.ts';
import { openSessions, type SessionSettings } from '../runtime/graphSession.ts';
import { storedConfig } from '../runtime/loadedModel.ts';
import { loadTokenizer, type TextTokenizer } from '../tokenizers/tokenizer.ts';
import type { ArchitectureCompiler, GraphDefinition } from './architecture.ts';
import { causalDecoderGraph, causalFacts, causalLanguage } from './shared/causalLanguage.ts';
import {
  instructedQFormer,
  instructedQFormerGraph,
  instructedQFormerNames,
  isQFormerGenerator,
  isUnreadQFormerTensor,
  parseQFormerLanguage,
  pictureLinks,
  qformerLanguageSchema,
  withQFormerTokenizer,
} from './shared/qformer.ts';
import { QFormerGenerator } from './shared/qformerGenerator.ts';
import { storedLlamaSchema } from './shared/storedConfig.ts';
import { visionEncoderGraph } from './shared/visionTower.ts';

export const llamaNames: LlamaNames = {
  embeddings: 'language_model.model.embed_tokens.weight',
  finalNorm: 'language_model.model.norm.weight',
  outputLayer: 'language_model.lm_head.weight',
  layer: (i) => ({
    attentionNorm: `language_model.model.layers.${i}.input_layernorm.weight`,
    query: `language_model.model.layers.${i}.self_attn.q_proj`,
    key: `language_model.model.layers.${i}.self_attn.k_proj`,
    value: `language_model.model.layers.${i}.self_attn.v_proj`,
    output: `language_model.model.layers.${i}.self_attn.o_proj`,
    mlpNorm: `language_model.model.layers.${i}.post_attention_layernorm.weight`,
    gate: `language_model.model.layers.${i}.mlp.gate_proj`,
    up: `language_model.model.layers.${i}.mlp.up_proj`,
    down: `language_model.model.layers.${i}.mlp.down_proj`,
  }),
};

/** As kept in model.json. */
const configSchema = qformerLanguageSchema(storedLlamaSchema);
type InstructBlipLlamaConfig = z.output<typeof configSchema>;

const decoderGraph: GraphDefinition<InstructBlipLlamaConfig> = {
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
  parse: (raw) => parseQFormerLanguage(raw, partOrDefaults(llamaConfigSchema)).parsed,
  configSchema,
  graphs: [visionEncoderGraph, instructedQFormerGraph, decoderGraph],
  links: (config) => [...pictureLinks(instructedQFormerNames, config), ...llamaLinks(llamaNames, config.text)],
  mayIgnore: (tensor, { qformer, text }) =>
    isUnreadQFormerTensor(tensor, qformer) ||
    // the embedding table under its second name, in files that store it twice
    (text.tiesEmbeddings && tensor === llamaNames.outputLayer),
  facts: (config) => withQFormerTokenizer(causalFacts(config), config),
};

export async function openInstructBlipLlama(
  folder: string,
  manifest: ModelManifest,
  settings: SessionSettings,
): Promise<QFormerGenerator> {
  const config = storedConfig(configSchema, manifest, folder);
  const tokenizer = await loadTokenizer(folder);
  const qformerTokenizer = await loadTokenizer(path.join(folder, 'qformer_tokenizer'));
  const sessions = await openSessions(folder, ['vision_encoder', 'qformer', 'decoder'], settings);
  const [visionEncoder, qformerSession, decoder] = sessions;
  const qformer = instructedQFormer(qformerSession, qformerTokenizer, config.qformer);
  const language = causalLanguage(decoder, tokenizer, config);
  const eosTokenIds = [...new Set([...config.eosTokenIds, ...endOfText(tokenizer)])];
  return new QFormerGenerator({ visionEncoder, qformer, language, tokenizer, sessions }, { ...config, eosTokenIds });
}

/**
 * The first conversions of Llama numbered its special tokens wrongly in config.json (0 and 1 for <s> and </s>), and
 * checkpoints built on them still do. The tokenizer knows better, and nothing that follows </s> is an answer.
 */
function endOfText({ eosTokenId }: TextTokenizer): number[] {
  return eosTokenId === undefined ? [] : [eosTokenId];
}
