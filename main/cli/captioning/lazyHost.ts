/** @file A model host that starts with the first photo that needs it: a run with nothing left to do loads no model. */
import type { Answer, AnswerRequest } from '../../../native-models/runtime/protocol.ts';
import type { Answerer } from '../../library/captioning/captionPhotos.ts';
import type { CliHost } from '../cliContext.ts';

export class LazyHost implements Answerer, AsyncDisposable {
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

  async answer(request: AnswerRequest, options?: { signal?: AbortSignal }): Promise<Answer> {
    if (this.#host === undefined) {
      throw new Error('a photo was asked about before the model was loaded');
    }
    return await this.#host.answer(request, options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#host?.[Symbol.asyncDispose]();
  }
}
