/**
 * @file Parquet as Vignette exports it and as Hugging Face's datasets have it: a photo a row. A thread reads the file: one
 * that was made to do harm ends or fills that thread, and no more. Main process, CLI.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import * as z from 'zod';
import { RemoteError, serializedErrorSchema } from '../../../../native-models/errors.ts';
import type { ImportItem } from './importRecord.ts';
import { maxDocumentBytes, tooLarge } from './importText.ts';
import { type RowPlace, rowRecord } from './rowRecord.ts';

const answerSchema = z.union([
  z.object({ rows: z.array(z.record(z.string(), z.unknown())).nullable() }),
  z.object({ error: serializedErrorSchema }),
]);

/** For the texts of a row group of the largest document that is read, in UTF-16. */
const maxMemoryMb = (2 * maxDocumentBytes) >> 20;

/** @param column with the caption, where it is not the default one @throws ImportError; the signal's reason */
export async function* readParquet(
  file: string,
  { column, fields }: Pick<RowPlace, 'column' | 'fields'>,
  signal: AbortSignal | undefined,
): AsyncGenerator<ImportItem, void> {
  signal?.throwIfAborted();
  const worker = new Worker(new URL('./parquetThread.ts', import.meta.url), {
    workerData: { file, column, fieldTitles: fields.map(({ title }) => title) },
    resourceLimits: { maxOldGenerationSizeMb: maxMemoryMb },
  });
  try {
    for (let line = 1; ; ) {
      const rows = await nextRows(worker, file, signal);
      if (rows === null) return;
      for (const row of rows) yield* rowRecord(row, { file, line: line++, column, fields });
    }
  } finally {
    await worker.terminate();
  }
}

async function nextRows(worker: Worker, file: string, signal: AbortSignal | undefined) {
  worker.postMessage(null);
  const [message] = await once(worker, 'message', { signal }).catch((error: unknown) => {
    signal?.throwIfAborted();
    const isFull = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
    throw isFull ? tooLarge(file, maxDocumentBytes) : error;
  });
  const answer = answerSchema.parse(message);
  if ('error' in answer) throw new RemoteError(answer.error);
  return answer.rows;
}
