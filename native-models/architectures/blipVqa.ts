/**
 * @file BLIP's VQA model, as three graphs: the question is read together with the picture, and the decoder answers from the
 * question's hidden states alone. Compiler and model host.
 * Paper: arXiv:2201.12086. Reference: BlipForQuestionAnswering in Hugging Face transformers.
 *
 * ```
 * pixels ─ vision_encoder ─ features ┐
 * question ──────────────────────────┴ text_encoder ─ cross keys, values ┐
 * previous token, cache ─────────────────────────────────────────────────┴ decoder ─ logits
 * ```
 */
import type { ModelManifest } from '../compiler/manifest.ts';
import { bertLinks } from '../layers/bertBlock.ts';
import { bertEncoder } from '../layers/bertEncoder.ts';
import { visionLinks } from '../layers/visionTransformer.ts';
import { openSessions, type SessionSettings } from '../runtime/graphSession.ts';
import { storedConfig } from '../runtime/loadedModel.ts';
import { encodeWithin } from '../tokenizers/textLimit.ts';
import { loadTokenizer } from '../tokenizers/tokenizer.ts';
import type { ArchitectureCompiler, GraphDefinition } from './architecture.ts';
import { type BlipConfig, blipConfigSchema, blipFacts, isBlip, parseBlipConfig } from './shared/blipConfig.ts';
import { BlipGenerator, type BlipPromptReader } from './shared/blipGenerator.ts';
import { crossOutputs, mayIgnoreInBlip, textDecoder, textDecoderNames, textEncoderNames } from './shared/blipGraphs.ts';
import { textInput } from './shared/textBatch.ts';
import { featuresInput, visionEncoderGraph, visionNames } from './shared/visionTower.ts';

const textEncoderGraph: GraphDefinition<BlipConfig> = {
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
  graphs: [visionEncoderGraph, textEncoderGraph, textDecoder('question')],
  links: ({ vision, text }) => [
    ...visionLinks(visionNames, vision),
    ...bertLinks(textEncoderNames, text),
    ...bertLinks(textDecoderNames, text),
  ],
  mayIgnore: mayIgnoreInBlip,
  facts: blipFacts,
};

export async function openBlipVqa(
  folder: string,
  manifest: ModelManifest,
  settings: SessionSettings,
): Promise<BlipGenerator> {
  const config = storedConfig(blipConfigSchema, manifest, folder);
  const tokenizer = await loadTokenizer(folder);
  const sessions = await openSessions(folder, ['vision_encoder', 'text_encoder', 'decoder'], settings);
  const [visionEncoder, textEncoder, decoder] = sessions;
  const limit = { tokenizer, maxLength: config.text.maxPositions };
  const reader: BlipPromptReader = {
    limit,
    selfTestPrompt: 'how many people are in the picture?',
    // The question is read by the encoder, so that the ids begin with [DEC] alone.
    async read(features, questions) {
      const question = textInput(
        questions.map((words) => encodeWithin(limit, words)),
        config.padTokenId,
      );
      const cross = await textEncoder.run({
        features,
        input_ids: question.ids,
        position_ids: question.positions,
        attention_mask: question.pairMask,
      });
      const promptIds = questions.map(() => [config.decoderStartTokenId]);
      return { source: { ...cross, source_mask: question.mask }, promptIds };
    },
  };
  return new BlipGenerator({ visionEncoder, decoder, reader, tokenizer, sessions }, config);
}
