/** @file Answers questions about pictures with one loaded model; keeps the features of recent pictures. Model host. */
import { stat } from 'node:fs/promises';
import type { ModelManifest } from '../compiler/manifest.ts';
import type { Decoder } from '../generation/decoder.ts';
import { generate } from '../generation/generate.ts';
import { preprocessImage } from '../preprocess/preprocessImage.ts';
import type { Answer, AnswerRequest } from './protocol.ts';
import type { ImageFeatures, VisionLanguageModel } from './visionLanguageModel.ts';

/** A picture that the model has looked at. */
interface SeenImage {
  readonly features: ImageFeatures;
  readonly width: number;
  readonly height: number;
}

/** Pictures whose features stay in memory: 1.4 MB each for a full-size model. */
const rememberedImages = 16;

export class Answerer {
  readonly #model: VisionLanguageModel;
  readonly #manifest: ModelManifest;
  /** Least recently used first. */
  readonly #seen = new Map<string, SeenImage>();

  constructor(model: VisionLanguageModel, manifest: ModelManifest) {
    this.#model = model;
    this.#manifest = manifest;
  }

  /** @throws ImageError, GenerationError; the signal's reason when aborted */
  async answer(
    { image, prompt, settings }: AnswerRequest,
    { signal, onText }: { signal: AbortSignal; onText: (delta: string) => void },
  ): Promise<Answer> {
    const start = performance.now();
    const { seen, imageMs, visionMs } = await this.#look(image, signal);
    signal.throwIfAborted();
    const { decoder, qformerMs, encoderMs } = await this.#model.prepare(seen.features, [prompt]);
    const timed = new TimedDecoder(decoder);
    const detokenizer = this.#model.createDetokenizer();
    const [sequence] = await generate(timed, {
      settings,
      eosTokenIds: this.#model.eosTokenIds,
      signal,
      onToken: (_, token) => onText(detokenizer.push(token)),
    });
    if (sequence === undefined) throw new RangeError('nothing was generated');
    onText(detokenizer.finish());
    return {
      text: this.#model.decode(sequence.ids).trim(),
      tokenIds: [...sequence.ids],
      ...(sequence.score === undefined ? {} : { score: sequence.score }),
      finish: sequence.finish,
      width: seen.width,
      height: seen.height,
      ms: {
        imageMs,
        visionMs,
        qformerMs,
        prefillMs: encoderMs + timed.prefillMs,
        decodeMs: timed.stepsMs,
        totalMs: performance.now() - start,
      },
    };
  }

  async #look(image: string, signal: AbortSignal): Promise<{ seen: SeenImage; imageMs: number; visionMs: number }> {
    // a picture that is edited in place is another picture
    const { size, mtimeMs } = await stat(image).catch(() => ({ size: -1, mtimeMs: -1 }));
    const key = `${image}\n${size}\n${mtimeMs}`;
    const known = this.#seen.get(key);
    if (known !== undefined) {
      this.#remember(key, known);
      return { seen: known, imageMs: 0, visionMs: 0 };
    }
    const start = performance.now();
    const { pixelValues, width, height } = await preprocessImage(image, this.#manifest.image, { signal });
    const decoded = performance.now();
    signal.throwIfAborted();
    const seen = { features: await this.#model.encodeImages(pixelValues), width, height };
    this.#remember(key, seen);
    return { seen, imageMs: decoded - start, visionMs: performance.now() - decoded };
  }

  #remember(key: string, seen: SeenImage): void {
    this.#seen.delete(key);
    this.#seen.set(key, seen);
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > rememberedImages && oldest !== undefined) this.#seen.delete(oldest);
  }
}

/** Measures a decoder's time in the model, apart from the search around it. */
class TimedDecoder implements Decoder {
  readonly batchSize: number;
  readonly vocabSize: number;
  readonly promptIds: readonly (readonly number[])[];
  prefillMs = 0;
  stepsMs = 0;
  readonly #decoder: Decoder;

  constructor(decoder: Decoder) {
    this.batchSize = decoder.batchSize;
    this.vocabSize = decoder.vocabSize;
    this.promptIds = decoder.promptIds;
    this.#decoder = decoder;
  }

  async prefill(): Promise<Float32Array> {
    const start = performance.now();
    const logits = await this.#decoder.prefill();
    this.prefillMs += performance.now() - start;
    return logits;
  }

  async step(tokens: Int32Array, parents: Int32Array): Promise<Float32Array> {
    const start = performance.now();
    const logits = await this.#decoder.step(tokens, parents);
    this.stepsMs += performance.now() - start;
    return logits;
  }
}
