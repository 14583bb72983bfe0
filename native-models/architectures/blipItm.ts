/**
 * @file BLIP's matching model, as three graphs. Matching (ITM) reads picture and text together; contrast (ITC) reads each
 * alone and compares two vectors. Compiler and model host.
 * Paper: arXiv:2201.12086. Reference: BlipForImageTextRetrieval in Hugging Face transformers.
 *
 * ```
 * pixels ─ vision_encoder ─ features ─┬─ picture_embedding ─ picture's vector
 * text, pairing ──────────────────────┴─ text_encoder ─ match logits (pairing 1), text's vector (pairing 0)
 * ```
 * B batch · P picture tokens · E embedding size
 */

import type { ModelManifest, SelfTestStage } from '../compiler/manifest.ts';
import { bertLinks } from '../layers/bertBlock.ts';
import { bertEncoder } from '../layers/bertEncoder.ts';
import { type LayerContext, linear } from '../layers/linear.ts';
import { visionLinks } from '../layers/visionTransformer.ts';
import { reshape, slice } from '../onnx/operators.ts';
import { dimOf, sizeOf, type Value } from '../onnx/value.ts';
import {
  closeSessions,
  floatsOf,
  floatTensor,
  type GraphSession,
  openSessions,
  outputOf,
  type SessionSettings,
  type Tensor,
} from '../runtime/graphSession.ts';
import { type ImageFeatures, type ImageTextMatcher, type MatchResult, storedConfig } from '../runtime/loadedModel.ts';
import { selfTestPixels, summarizeStage } from '../runtime/selfTest.ts';
import { loadTokenizer, type TextTokenizer } from '../tokenizers/tokenizer.ts';
import type { ArchitectureCompiler, GraphDefinition } from './architecture.ts';
import { type BlipConfig, blipConfigSchema, blipFacts, isBlip, parseBlipConfig } from './shared/blipConfig.ts';
import { mayIgnoreInBlip, textEncoderNames } from './shared/blipGraphs.ts';
import { matchResults, unitVectors } from './shared/matchingValues.ts';
import { textInput } from './shared/textBatch.ts';
import { featuresInput, runVisionEncoder, visionEncoderGraph, visionNames } from './shared/visionTower.ts';

const pictureEmbeddingGraph: GraphDefinition<BlipConfig> = {
  name: 'picture_embedding',
  part: 'textEncoder',
  build(context, config) {
    const first = firstToken(context, featuresInput(context, config)); // [batch, Dv]
    context.graph.output('embedding', linear(context, first, 'vision_proj', config.embeddingSize));
  },
};

const textEncoderGraph: GraphDefinition<BlipConfig> = {
  name: 'text_encoder',
  part: 'textEncoder',
  build(context, config) {
    const { graph } = context;
    const inputs = {
      // a text that is read alone comes with one token that stands for no picture
      features: graph.input('features', 'float', ['batch', 'picture', config.vision.hiddenSize]),
      ids: graph.input('input_ids', 'int64', ['batch', 'text']),
      positions: graph.input('position_ids', 'int64', [1, 'text']),
      mask: graph.input('attention_mask', 'int64', ['batch', 'text', 'text']),
      pairing: graph.input('pairing', 'float', []),
    };
    const first = firstToken(context, bertEncoder(context, inputs, textEncoderNames, config.text)); // [batch, D]
    graph.output('match_logits', linear(context, first, 'itm_head', 2)); // no match, match
    graph.output('embedding', linear(context, first, 'text_proj', config.embeddingSize));
  },
};

export const blipItmCompiler: ArchitectureCompiler<BlipConfig> = {
  name: 'blip-itm',
  title: 'BLIP ITM/ITC',
  kind: 'matcher',
  recognizes: (config) => isBlip(config, 'BlipForImageTextRetrieval'),
  parse: parseBlipConfig,
  configSchema: blipConfigSchema,
  graphs: [visionEncoderGraph, pictureEmbeddingGraph, textEncoderGraph],
  links: ({ vision, text }) => [...visionLinks(visionNames, vision), ...bertLinks(textEncoderNames, text)],
  mayIgnore: mayIgnoreInBlip,
  facts: blipFacts,
};

/** [B, S, D] → [B, D] */
function firstToken({ graph }: LayerContext, hidden: Value<'float'>): Value<'float'> {
  const D = sizeOf(hidden, -1);
  return reshape(graph, slice(graph, hidden, 1, 0, 1), [-1, D], [dimOf(hidden, 0), D]);
}

interface BlipItmParts {
  readonly visionEncoder: GraphSession;
  readonly pictureEmbedding: GraphSession;
  readonly textEncoder: GraphSession;
  readonly tokenizer: TextTokenizer;
}

export class BlipItmModel implements ImageTextMatcher {
  readonly #parts: BlipItmParts;
  readonly #config: BlipConfig;

  private constructor(parts: BlipItmParts, config: BlipConfig) {
    this.#parts = parts;
    this.#config = config;
  }

  static async open(folder: string, manifest: ModelManifest, settings: SessionSettings): Promise<BlipItmModel> {
    const config = storedConfig(blipConfigSchema, manifest, folder);
    const tokenizer = await loadTokenizer(folder);
    const names = ['vision_encoder', 'picture_embedding', 'text_encoder'] as const;
    const [visionEncoder, pictureEmbedding, textEncoder] = await openSessions(folder, names, settings);
    return new BlipItmModel({ visionEncoder, pictureEmbedding, textEncoder, tokenizer }, config);
  }

  visionOutput(pixelValues: Float32Array): Promise<ImageFeatures> {
    return runVisionEncoder(this.#parts.visionEncoder, pixelValues, this.#config.vision.imageSize);
  }

  encodeImages(pixelValues: Float32Array): Promise<ImageFeatures> {
    return this.visionOutput(pixelValues);
  }

  async match(features: ImageFeatures, texts: readonly string[]): Promise<MatchResult[]> {
    const logits = floatsOf(outputOf(await this.#readTexts(texts, features), 'match_logits')); // [B, 2]
    return matchResults(logits);
  }

  async embedImages(features: ImageFeatures): Promise<{ data: Float32Array; vectors: number; size: number }> {
    const { embeddingSize: size } = this.#config;
    const projected = outputOf(await this.#parts.pictureEmbedding.run({ features }), 'embedding'); // [B, E]
    return { data: unitVectors(floatsOf(projected), size), vectors: 1, size };
  }

  async embedTexts(texts: readonly string[]): Promise<{ data: Float32Array; size: number }> {
    const { embeddingSize: size } = this.#config;
    const projected = outputOf(await this.#readTexts(texts), 'embedding'); // [B, E]
    return { data: unitVectors(floatsOf(projected), size), size };
  }

  unknownParts(text: string): string[] {
    return this.#parts.tokenizer.unknownParts(text);
  }

  async selfTest(): Promise<SelfTestStage[]> {
    const texts = ['two people walk along a beach'];
    const features = await this.encodeImages(selfTestPixels(this.#config.vision.imageSize));
    const picture = await this.#parts.pictureEmbedding.run({ features });
    const pair = await this.#readTexts(texts, features);
    const alone = await this.#readTexts(texts);
    return [
      summarizeStage('vision', floatsOf(features)),
      summarizeStage('picture embedding', floatsOf(outputOf(picture, 'embedding'))),
      summarizeStage('match', floatsOf(outputOf(pair, 'match_logits'))),
      summarizeStage('text embedding', floatsOf(outputOf(alone, 'embedding'))),
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { visionEncoder, pictureEmbedding, textEncoder } = this.#parts;
    await closeSessions([visionEncoder, pictureEmbedding, textEncoder]);
  }

  /** Reads texts with their pictures, or alone where there are none. */
  #readTexts(texts: readonly string[], features?: ImageFeatures): Promise<Readonly<Record<string, Tensor>>> {
    const { text, vision, padTokenId } = this.#config;
    const { ids, positions, pairMask } = textInput(
      texts.map((words) => this.#parts.tokenizer.encode(words, { maxLength: text.maxPositions })),
      padTokenId,
    );
    return this.#parts.textEncoder.run({
      features:
        features ??
        floatTensor(new Float32Array(texts.length * vision.hiddenSize), [texts.length, 1, vision.hiddenSize]),
      input_ids: ids,
      position_ids: positions,
      attention_mask: pairMask,
      pairing: floatTensor(Float32Array.of(features === undefined ? 0 : 1), []),
    });
  }
}
