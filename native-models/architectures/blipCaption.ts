/**
 * @file BLIP's captioner, as three graphs that are cut where results are reused: the picture's keys and values serve all
 * tokens of a caption. Compiler and model host.
 * Paper: arXiv:2201.12086. Reference: BlipForConditionalGeneration in Hugging Face transformers.
 *
 * ```
 * pixels ─ vision_encoder ─ features ─ picture_keys ─ cross keys, values ┐
 * prompt, then previous token, cache ────────────────────────────────────┴ decoder ─ logits
 * ```
 */
import type { ModelManifest } from '../compiler/manifest.ts';
import { bertLinks } from '../layers/bertBlock.ts';
import { visionLinks } from '../layers/visionTransformer.ts';
import { openSessions, type SessionSettings } from '../runtime/graphSession.ts';
import { storedConfig } from '../runtime/loadedModel.ts';
import { encodeWithin } from '../tokenizers/textLimit.ts';
import { loadTokenizer } from '../tokenizers/tokenizer.ts';
import type { ArchitectureCompiler, GraphDefinition } from './architecture.ts';
import { type BlipConfig, blipConfigSchema, blipFacts, isBlip, parseBlipConfig } from './shared/blipConfig.ts';
import { BlipGenerator, type BlipPromptReader, type PatchReader } from './shared/blipGenerator.ts';
import { crossOutputs, mayIgnoreInBlip, textDecoder, textDecoderNames } from './shared/blipGraphs.ts';
import { featuresInput, visionEncoderGraph, visionNames } from './shared/visionTower.ts';

const pictureKeysGraph: GraphDefinition<BlipConfig> = {
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
  graphs: [visionEncoderGraph, pictureKeysGraph, textDecoder('picture')],
  links: ({ vision, text }) => [...visionLinks(visionNames, vision), ...bertLinks(textDecoderNames, text)],
  mayIgnore: mayIgnoreInBlip,
  facts: blipFacts,
};

export async function openBlipCaption(
  folder: string,
  manifest: ModelManifest,
  settings: SessionSettings,
): Promise<BlipGenerator> {
  const config = storedConfig(blipConfigSchema, manifest, folder);
  const tokenizer = await loadTokenizer(folder);
  const sessions = await openSessions(folder, ['vision_encoder', 'picture_keys', 'decoder'], settings);
  const [visionEncoder, pictureKeys, decoder] = sessions;
  // a prompt takes up to half of the positions: the caption needs the rest
  const limit = { tokenizer, maxLength: Math.floor(config.text.maxPositions / 2) };
  const byPatch: PatchReader = {
    keysOf: (features) => pictureKeys.run({ features }),
    // The caption goes on from the prompt, which may be empty: [DEC] in the place of [CLS], and no [SEP].
    promptIdsOf: (prompt) => [config.decoderStartTokenId, ...encodeWithin(limit, prompt).slice(1, -1)],
  };
  const reader: BlipPromptReader = {
    limit,
    selfTestPrompt: 'a photo of',
    async read(features, prompts) {
      return { source: await byPatch.keysOf(features), promptIds: prompts.map(byPatch.promptIdsOf) };
    },
    byPatch,
  };
  return new BlipGenerator({ visionEncoder, decoder, reader, tokenizer, sessions }, config);
}
