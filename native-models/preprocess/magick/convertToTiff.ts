/**
 * @file Turns a picture of a kind that libvips does not read into a TIFF, which it does: in a thread that is there for
 * this picture alone, within limits of size, memory and time. Memory that WebAssembly has grown into it never gives
 * back, and a hostile file may leave it in any state: both end with the thread.
 */
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { readForeignFile } from '../../foreignFile.ts';
import { ImageError, noRoomSentence, tooLarge, tooLargeToDecode } from '../imageError.ts';
import { type ChannelMeaning, type MagickCoder, type MagickOutcome, magickOutcomeSchema } from './magickProtocol.ts';

/** As for HEIC. */
export const maxConvertedPixels = 100_000_000;
/** Before a process that reads pictures is ended for it. */
const timeoutMs = 50_000;
/** ImageMagick itself, and the smallest picture. */
const ownBytes = 100_000_000;
/** WebAssembly has 32-bit addresses. */
const largestMemory = 4_294_901_760;
/** Of memory, the TIFF included: measured 20 for colours of 8 bits, more with transparency and with 16 bits. */
const bytesOfPixel: Readonly<Record<MagickCoder, number>> = {
  ...{ JP2: 36, J2K: 36, JXL: 24, PSD: 24, PNM: 24, QOI: 24, TGA: 24, ICO: 24, PNG: 24 },
};

export interface ConvertedPicture {
  readonly bytes: Uint8Array;
  readonly coder: MagickCoder;
  readonly meaning?: ChannelMeaning | undefined;
  /** Of the format, for people. */
  readonly name: string;
}

export interface ConvertOptions {
  readonly signal: AbortSignal | undefined;
  /** A picture that would take more memory is refused with `neededBytes` in the error's details. */
  readonly decodeBytes: number;
}

/** The compiler's library for Node has no types of it. */
declare const WebAssembly: { compile(bytes: Uint8Array): Promise<object> };

/** Of ImageMagick, which the program came with: several times what it has. */
const maxProgramBytes = 64 * 1024 * 1024;
/** Once in a process: threads share the code, and each has a memory of its own. */
let compiled: Promise<object> | undefined;

async function compile(): Promise<object> {
  const file = fileURLToPath(import.meta.resolve('@imagemagick/magick-wasm/magick.wasm'));
  return await WebAssembly.compile(await readForeignFile(file, maxProgramBytes));
}

/** @throws ImageError; the signal's reason */
export async function convertToTiff(
  picture: ConvertedPicture,
  { signal, decodeBytes }: ConvertOptions,
): Promise<Uint8Array> {
  const { bytes: file, coder, meaning, name } = picture;
  compiled ??= compile();
  const module = await compiled;
  signal?.throwIfAborted();
  const worker = new Worker(new URL('./magickThread.ts', import.meta.url), { stdout: true, stderr: true });
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const maxPixels = Math.min(maxConvertedPixels, decodeBytes / bytesOfPixel[coder]);
    const memoryBytes = Math.min(largestMemory, decodeBytes + ownBytes);
    worker.postMessage({ module, file, coder, meaning, maxPixels, memoryBytes });
    const [message] = await once(worker, 'message', {
      signal: AbortSignal.any(signal ? [signal, timeout] : [timeout]),
    });
    const outcome = magickOutcomeSchema.parse(message);
    if ('tiff' in outcome) return outcome.tiff;
    throw explained(outcome, picture, decodeBytes);
  } catch (error) {
    signal?.throwIfAborted();
    if (!timeout.aborted) throw error;
    const sentence = `This picture takes more than ${timeoutMs / 1000} seconds to decode; it is skipped until the file changes.`;
    throw new ImageError('IMAGE_DECODER_TIMEOUT', sentence, { cause: error, details: { format: name } });
  } finally {
    await worker.terminate();
  }
}

function explained(
  outcome: Exclude<MagickOutcome, { tiff: unknown }>,
  { coder, name }: ConvertedPicture,
  decodeBytes: number,
): ImageError {
  if ('failed' in outcome) {
    const details = { format: name, decoder: outcome.failed };
    return new ImageError('IMAGE_CORRUPT', `This file is damaged (the ${name} cannot be decoded).`, { details });
  }
  if ('outOfMemory' in outcome) {
    const details = { format: name, neededBytes: decodeBytes + 1 };
    return new ImageError('IMAGE_TOO_LARGE', noRoomSentence, { details });
  }
  return tooLargeToDecode(outcome.tooLarge, { maxPixels: maxConvertedPixels, bytesOfPixel: bytesOfPixel[coder] });
}

/** For kinds whose size is known before they are read. */
export function refuseTooLarge(width: number, height: number): void {
  if (width * height > maxConvertedPixels) throw tooLarge(width, height, maxConvertedPixels);
}
