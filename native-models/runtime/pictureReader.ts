/**
 * @file Reads pictures in a thread of their own: the model's runs block the thread that they are on, and a picture is to
 * be decoded and resized meanwhile. Model host.
 */
import { Worker } from 'node:worker_threads';
import * as z from 'zod';
import { RemoteError, serializedErrorSchema, VignetteError } from '../errors.ts';
import type { ImageProcessorConfig } from '../preprocess/imageProcessorConfig.ts';
import type { PreprocessedImage, preprocessImage } from '../preprocess/preprocessImage.ts';

/** From a picture file to a vision model's input. */
export type ReadPicture = (
  image: string,
  config: ImageProcessorConfig,
  options: { readonly signal: AbortSignal },
) => ReturnType<typeof preprocessImage>;

const answerSchema = z.union([
  z.object({
    id: z.int(),
    picture: z.object({
      pixelValues: z.instanceof(Float32Array<ArrayBuffer>),
      width: z.int(),
      height: z.int(),
    }),
  }),
  z.object({ id: z.int(), error: serializedErrorSchema }),
]);

interface Pending {
  readonly resolve: (picture: PreprocessedImage) => void;
  readonly reject: (error: unknown) => void;
}

export class PictureReader implements AsyncDisposable {
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | undefined;
  #nextId = 1;

  /** @throws ImageError as a RemoteError; the signal's reason */
  readonly read: ReadPicture = (image, config, { signal }) => {
    signal.throwIfAborted();
    const id = this.#nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<PreprocessedImage>();
    this.#pending.set(id, { resolve, reject });
    this.#worker ??= this.#start();
    this.#worker.postMessage({ id, image, config });
    const cancel = () => {
      this.#worker?.postMessage({ id });
      this.#settle(id)?.reject(signal.reason);
    };
    signal.addEventListener('abort', cancel, { once: true });
    return promise.finally(() => signal.removeEventListener('abort', cancel));
  };

  /** Ends the thread; what it still reads is given up. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(new URL('./readingThread.ts', import.meta.url));
    // the process ends when it is told to, whatever is being read
    worker.unref();
    worker.on('message', (message: unknown) => {
      const answer = answerSchema.parse(message);
      const pending = this.#settle(answer.id);
      if ('error' in answer) pending?.reject(new RemoteError(answer.error));
      else pending?.resolve(answer.picture);
    });
    worker.on('error', (cause) => {
      this.#worker = undefined;
      const error = new VignetteError('IMAGE_UNREADABLE', 'The picture could not be read: its reader ended.', {
        cause,
        blames: 'photo',
      });
      for (const id of [...this.#pending.keys()]) this.#settle(id)?.reject(error);
    });
    return worker;
  }

  #settle(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }
}
