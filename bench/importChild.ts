/** @file Imports one checkpoint in a process of its own, so that its memory can be watched. Started by fullSizeModel.ts. */
import { importCheckpoint } from '../native-models/compiler/importCheckpoint.ts';
import type { ImportOptions } from '../native-models/compiler/importOptions.ts';

process.once('message', async (message) => {
  const start = performance.now();
  const { sizeBytes } = await importCheckpoint(message as ImportOptions);
  process.send?.({ importMs: performance.now() - start, modelBytes: sizeBytes });
});
