/**
 * @file BLIP-2 with an OPT language model, as three graphs that are cut where results are reused. Compiler and model host.
 * Paper: arXiv:2301.12597. Reference: Blip2ForConditionalGeneration in Hugging Face transformers.
 *
 * ```
 * pixels ─ vision_encoder ─ features ─ qformer ─ language prefix ┐
 * prompt or previous token, cache ───────────────────────────────┴ decoder ─ logits
 * ```
 */
import type * as z from 'zod';
import { optConfigSchema, partOrDefaults } from '../checkpoint/configSchemas.ts';
import type { ModelManifest } from '../compiler/manifest.ts';
import { type OptNames, optDecoder, optLinks } from '../layers/opt.ts';
import { openSessions, type SessionSettings } from '../runtime/graphSession.ts';
import { storedConfig } from '../runtime/loadedModel.ts';
import { loadTokenizer } from '../tokenizers/tokenizer.ts';
import type { ArchitectureCompiler, GraphDefinition } from './architecture.ts';
import { causalDecoderGraph, causalFacts, causalLanguage } from './shared/causalLanguage.ts';
import {
  blip2QFormerNames,
  isQFormerGenerator,
  parseQFormerLanguage,
  pictureLinks,
  plainQFormer,
  plainQFormerGraph,
  qformerLanguageSchema,
} from './shared/qformer.ts';
import { QFormerGenerator } from './shared/qformerGenerator.ts';
import { storedOptSchema } from './shared/storedConfig.ts';
import { visionEncoderGraph } from './shared/visionTower.ts';

export const optNames: OptNames = {
  embeddings: 'language_model.model.decoder.embed_tokens.weight',
  positions: 'language_model.model.decoder.embed_positions.weight',
  projectIn: 'language_model.model.decoder.project_in',
  projectOut: 'language_model.model.decoder.project_out',
  finalNorm: 'language_model.model.decoder.final_layer_norm',
  outputLayer: 'language_model.lm_head.weight',
  layer: (i) => ({
    attentionNorm: `language_model.model.decoder.layers.${i}.self_attn_layer_norm`,
    query: `language_model.model.decoder.layers.${i}.self_attn.q_proj`,
    key: `language_model.model.decoder.layers.${i}.self_attn.k_proj`,
    value: `language_model.model.decoder.layers.${i}.self_attn.v_proj`,
    output: `language_model.model.decoder.layers.${i}.self_attn.out_proj`,
    mlpNorm: `language_model.model.decoder.layers.${i}.final_layer_norm`,
    mlpUp: `language_model.model.decoder.layers.${i}.fc1`,
    mlpDown: `language_model.model.decoder.layers.${i}.fc2`,
  }),
};

/** As kept in model.json. */
const configSchema = qformerLanguageSchema(storedOptSchema);
type Blip2OptConfig = z.output<typeof configSchema>;

/** What the cache holds: every head has keys and values of its own. */
function cacheDims(text: Blip2OptConfig['text']) {
  return { ...text, keyValueHeads: text.heads, headSize: text.hiddenSize / text.heads };
}

const decoderGraph: GraphDefinition<Blip2OptConfig> = {
  name: 'decoder',
  part: 'decoder',
  build(context, { text }) {
    causalDecoderGraph(context, cacheDims(text), (inputs) => optDecoder(context, inputs, optNames, text));
  },
};

export const blip2OptCompiler: ArchitectureCompiler<Blip2OptConfig> = {
  name: 'blip2-opt',
  kind: 'generator',
  promptStyle: 'blip2',
  title: 'BLIP-2 with OPT',
  recognizes: (config) => isQFormerGenerator(config, 'blip-2', 'opt'),
  parse: (raw) => parseQFormerLanguage(raw, partOrDefaults(optConfigSchema)).parsed,
  configSchema,
  graphs: [visionEncoderGraph, plainQFormerGraph, decoderGraph],
  links: (config) => [...pictureLinks(blip2QFormerNames, config), ...optLinks(optNames, config.text)],
  // the embedding table under its second name, in files that store it twice
  mayIgnore: (tensor, { text }) => text.tiesEmbeddings && tensor === optNames.outputLayer,
  facts: causalFacts,
};

export async function openBlip2Opt(
  folder: string,
  manifest: ModelManifest,
  settings: SessionSettings,
): Promise<QFormerGenerator> {
  const config = storedConfig(configSchema, manifest, folder);
  const tokenizer = await loadTokenizer(folder);
  const sessions = await openSessions(folder, ['vision_encoder', 'qformer', 'decoder'], settings);
  const [visionEncoder, qformer, decoder] = sessions;
  const language = causalLanguage(decoder, tokenizer, { ...config, text: cacheDims(config.text) });
  return new QFormerGenerator({ visionEncoder, qformer: plainQFormer(qformer), language, tokenizer, sessions }, config);
}
