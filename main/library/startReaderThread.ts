/** @file Starts a thread that reads the catalog. Main process and CLI. */
import { Worker } from 'node:worker_threads';

export function startReaderThread(catalogFile: string): Worker {
  return new Worker(new URL('./readerThread.ts', import.meta.url), { workerData: { file: catalogFile } });
}
