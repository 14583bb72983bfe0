/** @file What a loaded model can do: every one of them, those that write text about pictures, and those that score pairs of picture and text. Model host. */
import type * as z from 'zod';
import type { ModelManifest, SelfTestStage } from '../compiler/manifest.ts';
import { ModelError } from '../compiler/modelError.ts';
import type { Decoder } from '../generation/decoder.ts';
import type { TextTokenizer } from '../tokenizers/tokenizer.ts';
import type { SessionSettings, Tensor } from './graphSession.ts';

/** A loaded model, whatever it is for. Calls must not overlap: a model has one set of sessions. */
export interface RunnableModel extends AsyncDisposable {
  /** Runs every stage on a fixed input. */
  selfTest(): Promise<SelfTestStage[]>;
  /** The vision encoder's, [B, P, D]. @param pixelValues normalised pictures, [B, 3, H, W] */
  visionOutput(pixelValues: Float32Array): Promise<Tensor>;
}

/** Opens a compiled model of one architecture. */
export type OpenModel<Model extends RunnableModel> = (
  folder: string,
  manifest: ModelManifest,
  settings: SessionSettings,
) => Promise<Model>;

/** The config that model.json holds. @throws ModelError MODEL_MANIFEST_INVALID */
export function storedConfig<Config>(schema: z.ZodType<Config>, { config }: ModelManifest, folder: string): Config {
  const parsed = schema.safeParse(config);
  if (parsed.success) return parsed.data;
  const message = `model.json in ${folder} has a malformed config.`;
  throw new ModelError('MODEL_MANIFEST_INVALID', message, { folder }, parsed.error);
}

/** What is computed of pictures once and shared by all instructions: the vision encoder's output, or what follows it. [B, P, D] */
export type ImageFeatures = Tensor;

/** A decoder whose prompt is ready, and how long the stages before it took. */
export interface PreparedDecoder {
  readonly decoder: Decoder;
  readonly qformerMs: number;
  readonly encoderMs: number;
}

/** Pictures whose patches are laid together anew. */
export interface PatchSource {
  /**
   * As `prepare` of a model, about what `lay` makes.
   * @param lay of what was computed of each patch by itself, rows of pictures with their patches along `axis`
   */
  prepare(lay: (computed: Tensor, axis: 1 | 2) => Tensor, prompts: readonly string[]): Promise<PreparedDecoder>;
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
  /** Whether the features are the vision encoder's output: a row a patch of the picture, after that of the class token. */
  readonly keepsPatches: boolean;
  /** What `encodeImages` makes of the vision encoder's output, [B, P, D], whose patches may have been changed. */
  featuresOf(vision: Tensor): Promise<ImageFeatures>;
  /**
   * For a model that computes more of each patch by itself than the vision encoder does: that need not be done again for
   * every way to lay them together. @param vision the vision encoder's output, [B, P, D]
   */
  openPatches?(vision: Tensor): Promise<PatchSource>;
  /** Whether the model reads the whole of a prompt. Of a longer one it takes what its tokenizers leave when they cut it. */
  fits(prompt: string): boolean;
  /** What of a prompt the model's vocabularies have nothing for, each once. */
  unknownParts(prompt: string): readonly string[];
  /** Prepares generation for `prompts[i]` about picture i of `features`. */
  prepare(features: ImageFeatures, prompts: readonly string[]): Promise<PreparedDecoder>;
}

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
