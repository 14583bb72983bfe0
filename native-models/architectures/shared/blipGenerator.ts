/**
 * @file A loaded BLIP model that writes text: the captioner and the VQA model, which differ in how they read a prompt. Model
 * host.
 */
import type { SelfTestStage } from '../../compiler/manifest.ts';
import { closeSessions, floatsOf, type GraphSession, type Tensor } from '../../runtime/graphSession.ts';
import type { ImageFeatures, PatchSource, PreparedDecoder, VisionLanguageModel } from '../../runtime/loadedModel.ts';
import { selfTestPixels, summarizeStage } from '../../runtime/selfTest.ts';
import { fitsAll, type TextLimit } from '../../tokenizers/textLimit.ts';
import type { TextTokenizer } from '../../tokenizers/tokenizer.ts';
import type { BlipConfig } from './blipConfig.ts';
import { CachedDecoder, cacheBytesPerToken, type DecoderGraph } from './cachedDecoder.ts';
import { runVisionEncoder } from './visionTower.ts';

/** Where the decoder attends to the picture itself, whose keys and values are computed of each patch alone. */
export interface PatchReader {
  /** `cross_key.i` and `cross_value.i`, [B, N, P, H]. @param features [B, P, Dv] */
  keysOf(features: ImageFeatures): Promise<Readonly<Record<string, Tensor>>>;
  promptIdsOf(prompt: string): number[];
}

/** What comes before the decoder's steps. */
export interface BlipPromptReader {
  readonly limit: TextLimit;
  readonly selfTestPrompt: string;
  /**
   * Reads `prompts[i]` about picture i of `features`, [B, P, Dv]: what the decoder attends to (`cross_key.i`, `cross_value.i`,
   * [B, N, L, H], and its mask where it is padded), and the ids that it begins with.
   */
  read(
    features: ImageFeatures,
    prompts: readonly string[],
  ): Promise<{ readonly source: Readonly<Record<string, Tensor>>; readonly promptIds: number[][] }>;
  readonly byPatch?: PatchReader;
}

export interface BlipGeneratorParts {
  readonly visionEncoder: GraphSession;
  readonly decoder: GraphSession;
  readonly reader: BlipPromptReader;
  readonly tokenizer: TextTokenizer;
  /** All of them, to be closed. */
  readonly sessions: readonly GraphSession[];
}

export class BlipGenerator implements VisionLanguageModel {
  readonly keepsPatches = true;
  readonly eosTokenIds: readonly number[];
  readonly tokenizer: TextTokenizer;
  readonly #parts: BlipGeneratorParts;
  readonly #config: BlipConfig;
  readonly #decoderGraph: DecoderGraph;
  readonly openPatches?: (vision: Tensor) => Promise<PatchSource>;

  constructor(parts: BlipGeneratorParts, config: BlipConfig) {
    this.#parts = parts;
    this.#config = config;
    this.#decoderGraph = decoderGraph(parts.decoder, config);
    this.eosTokenIds = config.eosTokenIds;
    this.tokenizer = parts.tokenizer;
    const { byPatch } = parts.reader;
    if (byPatch !== undefined) this.openPatches = (vision) => this.#openPatches(vision, byPatch);
  }

  visionOutput(pixelValues: Float32Array): Promise<ImageFeatures> {
    return runVisionEncoder(this.#parts.visionEncoder, pixelValues, this.#config.vision.imageSize);
  }

  encodeImages(pixelValues: Float32Array): Promise<ImageFeatures> {
    return this.visionOutput(pixelValues);
  }

  async featuresOf(vision: Tensor): Promise<ImageFeatures> {
    return vision;
  }

  fits(prompt: string): boolean {
    return fitsAll([this.#parts.reader.limit], prompt);
  }

  unknownParts(text: string): string[] {
    return this.tokenizer.unknownParts(text);
  }

  async prepare(features: ImageFeatures, prompts: readonly string[]): Promise<PreparedDecoder> {
    const start = performance.now();
    return this.#prepared(await this.#parts.reader.read(features, prompts), start);
  }

  async #openPatches(vision: Tensor, { keysOf, promptIdsOf }: PatchReader): Promise<PatchSource> {
    const keys = Object.entries(await keysOf(vision));
    const patchAxis = 2;
    return {
      prepare: async (lay, prompts) => {
        const start = performance.now();
        const source = Object.fromEntries(keys.map(([name, computed]) => [name, lay(computed, patchAxis)]));
        return this.#prepared({ source, promptIds: prompts.map(promptIdsOf) }, start);
      },
    };
  }

  #prepared({ source, promptIds }: Awaited<ReturnType<BlipPromptReader['read']>>, start: number): PreparedDecoder {
    const { padTokenId: padId } = this.#config;
    const decoder = new CachedDecoder(this.#decoderGraph, { textIds: promptIds, promptIds, padId, source });
    return { decoder, qformerMs: 0, encoderMs: performance.now() - start };
  }

  get cacheBytesPerToken(): number {
    return cacheBytesPerToken(this.#decoderGraph.cache);
  }

  async selfTest(): Promise<SelfTestStage[]> {
    const features = await this.encodeImages(selfTestPixels(this.#config.vision.imageSize));
    const { decoder } = await this.prepare(features, [this.#parts.reader.selfTestPrompt]);
    const first = await decoder.prefill();
    const second = await decoder.step(Int32Array.of(this.#config.decoderStartTokenId), Int32Array.of(0));
    return [
      summarizeStage('vision', floatsOf(features)),
      summarizeStage('prefill', first),
      summarizeStage('step', second),
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await closeSessions(this.#parts.sessions);
  }
}

function decoderGraph(session: GraphSession, { text }: BlipConfig): DecoderGraph {
  const { layers, heads, hiddenSize, vocabSize, maxPositions } = text;
  return {
    session,
    vocabSize,
    maxPositions,
    hidesKeys: true,
    cache: { layers, heads, headSize: hiddenSize / heads },
    stepInputs: ({ positions, bias }) => ({ position_ids: positions, attention_bias: bias }),
  };
}
