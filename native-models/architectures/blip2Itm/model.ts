/**
 * @file BLIP-2's matching model, loaded: runs the two graphs that graphs.ts builds. Model host.
 *
 * B batch · Q query tokens · S text tokens · T = Q + S · P picture tokens · E embedding size
 */
import type { ModelManifest, SelfTestStage } from '../../compiler/manifest.ts';
import {
  floatsOf,
  floatTensor,
  type GraphSession,
  int64Tensor,
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
import { padRight, positionsOf } from '../qformer/paddedText.ts';
import { runVisionEncoder } from '../qformer/visionTower.ts';
import { type Blip2ItmConfig, blip2ItmConfigSchema } from './config.ts';
import { meanLogits, pairMask } from './scores.ts';

interface Blip2ItmParts {
  readonly visionEncoder: GraphSession;
  readonly qformer: GraphSession;
  readonly tokenizer: TextTokenizer;
}

export class Blip2ItmModel implements ImageTextMatcher {
  readonly #parts: Blip2ItmParts;
  readonly #config: Blip2ItmConfig;

  private constructor(parts: Blip2ItmParts, config: Blip2ItmConfig) {
    this.#parts = parts;
    this.#config = config;
  }

  static async open(folder: string, manifest: ModelManifest, settings: SessionSettings): Promise<Blip2ItmModel> {
    const config = storedConfig(blip2ItmConfigSchema, manifest, folder);
    const tokenizer = await loadTokenizer(folder);
    const [visionEncoder, qformer] = await openSessions(folder, ['vision_encoder', 'qformer'], settings);
    return new Blip2ItmModel({ visionEncoder, qformer, tokenizer }, config);
  }

  visionOutput(pixelValues: Float32Array): Promise<ImageFeatures> {
    return runVisionEncoder(this.#parts.visionEncoder, pixelValues, this.#config.vision.imageSize);
  }

  encodeImages(pixelValues: Float32Array): Promise<ImageFeatures> {
    return this.visionOutput(pixelValues);
  }

  async match(features: ImageFeatures, texts: readonly string[]): Promise<MatchResult[]> {
    if (texts.length === 0) return [];
    const logits = floatsOf(outputOf(await this.#read(features, texts, 'together'), 'itm_logits'));
    const size = 2 * this.#config.qformer.queryTokens;
    return texts.flatMap((_, b) => matchResults(meanLogits(logits.subarray(b * size, (b + 1) * size))));
  }

  async embedImages(features: ImageFeatures): Promise<{ data: Float32Array; vectors: number; size: number }> {
    const { embeddingSize: size, qformer } = this.#config;
    const [batch = 0] = features.dims;
    // the text is out of the queries' sight, so that any will do
    const outputs = await this.#read(features, new Array<string>(batch).fill(''), 'apart');
    const data = unitVectors(floatsOf(outputOf(outputs, 'image_vectors')), size);
    return { data, vectors: qformer.queryTokens, size };
  }

  async embedTexts(texts: readonly string[]): Promise<{ data: Float32Array; size: number }> {
    const { embeddingSize: size, vision } = this.#config;
    if (texts.length === 0) return { data: new Float32Array(0), size };
    const nothing = floatTensor(new Float32Array(texts.length * vision.hiddenSize), [
      texts.length,
      1,
      vision.hiddenSize,
    ]);
    const outputs = await this.#read(nothing, texts, 'apart');
    return { data: unitVectors(floatsOf(outputOf(outputs, 'text_vectors')), size), size };
  }

  unknownParts(text: string): string[] {
    return this.#parts.tokenizer.unknownParts(text);
  }

  async selfTest(): Promise<SelfTestStage[]> {
    const text = 'a photo of a street.';
    const features = await this.encodeImages(selfTestPixels(this.#config.vision.imageSize));
    const [match] = await this.match(features, [text]);
    return [
      summarizeStage('vision', floatsOf(features)),
      summarizeStage('itm', Float32Array.from(match?.logits ?? [])),
      summarizeStage('image vectors', (await this.embedImages(features)).data),
      summarizeStage('text vectors', (await this.embedTexts([text])).data),
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await closeSessions([this.#parts.visionEncoder, this.#parts.qformer]);
  }

  #read(
    features: Tensor,
    texts: readonly string[],
    sight: 'together' | 'apart',
  ): Promise<Readonly<Record<string, Tensor>>> {
    const { tokenizer } = this.#parts;
    const { queryTokens: Q, maxPositions } = this.#config.qformer;
    const rows = texts.map((text) => tokenizer.encode(text, { maxLength: maxPositions }));
    const { ids, length: S } = padRight(rows, tokenizer.padTokenId ?? 0, Q);
    const lengths = rows.map((row) => row.length);
    const mask = pairMask(lengths, { queries: Q, text: S }, sight);
    return this.#parts.qformer.run({
      features,
      input_ids: ids,
      position_ids: positionsOf(S),
      attention_mask: int64Tensor(mask, [texts.length, Q + S, Q + S]),
    });
  }
}
