/** @file The thread that reads the catalog. Started by `startReaderThread.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import * as z from 'zod';
import { serveReads } from './catalog/reader/serveReads.ts';
import { libraryReads } from './libraryReads.ts';

const { file } = z.object({ file: z.string() }).parse(workerData);
if (parentPort === null) throw new Error('This file is started as a thread.');
serveReads(libraryReads, file, parentPort);
