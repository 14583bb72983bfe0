/** @file A thread that makes the SHA-256 of bytes that come one after the other. Started by fileHash.ts, in any process. */
import { createHash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import * as z from 'zod';

/** Bytes to be added, or none: the hash of all is wanted. */
const requestSchema = z.union([z.instanceof(Uint8Array), z.null()]);

const hash = createHash('sha256');

parentPort?.on('message', (message: unknown) => {
  const bytes = requestSchema.parse(message);
  if (bytes !== null) hash.update(bytes);
  parentPort?.postMessage(bytes === null ? hash.digest('hex') : '');
});
