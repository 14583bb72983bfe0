/** @file What every loaded model that writes text about pictures can do, whatever its architecture. Model host. */

import type { Decoder } from '../generation/decoder.ts';
import type { TextTokenizer } from '../tokenizers/tokenizer.ts';
import type { Tensor } from './graphSession.ts';
import type { RunnableModel } from './modelParts.ts';

/** What is computed of pictures once and shared by all instructions: the vision encoder's output, or what follows it. [B, P, D] */
export type ImageFeatures = Tensor;

/** A decoder whose prompt is ready, and how long the stages before it took. */
export interface PreparedDecoder {
  readonly decoder: Decoder;
  readonly qformerMs: number;
  readonly encoderMs: number;
}

/** A loaded model that generates text. */
export interface VisionLanguageModel extends RunnableModel {
  readonly eosTokenIds: readonly number[];
  /** Of the language model: its answers are made of its tokens. */
  readonly tokenizer: TextTokenizer;
  /** Bytes that the decoder's cache holds for each token of each row. */
  readonly cacheBytesPerToken: number;
  /** @param pixelValues normalised pictures, [B, 3, H, W] */
  encodeImages(pixelValues: Float32Array): Promise<ImageFeatures>;
  /** Whether the model reads the whole of a prompt. Of a longer one it takes what its tokenizers leave when they cut it. */
  fits(prompt: string): boolean;
  /** What of a prompt the model's vocabularies have nothing for, each once. */
  unknownParts(prompt: string): readonly string[];
  /** Prepares generation for `prompts[i]` about picture i of `features`. */
  prepare(features: ImageFeatures, prompts: readonly string[]): Promise<PreparedDecoder>;
}
