/** @file What captions the photos of a run: one model, or one that writes and one that judges. Loaded with the first photo. */
import type { AnswerRequest } from '../../../native-models/runtime/protocol.ts';
import { type CapFiltSettings, filteredCaption, type JudgedAnswer } from '../../library/captioning/capFilt.ts';
import type { Answerer } from '../../library/captioning/captionPhotos.ts';
import type { CliHost } from '../cliContext.ts';

/** A run with nothing left to do loads no model. */
export interface CaptionHost extends Answerer, AsyncDisposable {
  readonly isLoaded: boolean;
  load(signal: AbortSignal): Promise<void>;
}

/** A host whose process starts when its model is first needed. */
export class LazyHost implements CaptionHost {
  readonly #start: () => CliHost;
  readonly #modelFolder: string;
  #host: CliHost | undefined;

  constructor(start: () => CliHost, modelFolder: string) {
    this.#start = start;
    this.#modelFolder = modelFolder;
  }

  get isLoaded(): boolean {
    return this.#host !== undefined;
  }

  async load(signal: AbortSignal): Promise<void> {
    if (this.#host === undefined) {
      this.#host = this.#start();
      await this.#host.load(this.#modelFolder, { signal });
    }
  }

  get loaded(): CliHost {
    if (this.#host === undefined) {
      throw new Error('a photo was asked about before the model was loaded');
    }
    return this.#host;
  }

  async answer(request: AnswerRequest, options?: { signal?: AbortSignal }): Promise<JudgedAnswer> {
    return await this.loaded.answer(request, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#host?.[Symbol.asyncDispose]();
  }
}

/** Two processes: one model writes, the other judges. */
export class CapFiltHost implements CaptionHost {
  readonly #writer: LazyHost;
  readonly #judge: LazyHost;
  readonly #settings: CapFiltSettings;

  constructor(writer: LazyHost, judge: LazyHost, settings: CapFiltSettings) {
    this.#writer = writer;
    this.#judge = judge;
    this.#settings = settings;
  }

  get isLoaded(): boolean {
    return this.#writer.isLoaded && this.#judge.isLoaded;
  }

  async load(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#writer.load(signal), this.#judge.load(signal)]);
  }

  async answer(request: AnswerRequest, options: { signal?: AbortSignal } = {}): Promise<JudgedAnswer> {
    const hosts = { writer: this.#writer.loaded, judge: this.#judge.loaded };
    return await filteredCaption(request, hosts, this.#settings, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#writer[Symbol.asyncDispose](), this.#judge[Symbol.asyncDispose]()]);
  }
}
