/** @file The inside of a model host process: takes requests in order, holds one model, can drop any request. */
import { loadModel } from '../architectures/models.ts';
import { serializeError, VignetteError } from '../errors.ts';
import { Answerer } from './answerer.ts';
import { defaultSessionSettings } from './graphSession.ts';
import { type HostMessage, type HostRequest, hostRequestSchema, type LoadedModel } from './protocol.ts';
import type { VisionLanguageModel } from './visionLanguageModel.ts';

type WorkRequest = Exclude<HostRequest, { type: 'cancel' }>;

export class HostServer {
  readonly #send: (message: HostMessage) => void;
  /** Requests that are waiting or running, by id. */
  readonly #controllers = new Map<number, AbortController>();
  #queue: Promise<void> = Promise.resolve();
  #model: VisionLanguageModel | undefined;
  #answerer: Answerer | undefined;

  constructor(send: (message: HostMessage) => void) {
    this.#send = send;
  }

  /** Handles one message; requests wait for those before them, a cancellation does not. */
  receive(message: unknown): void {
    const request = hostRequestSchema.parse(message);
    if (request.type === 'cancel') {
      this.#controllers.get(request.id)?.abort();
      return;
    }
    const controller = new AbortController();
    this.#controllers.set(request.id, controller);
    this.#queue = this.#queue.then(() => this.#work(request, controller.signal));
  }

  async #work(request: WorkRequest, signal: AbortSignal): Promise<void> {
    const { id } = request;
    try {
      signal.throwIfAborted();
      const value =
        request.type === 'load'
          ? await this.#load(request.folder, request.threads)
          : await this.#answer(request, signal);
      this.#send({ type: 'result', id, value });
    } catch (error) {
      this.#send({ type: 'error', id, error: serializeError(error) });
    } finally {
      this.#controllers.delete(id);
    }
  }

  async #load(folder: string, threads: number): Promise<LoadedModel> {
    const start = performance.now();
    this.#answerer = undefined;
    await this.#model?.[Symbol.asyncDispose]();
    this.#model = undefined;
    const settings = { ...defaultSessionSettings, threads };
    const { model, manifest } = await loadModel(folder, settings);
    this.#model = model;
    this.#answerer = new Answerer(model, manifest);
    const { id, architecture, precision } = manifest;
    return { id, architecture, precision, device: settings.device, loadMs: performance.now() - start };
  }

  #answer({ id, request }: Extract<HostRequest, { type: 'answer' }>, signal: AbortSignal) {
    if (this.#answerer === undefined) throw new VignetteError('MODEL_NOT_LOADED', 'No model is loaded.');
    const onText = (delta: string) => {
      if (delta !== '') this.#send({ type: 'text', id, delta });
    };
    return this.#answerer.answer(request, { signal, onText });
  }
}
