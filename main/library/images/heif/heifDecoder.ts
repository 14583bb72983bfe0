/** @file Decodes HEIC and HEIF files away from the main thread, within limits of time and size. Picture process. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import * as z from 'zod';
import { ImageError, noRoomSentence, tooLargeToDecode } from '../../../../native-models/preprocess/imageError.ts';
import { readAt, withPictureFile } from '../fileHead.ts';
import type { HeifPicture } from './decodeHeif.ts';

/** Twice what phones write. */
export const maxHeifPixels = 100_000_000;
/** Of memory, while it is decoded. */
const bytesOfPixel = 12;
const maxFileBytes = 256 * 1024 * 1024;
/** Before the process is ended for it. */
const decodeTimeoutMs = 50_000;
/** A decoder that has grown with a large picture never shrinks again, so it does not stay for long. */
const idleMs = 15_000;

const bytesSchema = z.instanceof(Uint8Array<ArrayBuffer>);
const outcomeSchema = z.union([
  z.object({
    picture: z.object({
      pixels: bytesSchema,
      width: z.int(),
      height: z.int(),
      channels: z.union([z.literal(3), z.literal(4)]),
      profile: bytesSchema.optional(),
    }),
  }),
  z.object({ trapped: z.string() }),
  z.object({ tooLarge: z.object({ width: z.int(), height: z.int() }) }),
  z.object({ failed: z.object({ step: z.enum(['read', 'decode']), code: z.int(), subcode: z.int() }) }),
]);

/** libheif's numbers for “this kind is not supported” and “out of memory”. */
const unsupportedCodes: ReadonlySet<number> = new Set([3, 4]);
const memoryCode = 6;
const securityLimitSubcode = 1000;

/** One picture at a time; dispose of it. */
export class HeifDecoder implements AsyncDisposable {
  readonly #timeoutMs: number;
  #worker: Worker | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;

  constructor(timeoutMs: number = decodeTimeoutMs) {
    this.#timeoutMs = timeoutMs;
  }

  /**
   * @param decodeBytes a picture that would take more memory is refused with `neededBytes` in the error's details
   * @throws ImageError
   */
  async decode(file: string, decodeBytes = Number.POSITIVE_INFINITY): Promise<HeifPicture> {
    const turn = this.#last.then(() => this.#decodeNow(file, decodeBytes));
    this.#last = turn.catch(() => undefined);
    return await turn;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#last;
    await this.#stop();
  }

  async #decodeNow(file: string, decodeBytes: number): Promise<HeifPicture> {
    const bytes = await withPictureFile(file, 0, async ({ handle, sizeBytes }) => {
      if (sizeBytes > maxFileBytes) {
        throw new ImageError('IMAGE_TOO_LARGE', 'This file is too large: the limit for HEIC is 256 MiB.');
      }
      return await readAt(handle, 0, sizeBytes);
    });
    clearTimeout(this.#idle);
    const outcome = await this.#ask(bytes, Math.min(maxHeifPixels, decodeBytes / bytesOfPixel));
    this.#idle = setTimeout(() => void this.#stop(), idleMs).unref();
    if ('picture' in outcome) return { ...outcome.picture, profile: outcome.picture.profile };
    throw explained(outcome);
  }

  async #ask(file: Uint8Array, maxPixels: number): Promise<z.output<typeof outcomeSchema>> {
    this.#worker ??= startWorker();
    const worker = this.#worker;
    // Nobody is kept waiting at the end by a thread that only stands by; while it works, it counts.
    worker.ref();
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), this.#timeoutMs);
    try {
      worker.postMessage({ file, maxPixels });
      const [message] = await once(worker, 'message', { signal: stop.signal });
      const outcome = outcomeSchema.parse(message);
      if ('trapped' in outcome) await this.#stop();
      return outcome;
    } catch (error) {
      await this.#stop();
      if (!stop.signal.aborted) throw error;
      const message =
        'This file is damaged (decoding the HEIC does not come to an end); it is skipped until the file changes.';
      throw new ImageError('IMAGE_DECODER_TIMEOUT', message, { cause: error, details: { format: 'HEIC' } });
    } finally {
      clearTimeout(timer);
      worker.unref();
    }
  }

  async #stop(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }
}

function startWorker(): Worker {
  const worker = new Worker(new URL('./heifWorker.ts', import.meta.url));
  // Whoever waits for an answer hears of an error; between two pictures nobody does, and it must not end the process.
  worker.on('error', () => undefined);
  return worker;
}

function explained(outcome: Exclude<z.output<typeof outcomeSchema>, { picture: unknown }>): ImageError {
  if ('tooLarge' in outcome) return tooLargeToDecode(outcome.tooLarge, { maxPixels: maxHeifPixels, bytesOfPixel });
  if ('trapped' in outcome) {
    const details = { format: 'HEIC', decoder: outcome.trapped };
    return new ImageError('IMAGE_CORRUPT', 'This file is damaged (the HEIC cannot be decoded).', { details });
  }
  const { code, subcode, step } = outcome.failed;
  const options = { details: { format: 'HEIC', libheifCode: code, libheifSubcode: subcode } };
  if (code === memoryCode || subcode === securityLimitSubcode) {
    return new ImageError('IMAGE_TOO_LARGE', noRoomSentence, options);
  }
  if (unsupportedCodes.has(code)) {
    const message = 'This HEIC is of a rare kind; Vignette cannot read it: save a copy as JPEG or PNG.';
    return new ImageError('IMAGE_UNSUPPORTED', message, options);
  }
  const reason = step === 'read' ? 'the HEIC ends early or contradicts itself' : 'the HEIC cannot be decoded';
  return new ImageError('IMAGE_CORRUPT', `This file is damaged (${reason}).`, options);
}
