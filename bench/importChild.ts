/** @file Imports one checkpoint in a process of its own, so that its memory can be watched. Started by fullSizeModel.ts. */
import { type ImportOptions, importCheckpoint } from '../native-models/compiler/importCheckpoint.ts';

process.once('message', async (message) => {
  const start = performance.now();
  const { sizeBytes } = await importCheckpoint(message as ImportOptions);
  process.send?.({ importMs: performance.now() - start, modelBytes: sizeBytes });
});
