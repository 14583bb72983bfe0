/** @file Imports a model in a process of its own, which is ended when it is done, stopped or has died. */
import { RemoteError } from '../errors.ts';
import { forkHostProcess, type StartHostProcess } from '../runtime/hostConnection.ts';
import type { ImportOptions } from './importCheckpoint.ts';
import { importMessageSchema } from './importMessages.ts';
import type { ModelManifest } from './manifest.ts';
import { ModelError } from './modelError.ts';
import { SentArrivals } from './remoteArrivals.ts';

/** With Node's `child_process.fork`. */
export const forkImport: StartHostProcess = (listeners) =>
  forkHostProcess(new URL('./importProcess.ts', import.meta.url))(listeners);

/**
 * As `importModel`. An import that was stopped, or whose process died, has given no model its name; the next one
 * of the same source and id goes on from there.
 * @throws RemoteError with the code of what went wrong; ModelError MODEL_IMPORT_CRASHED; the signal's reason
 */
export async function importInProcess(
  startProcess: StartHostProcess,
  { signal, onProgress, onPrecision, arrivals, ...request }: ImportOptions,
): Promise<ModelManifest> {
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<ModelManifest>();
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const sent = arrivals === undefined ? undefined : new SentArrivals(arrivals, (message) => process.send(message));
  const process = startProcess({
    onMessage(message) {
      const said = importMessageSchema.safeParse(message);
      if (!said.success) reject(said.error);
      else if (said.data.type === 'imported') resolve(said.data.manifest);
      else if (said.data.type === 'failed') reject(new RemoteError(said.data.error));
      else if (said.data.type === 'precision') onPrecision?.(said.data.chosen);
      else if (said.data.type !== 'progress') sent?.receive(said.data).catch(reject);
      else {
        const { stage, doneBytes, totalBytes } = said.data;
        onProgress?.({ stage, doneBytes, totalBytes });
      }
    },
    onExit(reason) {
      // Too late to matter where the import is over.
      reject(
        new ModelError(
          'MODEL_IMPORT_CRASHED',
          `The import ended unexpectedly (${reason}); there may be too little memory. Started again, it goes on from there.`,
          { source: request.source, reason },
        ),
      );
      end();
    },
  });
  const stop = () => reject(signal?.reason);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    process.send({ ...request, weights: arrivals?.weights });
    return await promise;
  } finally {
    signal?.removeEventListener('abort', stop);
    process.kill();
    // Whoever imports next must not meet a process that still holds the folder.
    await ended;
  }
}
