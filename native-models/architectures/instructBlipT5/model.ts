/**
 * @file InstructBLIP with T5, loaded: runs the four graphs that graphs.ts builds. Model host.
 *
 * B batch · Q query tokens · S text tokens · L = Q + S encoder tokens · R rows · T tokens so far · N heads · H head size
 */
import path from 'node:path';
import type { ModelManifest, SelfTestStage } from '../../compiler/manifest.ts';
import { relativeBuckets } from '../../layers/relativePosition.ts';
import {
  floatsOf,
  floatTensor,
  type GraphSession,
  int64Tensor,
  outputOf,
  type SessionSettings,
  type Tensor,
} from '../../runtime/graphSession.ts';
import { closeSessions, openSessions, storedConfig } from '../../runtime/modelParts.ts';
import { selfTestPixels, summarizeStage } from '../../runtime/selfTest.ts';
import type { ImageFeatures, PreparedDecoder, VisionLanguageModel } from '../../runtime/visionLanguageModel.ts';
import { StreamingDetokenizer } from '../../tokenizers/streamingDetokenizer.ts';
import { loadTokenizer, type TextTokenizer } from '../../tokenizers/tokenizer.ts';
import { type InstructBlipT5Config, instructBlipT5ConfigSchema } from './config.ts';
import { T5CachedDecoder } from './decoder.ts';

export interface InstructBlipT5Parts {
  readonly visionEncoder: GraphSession;
  readonly qformer: GraphSession;
  readonly textEncoder: GraphSession;
  readonly decoder: GraphSession;
  readonly tokenizer: TextTokenizer;
  readonly qformerTokenizer: TextTokenizer;
}

export class InstructBlipT5Model implements VisionLanguageModel {
  readonly eosTokenIds: readonly number[];
  readonly #parts: InstructBlipT5Parts;
  readonly #config: InstructBlipT5Config;

  private constructor(parts: InstructBlipT5Parts, config: InstructBlipT5Config) {
    this.#parts = parts;
    this.#config = config;
    this.eosTokenIds = config.eosTokenIds;
  }

  static async open(folder: string, manifest: ModelManifest, settings: SessionSettings): Promise<InstructBlipT5Model> {
    const config = storedConfig(instructBlipT5ConfigSchema, manifest, folder);
    const tokenizer = await loadTokenizer(folder);
    const qformerTokenizer = await loadTokenizer(path.join(folder, 'qformer_tokenizer'));
    const names = ['vision_encoder', 'qformer', 'text_encoder', 'decoder'] as const;
    const [visionEncoder, qformer, textEncoder, decoder] = await openSessions(folder, names, settings);
    const parts = { visionEncoder, qformer, textEncoder, decoder, tokenizer, qformerTokenizer };
    return new InstructBlipT5Model(parts, config);
  }

  async encodeImages(pixelValues: Float32Array): Promise<ImageFeatures> {
    const side = this.#config.vision.imageSize;
    const feeds = { pixel_values: floatTensor(pixelValues, [pixelValues.length / (3 * side * side), 3, side, side]) };
    return outputOf(await this.#parts.visionEncoder.run(feeds), 'features');
  }

  /** The query tokens after reading the instructions, [B, Q, Dq], and their projection into the language model, [B, Q, D]. */
  async instruct(
    features: ImageFeatures,
    prompts: readonly string[],
  ): Promise<{ queryOutput: Tensor; languagePrefix: Tensor }> {
    const { queryTokens, maxPositions } = this.#config.qformer;
    const ids = prompts.map((prompt) => this.#parts.qformerTokenizer.encode(prompt, { maxLength: maxPositions }));
    const text = padded(ids, this.#parts.qformerTokenizer.padTokenId ?? 0, queryTokens);
    const outputs = await this.#parts.qformer.run({
      features,
      input_ids: text.ids,
      attention_mask: text.mask,
      position_ids: int64Tensor(
        Array.from({ length: text.length }, (_, i) => i),
        [text.length],
      ),
    });
    return { queryOutput: outputOf(outputs, 'query_output'), languagePrefix: outputOf(outputs, 'language_prefix') };
  }

  async prepare(features: ImageFeatures, prompts: readonly string[]): Promise<PreparedDecoder> {
    const start = performance.now();
    const { languagePrefix } = await this.instruct(features, prompts);
    const instructed = performance.now();
    const { queryTokens } = this.#config.qformer;
    const text = padded(
      prompts.map((prompt) => this.#parts.tokenizer.encode(prompt)),
      this.#config.padTokenId,
      queryTokens,
    );
    const tokens = queryTokens + text.length;
    const buckets = relativeBuckets(
      { firstQuery: 0, queries: tokens, keys: tokens, bidirectional: true },
      this.#config.text,
    );
    const cross = await this.#parts.textEncoder.run({
      language_prefix: languagePrefix,
      input_ids: text.ids,
      attention_mask: text.mask,
      relative_buckets: int64Tensor(buckets, [tokens, tokens]),
    });
    const decoder = new T5CachedDecoder(this.#parts.decoder, this.#config, cross, text.mask);
    return { decoder, qformerMs: instructed - start, encoderMs: performance.now() - instructed };
  }

  decode(ids: readonly number[]): string {
    return this.#parts.tokenizer.decode(ids, { skipSpecialTokens: true });
  }

  createDetokenizer(): StreamingDetokenizer {
    return new StreamingDetokenizer(this.#parts.tokenizer);
  }

  async selfTest(): Promise<SelfTestStage[]> {
    const prompt = 'describe the image in detail.';
    const features = await this.encodeImages(selfTestPixels(this.#config.vision.imageSize));
    const { queryOutput, languagePrefix } = await this.instruct(features, [prompt]);
    const { decoder } = await this.prepare(features, [prompt]);
    const first = await decoder.prefill();
    const second = await decoder.step(Int32Array.from(this.eosTokenIds.slice(0, 1)), Int32Array.of(0));
    return [
      summarizeStage('vision', floatsOf(features)),
      summarizeStage('qformer', floatsOf(queryOutput)),
      summarizeStage('prefix', floatsOf(languagePrefix)),
      summarizeStage('prefill', first),
      summarizeStage('step', second),
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { visionEncoder, qformer, textEncoder, decoder } = this.#parts;
    await closeSessions([visionEncoder, qformer, textEncoder, decoder]);
  }
}

/** Right-padded ids [B, S], and a mask [B, Q + S] that also covers the query tokens in front of them. */
function padded(
  rows: readonly (readonly number[])[],
  padId: number,
  queryTokens: number,
): { ids: Tensor; mask: Tensor; length: number } {
  const length = Math.max(...rows.map((row) => row.length));
  const ids = new BigInt64Array(rows.length * length).fill(BigInt(padId));
  const mask = new BigInt64Array(rows.length * (queryTokens + length));
  rows.forEach((row, b) => {
    ids.set(row.map(BigInt), b * length);
    const start = b * (queryTokens + length);
    mask.fill(1n, start, start + queryTokens + row.length);
  });
  return {
    ids: int64Tensor(ids, [rows.length, length]),
    mask: int64Tensor(mask, [rows.length, queryTokens + length]),
    length,
  };
}
