/**
 * @file A loaded model that writes text with a language model behind a Q-Former: BLIP-2 and InstructBLIP, whichever
 * language model they have. Model host.
 */
import type { SelfTestStage } from '../../compiler/manifest.ts';
import type { Decoder } from '../../generation/decoder.ts';
import { closeSessions, floatsOf, type GraphSession, type Tensor } from '../../runtime/graphSession.ts';
import type { ImageFeatures, PreparedDecoder, VisionLanguageModel } from '../../runtime/loadedModel.ts';
import { selfTestPixels, summarizeStage } from '../../runtime/selfTest.ts';
import { fitsAll, type TextLimit, unknownToAny } from '../../tokenizers/textLimit.ts';
import type { TextTokenizer } from '../../tokenizers/tokenizer.ts';
import type { QFormerOutput, QFormerRunner } from './qformer.ts';
import { runVisionEncoder } from './visionTower.ts';

export interface PrefixedLanguageModel {
  readonly limits: readonly TextLimit[];
  /** Reads the language prefix [B, Q, D] and prompt i for row i; the decoder then writes on. */
  prepare(languagePrefix: Tensor, prompts: readonly string[]): Promise<Decoder>;
  readonly cacheBytesPerToken: number;
}

export interface QFormerGeneratorParts {
  readonly visionEncoder: GraphSession;
  readonly qformer: QFormerRunner;
  readonly language: PrefixedLanguageModel;
  readonly tokenizer: TextTokenizer;
  /** All of them, to be closed. */
  readonly sessions: readonly GraphSession[];
}

interface QFormerGeneratorConfig {
  readonly vision: { readonly imageSize: number };
  readonly eosTokenIds: readonly number[];
}

export class QFormerGenerator implements VisionLanguageModel {
  readonly eosTokenIds: readonly number[];
  readonly tokenizer: TextTokenizer;
  readonly #parts: QFormerGeneratorParts;
  readonly #imageSize: number;

  constructor(parts: QFormerGeneratorParts, { vision, eosTokenIds }: QFormerGeneratorConfig) {
    this.#parts = parts;
    this.#imageSize = vision.imageSize;
    this.eosTokenIds = eosTokenIds;
    this.tokenizer = parts.tokenizer;
  }

  visionOutput(pixelValues: Float32Array): Promise<Tensor> {
    return runVisionEncoder(this.#parts.visionEncoder, pixelValues, this.#imageSize);
  }

  /** InstructBLIP's are the vision encoder's output; BLIP-2's are the language prefix, [B, Q, D], which no prompt changes. */
  async encodeImages(pixelValues: Float32Array): Promise<ImageFeatures> {
    return this.featuresOf(await this.visionOutput(pixelValues));
  }

  get keepsPatches(): boolean {
    return this.#parts.qformer.readsPrompt;
  }

  async featuresOf(vision: Tensor): Promise<ImageFeatures> {
    return this.keepsPatches ? vision : (await this.runQFormer(vision, [])).languagePrefix;
  }

  /** The query tokens after reading picture and prompt, and their projection into the language model. */
  runQFormer(vision: Tensor, prompts: readonly string[]): Promise<QFormerOutput> {
    return this.#parts.qformer.encode(vision, prompts);
  }

  get cacheBytesPerToken(): number {
    return this.#parts.language.cacheBytesPerToken;
  }

  fits(prompt: string): boolean {
    const { qformer, language } = this.#parts;
    return fitsAll([...qformer.limits, ...language.limits], prompt);
  }

  unknownParts(prompt: string): string[] {
    const { qformer, language } = this.#parts;
    return unknownToAny([...qformer.limits, ...language.limits], prompt);
  }

  async prepare(features: ImageFeatures, prompts: readonly string[]): Promise<PreparedDecoder> {
    const start = performance.now();
    const { qformer, language } = this.#parts;
    const languagePrefix = qformer.readsPrompt ? (await this.runQFormer(features, prompts)).languagePrefix : features;
    const instructed = performance.now();
    const decoder = await language.prepare(languagePrefix, prompts);
    return { decoder, qformerMs: instructed - start, encoderMs: performance.now() - instructed };
  }

  async selfTest(): Promise<SelfTestStage[]> {
    const prompt = 'describe the image in detail.';
    const pixels = selfTestPixels(this.#imageSize);
    const vision = await this.visionOutput(pixels);
    const { queryOutput, languagePrefix } = await this.runQFormer(vision, [prompt]);
    const { decoder } = await this.prepare(await this.encodeImages(pixels), [prompt]);
    const first = await decoder.prefill();
    const second = await decoder.step(Int32Array.from(this.eosTokenIds.slice(0, 1)), Int32Array.of(0));
    return [
      summarizeStage('vision', floatsOf(vision)),
      summarizeStage('qformer', floatsOf(queryOutput)),
      summarizeStage('prefix', floatsOf(languagePrefix)),
      summarizeStage('prefill', first),
      summarizeStage('step', second),
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await closeSessions(this.#parts.sessions);
  }
}
