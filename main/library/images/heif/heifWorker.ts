/** @file The worker thread that decodes HEIC and HEIF pictures, one after the other. Started by heifDecoder.ts. */
import { parentPort } from 'node:worker_threads';
import * as z from 'zod';
import { decodeHeif, type HeifOutcome } from './decodeHeif.ts';

const requestSchema = z.object({ file: z.instanceof(Uint8Array), maxPixels: z.number() });

parentPort?.on('message', (message: unknown) => {
  const { file, maxPixels } = requestSchema.parse(message);
  const outcome = decodedOrTrapped(file, maxPixels);
  const moved = 'picture' in outcome ? [outcome.picture.pixels.buffer] : [];
  parentPort?.postMessage(outcome, moved);
});

/** WebAssembly that trapped may have left its memory in any state: whoever started this thread ends it then. */
function decodedOrTrapped(file: Uint8Array, maxPixels: number): HeifOutcome {
  try {
    return decodeHeif(file, maxPixels);
  } catch (error) {
    return { trapped: error instanceof Error ? error.message : String(error) };
  }
}
