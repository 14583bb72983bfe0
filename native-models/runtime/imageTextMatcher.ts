/** @file What every loaded model that scores pairs of picture and text can do (ITM, ITC). Model host. */
import type { RunnableModel } from './modelParts.ts';
import type { ImageFeatures } from './visionLanguageModel.ts';

/** ITM's result for one pair. */
export interface MatchResult {
  /** The head's two logits: no match, match. */
  readonly logits: readonly [number, number];
  /** Softmax of the logits at "match", 0 … 1. */
  readonly probability: number;
}

export interface ImageTextMatcher extends RunnableModel {
  /** @param pixelValues normalised pictures, [B, 3, H, W] */
  encodeImages(pixelValues: Float32Array): Promise<ImageFeatures>;
  /** What of a text the vocabulary has nothing for, each once. */
  unknownParts(text: string): readonly string[];
  /** Image-text matching: reads both together. Text i is scored against picture i of `features`. */
  match(features: ImageFeatures, texts: readonly string[]): Promise<MatchResult[]>;
  /** Image-text contrast, the picture's side: unit vectors, [B, vectors, E] (one a query token, or one in all). */
  embedImages(features: ImageFeatures): Promise<{ data: Float32Array; vectors: number; size: number }>;
  /** The text's side: unit vectors, [texts, E]. A pair's similarity is the largest cosine over the picture's vectors. */
  embedTexts(texts: readonly string[]): Promise<{ data: Float32Array; size: number }>;
}
