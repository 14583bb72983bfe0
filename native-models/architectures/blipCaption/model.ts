/**
 * @file BLIP's captioner, loaded: runs the three graphs that graphs.ts builds. Model host.
 *
 * B batch · P picture tokens · N heads · H head size
 */
import type { ModelManifest, SelfTestStage } from '../../compiler/manifest.ts';
import { CachedDecoder, type DecoderGraph } from '../../runtime/cachedDecoder.ts';
import { floatsOf, type GraphSession, type SessionSettings } from '../../runtime/graphSession.ts';
import { cacheBytesPerToken } from '../../runtime/keyValueCache.ts';
import { storedConfig } from '../../runtime/modelParts.ts';
import { closeSessions, openSessions } from '../../runtime/openSessions.ts';
import { selfTestPixels, summarizeStage } from '../../runtime/selfTest.ts';
import type { ImageFeatures, PreparedDecoder, VisionLanguageModel } from '../../runtime/visionLanguageModel.ts';
import { encodeWithin, fitsAll, type TextLimit } from '../../tokenizers/textLimit.ts';
import { loadTokenizer, type TextTokenizer } from '../../tokenizers/tokenizer.ts';
import { type BlipConfig, blipConfigSchema } from '../blip/config.ts';
import { blipDecoderGraph } from '../blip/decoder.ts';
import { runVisionEncoder } from '../qformer/visionTower.ts';

interface BlipCaptionParts {
  readonly visionEncoder: GraphSession;
  readonly pictureKeys: GraphSession;
  readonly decoder: GraphSession;
  readonly tokenizer: TextTokenizer;
}

export class BlipCaptionModel implements VisionLanguageModel {
  readonly eosTokenIds: readonly number[];
  readonly #parts: BlipCaptionParts;
  readonly #config: BlipConfig;
  readonly #decoderGraph: DecoderGraph;

  private constructor(parts: BlipCaptionParts, config: BlipConfig) {
    this.#parts = parts;
    this.#config = config;
    this.#decoderGraph = blipDecoderGraph(parts.decoder, config);
    this.eosTokenIds = config.eosTokenIds;
  }

  static async open(folder: string, manifest: ModelManifest, settings: SessionSettings): Promise<BlipCaptionModel> {
    const config = storedConfig(blipConfigSchema, manifest, folder);
    const tokenizer = await loadTokenizer(folder);
    const names = ['vision_encoder', 'picture_keys', 'decoder'] as const;
    const [visionEncoder, pictureKeys, decoder] = await openSessions(folder, names, settings);
    return new BlipCaptionModel({ visionEncoder, pictureKeys, decoder, tokenizer }, config);
  }

  visionOutput(pixelValues: Float32Array): Promise<ImageFeatures> {
    return runVisionEncoder(this.#parts.visionEncoder, pixelValues, this.#config.vision.imageSize);
  }

  encodeImages(pixelValues: Float32Array): Promise<ImageFeatures> {
    return this.visionOutput(pixelValues);
  }

  fits(prompt: string): boolean {
    return fitsAll([this.#limit], prompt);
  }

  unknownParts(text: string): string[] {
    return this.#parts.tokenizer.unknownParts(text);
  }

  /** The caption goes on from the prompt, which may be empty; the ids begin with [DEC] and the prompt. */
  async prepare(features: ImageFeatures, prompts: readonly string[]): Promise<PreparedDecoder> {
    const start = performance.now();
    const source = await this.#parts.pictureKeys.run({ features });
    const promptIds = prompts.map((prompt) => this.#promptIds(prompt));
    const { padTokenId: padId } = this.#config;
    const decoder = new CachedDecoder(this.#decoderGraph, { textIds: promptIds, promptIds, padId, source });
    return { decoder, qformerMs: 0, encoderMs: performance.now() - start };
  }

  get cacheBytesPerToken(): number {
    return cacheBytesPerToken(this.#decoderGraph.cache);
  }

  get tokenizer(): TextTokenizer {
    return this.#parts.tokenizer;
  }

  async selfTest(): Promise<SelfTestStage[]> {
    const features = await this.encodeImages(selfTestPixels(this.#config.vision.imageSize));
    const { decoder } = await this.prepare(features, ['a photo of']);
    const first = await decoder.prefill();
    const second = await decoder.step(Int32Array.of(this.#config.decoderStartTokenId), Int32Array.of(0));
    return [
      summarizeStage('vision', floatsOf(features)),
      summarizeStage('prefill', first),
      summarizeStage('step', second),
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { visionEncoder, pictureKeys, decoder } = this.#parts;
    await closeSessions([visionEncoder, pictureKeys, decoder]);
  }

  /** A prompt takes up to half of the positions: the caption needs the rest. */
  get #limit(): TextLimit {
    return { tokenizer: this.#parts.tokenizer, maxLength: Math.floor(this.#config.text.maxPositions / 2) };
  }

  /** [DEC] in the place of [CLS], and no [SEP]. */
  #promptIds(prompt: string): number[] {
    const ids = encodeWithin(this.#limit, prompt);
    return [this.#config.decoderStartTokenId, ...ids.slice(1, -1)];
  }
}
