/** @file A reader thread that serves one catalog after the other. Started by `keptReaders.ts`. */
import { MessagePort, parentPort } from 'node:worker_threads';
import * as z from 'zod';
import { serveReads } from '../../main/library/catalog/reader/serveReads.ts';
import { libraryReads } from '../../main/library/libraryReads.ts';

const lentSchema = z.object({ file: z.string(), port: z.instanceof(MessagePort) });

parentPort?.on('message', (message: unknown) => {
  const { file, port } = lentSchema.parse(message);
  serveReads(libraryReads, file, port);
});
