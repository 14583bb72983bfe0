/** @file Entry of the process that imports one model and ends: compiling keeps a processor busy, and the self-test runs the model. */
import { serializeError } from '../errors.ts';
import type { SuitablePrecision } from '../quantization/suitablePrecision.ts';
import { serveParent } from '../runtime/parentProcess.ts';
import { arrivalMessageSchema, type ImportMessage, importRequestSchema } from './importMessages.ts';
import { importModel } from './importModel.ts';
import type { ImportProgress } from './importOptions.ts';
import { ReceivedArrivals } from './remoteArrivals.ts';

/** More often nobody can read it. */
const tellEveryMs = 100;

serveParent((send) => {
  const say = (message: ImportMessage) => send(message);
  let toldMs = 0;
  let toldStage = '';
  const onProgress = (progress: ImportProgress) => {
    const nowMs = performance.now();
    if (progress.stage === toldStage && nowMs - toldMs < tellEveryMs) return;
    toldMs = nowMs;
    toldStage = progress.stage;
    say({ type: 'progress', ...progress });
  };
  let isBegun = false;
  let arrivals: ReceivedArrivals | undefined;
  return (message) => {
    if (isBegun) return arrivals?.receive(arrivalMessageSchema.parse(message));
    isBegun = true;
    const { weights, ...request } = importRequestSchema.parse(message);
    arrivals = weights === undefined ? undefined : new ReceivedArrivals(weights, say);
    const onPrecision = (chosen: SuitablePrecision) => say({ type: 'precision', chosen });
    importModel({ ...request, arrivals, onProgress, onPrecision }).then(
      (manifest) => say({ type: 'imported', manifest }),
      (error: unknown) => say({ type: 'failed', error: serializeError(error) }),
    );
  };
});
