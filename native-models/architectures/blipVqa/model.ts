/** @file BLIP's VQA model, loaded: runs the three graphs that graphs.ts builds. Model host. */
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
import { textInput } from '../blip/textInput.ts';
import { runVisionEncoder } from '../qformer/visionTower.ts';

interface BlipVqaParts {
  readonly visionEncoder: GraphSession;
  readonly textEncoder: GraphSession;
  readonly decoder: GraphSession;
  readonly tokenizer: TextTokenizer;
}

export class BlipVqaModel implements VisionLanguageModel {
  readonly eosTokenIds: readonly number[];
  readonly #parts: BlipVqaParts;
  readonly #config: BlipConfig;
  readonly #decoderGraph: DecoderGraph;

  private constructor(parts: BlipVqaParts, config: BlipConfig) {
    this.#parts = parts;
    this.#config = config;
    this.#decoderGraph = blipDecoderGraph(parts.decoder, config);
    this.eosTokenIds = config.eosTokenIds;
  }

  static async open(folder: string, manifest: ModelManifest, settings: SessionSettings): Promise<BlipVqaModel> {
    const config = storedConfig(blipConfigSchema, manifest, folder);
    const tokenizer = await loadTokenizer(folder);
    const names = ['vision_encoder', 'text_encoder', 'decoder'] as const;
    const [visionEncoder, textEncoder, decoder] = await openSessions(folder, names, settings);
    return new BlipVqaModel({ visionEncoder, textEncoder, decoder, tokenizer }, config);
  }

  visionOutput(pixelValues: Float32Array): Promise<ImageFeatures> {
    return runVisionEncoder(this.#parts.visionEncoder, pixelValues, this.#config.vision.imageSize);
  }

  encodeImages(pixelValues: Float32Array): Promise<ImageFeatures> {
    return this.visionOutput(pixelValues);
  }

  fits(question: string): boolean {
    return fitsAll([this.#limit], question);
  }

  unknownParts(text: string): string[] {
    return this.#parts.tokenizer.unknownParts(text);
  }

  /** The question is read by the encoder, so that the ids begin with [DEC] alone. */
  async prepare(features: ImageFeatures, questions: readonly string[]): Promise<PreparedDecoder> {
    const start = performance.now();
    const { decoderStartTokenId, padTokenId } = this.#config;
    const question = textInput(
      questions.map((words) => encodeWithin(this.#limit, words)),
      padTokenId,
    );
    const cross = await this.#parts.textEncoder.run({
      features,
      input_ids: question.ids,
      position_ids: question.positions,
      attention_mask: question.pairMask,
    });
    const source = { ...cross, source_mask: question.mask };
    const promptIds = questions.map(() => [decoderStartTokenId]);
    const prompt = { textIds: promptIds, promptIds, padId: padTokenId, source };
    const decoder = new CachedDecoder(this.#decoderGraph, prompt);
    return { decoder, qformerMs: 0, encoderMs: performance.now() - start };
  }

  get cacheBytesPerToken(): number {
    return cacheBytesPerToken(this.#decoderGraph.cache);
  }

  get tokenizer(): TextTokenizer {
    return this.#parts.tokenizer;
  }

  get #limit(): TextLimit {
    return { tokenizer: this.#parts.tokenizer, maxLength: this.#config.text.maxPositions };
  }

  async selfTest(): Promise<SelfTestStage[]> {
    const features = await this.encodeImages(selfTestPixels(this.#config.vision.imageSize));
    const { decoder } = await this.prepare(features, ['how many people are in the picture?']);
    const first = await decoder.prefill();
    const second = await decoder.step(Int32Array.of(this.#config.decoderStartTokenId), Int32Array.of(0));
    return [
      summarizeStage('vision', floatsOf(features)),
      summarizeStage('prefill', first),
      summarizeStage('step', second),
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { visionEncoder, textEncoder, decoder } = this.#parts;
    await closeSessions([visionEncoder, textEncoder, decoder]);
  }
}
