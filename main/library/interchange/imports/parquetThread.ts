/** @file The thread that reads a Parquet file, some rows at each request. Started by readParquet.ts, which ends it. */
import { parentPort, workerData } from 'node:worker_threads';
import * as z from 'zod';
import { serializeError } from '../../../../native-models/errors.ts';
import { parquetRows } from './parquetRows.ts';

const { file, column, fieldTitles } = z
  .object({ file: z.string(), column: z.string().optional(), fieldTitles: z.array(z.string()) })
  .parse(workerData);
const batches = parquetRows(file, { chosen: column, fieldTitles: new Set(fieldTitles) });

parentPort?.on('message', () => void answer());

async function answer(): Promise<void> {
  try {
    const { value } = await batches.next();
    parentPort?.postMessage({ rows: value ?? null });
  } catch (error) {
    parentPort?.postMessage({ error: serializeError(error) });
  }
}
