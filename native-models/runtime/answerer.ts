/** @file Answers questions about pictures with one loaded model, many at a time. Model host. */
import { type ModelManifest, promptStyleOf } from '../compiler/manifest.ts';
import type { Device } from '../devices/device.ts';
import { explainText } from '../explanation/explainText.ts';
import type { Explanation } from '../explanation/explanation.ts';
import { AnswerTextStream } from '../generation/answerTextStream.ts';
import { RepeatedDecoder, TimedDecoder } from '../generation/decoder.ts';
import { type GenerateOptions, generate, maxScoredRows } from '../generation/generate.ts';
import type { GenerationSettings } from '../generation/generationSettings.ts';
import type { GeneratedSequence } from '../generation/stoppingCriteria.ts';
import type { TokenizerAdapter } from '../generation/tokenizerAdapter.ts';
import { composePrompt } from '../prompting/composePrompt.ts';
import { type PromptStyle, unknownTextWarnings } from '../prompting/promptRequest.ts';
import { StreamingDetokenizer } from '../tokenizers/streamingDetokenizer.ts';
import { TextTokenizerAdapter } from '../tokenizers/textTokenizerAdapter.ts';
import { KeyedMutex, Limiter } from './concurrency.ts';
import { DecodingBatch, type SlotRequest } from './decodingBatch.ts';
import { type CachedImage, FeatureCache } from './featureCache.ts';
import type { FeatureStore } from './featureStore.ts';
import type { Tensor } from './graphSession.ts';
import type { VisionLanguageModel } from './loadedModel.ts';
import type { ReadPicture } from './pictureReader.ts';
import { PromptBatch } from './promptBatch.ts';
import type { Answer, AnswerRequest, Candidates, CandidatesRequest, ExplainRequest } from './protocol.ts';
import { VisionBatch } from './visionBatch.ts';

type SearchOptions = Omit<GenerateOptions, 'eosTokenIds'> & {
  readonly signal: AbortSignal;
  /** Goes before others. */
  readonly isUrgent: boolean;
  /** Called with the ids that the text begins with and that are not generated. */
  readonly onGiven?: (ids: readonly number[]) => void;
};

export interface AnswererOptions {
  /** Rows of the language model that are run together. */
  readonly batch: number;
  readonly device?: Device | undefined;
  readonly store?: FeatureStore | undefined;
  /** By default in this thread. */
  readonly read?: ReadPicture | undefined;
}

/** Pictures that are read ahead, or wait to be encoded together. */
const picturesAtOnce = 4;

export class Answerer {
  readonly #model: VisionLanguageModel;
  readonly #features: FeatureCache;
  /** What the vision encoder made of pictures; the features, where these are just that. */
  readonly #vision: FeatureCache;
  readonly #style: PromptStyle;
  readonly #text: TokenizerAdapter;
  /** A caption that continues a given beginning includes it; a question is no part of its answer. */
  readonly #textWithPrompt: boolean;
  readonly #batch: DecodingBatch;
  readonly #prompts: PromptBatch;
  /** Of each picture: all questions about it need its features, and the first computes them. */
  readonly #encoding = new KeyedMutex();
  readonly #ahead = new Limiter(picturesAtOnce);
  readonly #imageSize: ModelManifest['image'];
  #empty: Promise<Tensor> | undefined;
  readonly #explaining: ReturnType<typeof explainingTerms>;

  constructor(
    model: VisionLanguageModel,
    manifest: ModelManifest,
    { batch, device = 'cpu', store, read }: AnswererOptions,
  ) {
    const vision = new VisionBatch((pixelValues) => model.encodeImages(pixelValues), Math.min(batch, picturesAtOnce));
    this.#batch = new DecodingBatch(batch);
    this.#prompts = new PromptBatch(model, this.#batch, batch);
    this.#model = model;
    this.#style = promptStyleOf(manifest);
    this.#textWithPrompt = this.#style === 'blip-caption';
    this.#text = new TextTokenizerAdapter(model.tokenizer);
    this.#features = new FeatureCache(manifest.image, (pixelValues) => vision.encode(pixelValues), { store, read });
    this.#vision = model.keepsPatches
      ? this.#features
      : new FeatureCache(manifest.image, (pixelValues) => model.visionOutput(pixelValues), { read });
    this.#imageSize = manifest.image;
    this.#explaining = explainingTerms(manifest, device);
  }

  /**
   * @param onText for a reader who follows along: the answer then goes before others
   * @throws PromptError, ImageError, GenerationError; the signal's reason when aborted
   */
  async answer(
    request: AnswerRequest,
    { signal, onText }: { signal: AbortSignal; onText: ((delta: string) => void) | undefined },
  ): Promise<Answer> {
    const { settings } = request;
    const stream = new AnswerTextStream(
      new StreamingDetokenizer(this.#model.tokenizer),
      settings,
      onText ?? (() => {}),
    );
    const { sequences, answers, ...rest } = await this.#generate(request, {
      settings,
      signal,
      isUrgent: onText !== undefined,
      onGiven(ids) {
        for (const id of ids) stream.push(id);
      },
      onToken: (_, token) => stream.push(token),
    });
    const [sequence] = sequences;
    const [answer] = answers;
    if (sequence === undefined || answer === undefined) throw new RangeError('nothing was generated');
    stream.finish(sequence);
    const { score, choices } = sequence;
    return {
      ...answer,
      ...(score === undefined ? {} : { score }),
      ...(choices === undefined ? {} : { choices: [...choices] }),
      ...rest,
    };
  }

  /** Several answers to one question, sampled side by side from one prefill; candidate i has the stream of (seed, photo, i). */
  async candidates({ count, ...request }: CandidatesRequest, signal: AbortSignal): Promise<Candidates> {
    const sampled = { ...request.settings, sample: true, numBeams: 1 };
    const {
      sequences: _,
      answers,
      ...rest
    } = await this.#generate(request, { settings: sampled, signal, isUrgent: false }, count);
    return { candidates: answers, ...rest };
  }

  /**
   * Where the model takes the words of a text from that it wrote, or might have written.
   * @throws PromptError, ImageError, GenerationError; the signal's reason when aborted
   */
  async explain(request: ExplainRequest, signal: AbortSignal): Promise<Explanation> {
    const start = performance.now();
    const { image, content, text } = request;
    const { prompt } = this.#compose(request);
    const { encoded } = await this.#encoding.run(image, () => this.#vision.get(image, signal, { content }));
    // somebody looks at the photo and waits
    using _slot = await this.#batch.acquire({ rows: this.#explaining.rows, isUrgent: true, signal });
    const explained = await explainText(
      { vision: encoded.features, empty: await this.#emptyPicture(), prompt, text },
      {
        ...this.#explaining,
        model: this.#model,
        tokenizer: this.#text,
        textWithPrompt: this.#textWithPrompt,
        signal,
      },
    );
    return { ...explained, totalMs: performance.now() - start };
  }

  /** What the vision encoder makes of a picture with nothing on it, which is grey: pixels of the mean that it was trained on. */
  #emptyPicture(): Promise<Tensor> {
    const { width, height } = this.#imageSize;
    this.#empty ??= this.#model.visionOutput(new Float32Array(3 * width * height));
    return this.#empty;
  }

  async #generate(request: AnswerRequest, { onGiven, isUrgent, ...options }: SearchOptions, count = 1) {
    const start = performance.now();
    const { prompt, warnings } = this.#compose(request);
    const { signal } = options;
    const slotRequest = { rows: rowsOf(options.settings, count), isUrgent, signal };
    const { encoded, imageMs, visionMs, acquired } = await this.#encodeForSlot(request, slotRequest);
    using slot = await acquired;
    const read = () => this.#prompts.read({ slot, features: encoded.features, prompt });
    const { decoder, qformerMs, encoderMs } = await read();
    const [given = []] = decoder.promptIds;
    if (this.#textWithPrompt) onGiven?.(given);
    const timed = new TimedDecoder(decoder);
    const source = count === 1 ? timed : new RepeatedDecoder(timed, count);
    // photos that shared one random stream would all draw alike
    const seed = options.settings.seed ^ encoded.fingerprint;
    const sequences = await generate(source, {
      ...options,
      settings: { ...options.settings, seed: seed >>> 0 },
      eosTokenIds: this.#model.eosTokenIds,
      text: this.#text,
      textWithPrompt: this.#textWithPrompt,
      // Of several answers none is one of given choices, so that no further decoder is needed.
      reopen: count === 1 ? async () => (await read()).decoder : undefined,
    });
    const ms = {
      imageMs,
      visionMs,
      qformerMs,
      prefillMs: encoderMs + timed.prefillMs,
      decodeMs: timed.stepsMs,
      totalMs: performance.now() - start,
    };
    const answers = sequences.map((sequence) => this.#answerOf(sequence, this.#textWithPrompt ? 0 : given.length));
    return { sequences, answers, prompt, warnings: [...warnings], width: encoded.width, height: encoded.height, ms };
  }

  /** `acquired` resolves once there is a slot: the batch, which may wait for others to join, knows meanwhile that this request will come. */
  async #encodeForSlot(request: AnswerRequest, { rows, isUrgent, signal }: SlotRequest) {
    using _expected = isUrgent ? undefined : this.#batch.expect();
    const encode = () => this.#encode(request, signal);
    const encoded = await (isUrgent ? encode() : this.#ahead.run(encode));
    signal.throwIfAborted();
    return { ...encoded, acquired: this.#batch.acquire({ rows, isUrgent, signal }) };
  }

  #encode({ image, content }: AnswerRequest, signal: AbortSignal): Promise<CachedImage> {
    return this.#encoding.run(image, () => this.#features.get(image, signal, { content }));
  }

  #compose({ prompt: text, kind = 'text', history = [] }: Pick<AnswerRequest, 'prompt' | 'kind' | 'history'>) {
    const composed = composePrompt(this.#style, { text, kind, history }, (prompt) => this.#model.fits(prompt));
    // only what the person wrote: they cannot change the wording of the family
    const unknown = unknownTextWarnings(this.#model.unknownParts(text));
    return { prompt: composed.prompt, warnings: [...composed.warnings, ...unknown] };
  }

  #answerOf({ ids, finish, text }: GeneratedSequence, textStart: number) {
    return { text: (text ?? this.#text.decode(ids.slice(textStart))).trim(), tokenIds: [...ids], finish };
  }
}

/** Rows of the decoder that an answer takes at most. */
function rowsOf({ choices, numBeams }: GenerationSettings, count: number): number {
  return choices === undefined ? Math.max(numBeams, count) : Math.min(choices.length, maxScoredRows);
}

/** Weights up to this size are read faster than what is computed with them. */
const smallBytes = 64 << 20;
const largeBytes = 1 << 30;

/**
 * How finely pictures are looked at for an explanation, and how many views of one are run together. A large model would take
 * minutes on the CPU for what a graphics card does in seconds: its grid is coarser there.
 */
function explainingTerms({ sizeBytes }: ModelManifest, device: Device): { maxGrid: number; rows: number } {
  if (sizeBytes <= smallBytes) return { maxGrid: 8, rows: 66 };
  return { maxGrid: device === 'cpu' && sizeBytes > largeBytes ? 5 : 8, rows: 16 };
}
