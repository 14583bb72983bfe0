/** @file A thread that reads the catalog, so that a long search blocks nobody. Started by `catalogReader.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import * as z from 'zod';
import { serializeError } from '../../../../native-models/errors.ts';
import { CatalogConnection } from '../connection.ts';
import { openDatabase } from '../database.ts';
import { endOfQuestions } from './readerMessages.ts';
import { isReadName, runRead } from './reads.ts';

const { file } = z.object({ file: z.string() }).parse(workerData);
const requestSchema = z.object({ id: z.int(), name: z.string().refine(isReadName), args: z.unknown() });

const connection = new CatalogConnection({ database: openDatabase(file, { readOnly: true }), file });

parentPort?.on('message', (message: unknown) => {
  if (message === endOfQuestions) {
    connection.database.close();
    parentPort?.close();
    return;
  }
  const { id, name, args } = requestSchema.parse(message);
  try {
    parentPort?.postMessage({ id, value: connection.read(() => runRead(connection, name, args)) });
  } catch (error) {
    parentPort?.postMessage({ id, error: serializeError(error) });
  }
});
