/** @file SHA-256 of large files and of pieces as they come, in a thread where there are many. */

import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { ForeignFileError, openForeignFile } from '../foreignFile.ts';

/** Fewer are hashed before a thread has started. */
const minThreadBytes = 32 << 20;
const pieceBytes = 4 << 20;
/** One is hashed, one is written and one is read. */
const bufferCount = 3;

export interface PieceHash extends AsyncDisposable {
  /** One of a few buffers in turn, when its bytes were hashed and are not used otherwise any more. */
  takeBuffer(): Promise<Uint8Array>;
  /**
   * Adds the first bytes of a buffer that was taken.
   * @param use what the bytes are needed for beside
   */
  add(bytes: Uint8Array, use?: Promise<void>): void;
  /** Once, of all. @throws what a use was rejected with */
  digest(): Promise<string>;
}

/** @param sizeBytes about how many bytes will come */
export function startPieceHash(sizeBytes: number): PieceHash {
  return new BufferedHash(sizeBytes < minThreadBytes ? hashHere() : hashInThread(), sizeBytes);
}

interface Hasher {
  newBuffer(sizeBytes: number): Uint8Array;
  /** Resolves when the bytes may be overwritten. */
  update(bytes: Uint8Array): Promise<void>;
  digest(): Promise<string>;
  end(): Promise<void>;
}

class BufferedHash implements PieceHash {
  readonly #hasher: Hasher;
  readonly #bufferBytes: number;
  readonly #buffers: Uint8Array[] = [];
  /** What a buffer waits for before it is given again. */
  readonly #uses = new Map<ArrayBufferLike, Promise<unknown>>();
  #taken = 0;

  constructor(hasher: Hasher, sizeBytes: number) {
    this.#hasher = hasher;
    this.#bufferBytes = Math.max(1, Math.min(pieceBytes, sizeBytes));
  }

  async takeBuffer(): Promise<Uint8Array> {
    const index = this.#taken % bufferCount;
    this.#taken += 1;
    const buffer = this.#buffers[index] ?? this.#hasher.newBuffer(this.#bufferBytes);
    this.#buffers[index] = buffer;
    await this.#uses.get(buffer.buffer);
    return buffer;
  }

  add(bytes: Uint8Array, use: Promise<void> = Promise.resolve()): void {
    const uses = Promise.all([this.#hasher.update(bytes), use]);
    uses.catch(() => undefined); // told when it is waited for
    this.#uses.set(bytes.buffer, uses);
  }

  async digest(): Promise<string> {
    await Promise.all(this.#uses.values());
    return await this.#hasher.digest();
  }

  /** Waits for all uses: nobody closes a file that is being written. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#uses.values());
    await this.#hasher.end();
  }
}

function hashHere(): Hasher {
  const hash = createHash('sha256');
  return {
    newBuffer: (sizeBytes) => Buffer.allocUnsafeSlow(sizeBytes),
    update: async (bytes) => void hash.update(bytes),
    digest: async () => hash.digest('hex'),
    end: async () => undefined,
  };
}

function hashInThread(): Hasher {
  const worker = new Worker(new URL('./hashThread.ts', import.meta.url));
  const waiting: PromiseWithResolvers<string>[] = [];
  let failure: { readonly reason: unknown } | undefined;
  const fail = (reason: unknown) => {
    failure = { reason };
    for (const { reject } of waiting.splice(0)) reject(reason);
  };
  worker.on('message', (answer: string) => waiting.shift()?.resolve(answer));
  worker.on('error', fail);
  worker.on('exit', () => fail(new Error('the thread that hashes has ended')));
  const ask = async (bytes: Uint8Array | null) => {
    if (failure !== undefined) throw failure.reason;
    const answer = Promise.withResolvers<string>();
    waiting.push(answer);
    worker.postMessage(bytes);
    return await answer.promise;
  };
  return {
    newBuffer: (sizeBytes) => new Uint8Array(new SharedArrayBuffer(sizeBytes)),
    update: async (bytes) => void (await ask(bytes)),
    digest: () => ask(null),
    end: async () => void (await worker.terminate()),
  };
}

/**
 * @param onRead is told how many bytes each read added
 * @throws ForeignFileError for what is no regular file, or grows while it is read: it may have no end; the file system's
 *   errors; the signal's reason
 */
export async function sha256OfFile(
  file: string,
  { signal, onRead }: { signal?: AbortSignal | undefined; onRead?: (bytes: number) => void } = {},
): Promise<{ sizeBytes: number; sha256: string }> {
  await using opened = await openForeignFile(file);
  const { handle, stats } = opened;
  await using hash = startPieceHash(stats.size);
  let sizeBytes = 0;
  let buffer = await hash.takeBuffer();
  let reading = handle.read(buffer, 0, buffer.byteLength, 0);
  for (;;) {
    signal?.throwIfAborted();
    const { bytesRead } = await reading;
    if (bytesRead === 0) return { sizeBytes, sha256: await hash.digest() };
    const piece = buffer.subarray(0, bytesRead);
    sizeBytes += bytesRead;
    if (sizeBytes > stats.size) throw new ForeignFileError('EBUSY', 'grew while it was read');
    // the next is read while this one is hashed
    buffer = await hash.takeBuffer();
    reading = handle.read(buffer, 0, buffer.byteLength, sizeBytes);
    hash.add(piece);
    onRead?.(bytesRead);
  }
}
