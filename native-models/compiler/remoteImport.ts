/** @file Imports a model in a process of its own, which is ended when it is done, stopped or has died. */
import { RemoteError } from '../errors.ts';
import { forkHostProcess, type StartHostProcess } from '../runtime/hostConnection.ts';
import { runInProcess } from '../runtime/processTask.ts';
import { type ImportMessage, importMessageSchema } from './importMessages.ts';
import type { ImportOptions } from './importOptions.ts';
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
  let sent: SentArrivals | undefined;
  return await runInProcess<ImportMessage, ModelManifest>(startProcess, {
    request: { ...request, weights: arrivals?.weights },
    messages: importMessageSchema,
    signal,
    async onMessage(said, { finish, send }) {
      if (said.type === 'imported') finish(said.manifest);
      else if (said.type === 'failed') throw new RemoteError(said.error);
      else if (said.type === 'precision') onPrecision?.(said.chosen);
      else if (said.type === 'progress') {
        const { stage, doneBytes, totalBytes } = said;
        onProgress?.({ stage, doneBytes, totalBytes });
      } else if (arrivals !== undefined) {
        sent ??= new SentArrivals(arrivals, send);
        await sent.receive(said);
      }
    },
    crashed: (reason) =>
      new ModelError(
        'MODEL_IMPORT_CRASHED',
        `The import ended unexpectedly (${reason}); there may be too little memory. Started again, it goes on from there.`,
        { source: request.source, reason },
      ),
  });
}
