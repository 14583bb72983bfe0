/** @file Starts a thread that reads the catalog. Main process and CLI. */
import { Worker } from 'node:worker_threads';

/** Left to itself, V8 lets what a long export throws away take a hundred megabytes more, and is no faster for it. */
const resourceLimits = { maxYoungGenerationSizeMb: 16 };

export function startReaderThread(catalogFile: string): Worker {
  return new Worker(new URL('./readerThread.ts', import.meta.url), {
    workerData: { file: catalogFile },
    resourceLimits,
  });
}
