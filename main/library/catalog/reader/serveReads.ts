/** @file The thread's side: answers questions about the catalog, so that a long search blocks nobody. Reader threads. */
import type { MessagePort } from 'node:worker_threads';
import * as z from 'zod';
import { serializeError } from '../../../../native-models/errors.ts';
import { CatalogConnection } from '../connection.ts';
import { openDatabase } from '../database.ts';
import type { CatalogRead } from './reads.ts';

/** No question follows: the thread ends. */
export const endOfQuestions = 'end';

const requestSchema = z.object({ id: z.int(), name: z.string(), args: z.unknown() });

/** @param file the catalog's @param port where questions come from and answers go to; closed after the last one */
export function serveReads(reads: readonly CatalogRead<never, unknown>[], file: string, port: MessagePort): void {
  const readsByName = new Map(reads.map((read) => [read.name, read]));
  const connection = new CatalogConnection({ database: openDatabase(file, { readOnly: true }), file });
  port.on('message', (message: unknown) => {
    if (message === endOfQuestions) {
      connection.database.close();
      port.close();
      return;
    }
    const { id, name, args } = requestSchema.parse(message);
    try {
      const read = readsByName.get(name);
      if (read === undefined) throw new RangeError(`no reader thread answers ${name}`);
      // Both sides are this program, and the one that asks is typed.
      port.postMessage({ id, value: connection.read(() => read.run(connection, args as never)) });
    } catch (error) {
      port.postMessage({ id, error: serializeError(error) });
    }
  });
}
