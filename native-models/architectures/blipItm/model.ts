/**
 * @file BLIP's matching model, loaded: runs the three graphs that graphs.ts builds. Model host.
 *
 * B batch · P picture tokens · E embedding size
 */
import type { ModelManifest, SelfTestStage } from '../../compiler/manifest.ts';
import {
  floatsOf,
  floatTensor,
  type GraphSession,
  outputOf,
  type SessionSettings,
  type Tensor,
} from '../../runtime/graphSession.ts';
import type { ImageTextMatcher, MatchResult } from '../../runtime/imageTextMatcher.ts';
import { matchResults, unitVectors } from '../../runtime/matchingValues.ts';
import { storedConfig } from '../../runtime/modelParts.ts';
import { closeSessions, openSessions } from '../../runtime/openSessions.ts';
import { selfTestPixels, summarizeStage } from '../../runtime/selfTest.ts';
import type { ImageFeatures } from '../../runtime/visionLanguageModel.ts';
import { loadTokenizer, type TextTokenizer } from '../../tokenizers/tokenizer.ts';
import { type BlipConfig, blipConfigSchema } from '../blip/config.ts';
import { textInput } from '../blip/textInput.ts';
import { runVisionEncoder } from '../qformer/visionTower.ts';

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
