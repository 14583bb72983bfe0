/** @file The contract's captions that are tried. Main process and server. */
import { keepTrial, writeTrial } from './captionTrials.ts';
import { api } from './implementation.ts';

export const trialsRouter = api.trials.router({
  write: api.trials.write.handler(({ context: { app }, input, signal }) => writeTrial(app, input, signal)),
  keep: api.trials.keep.handler(({ context: { app }, input: { trialId } }) => keepTrial(app, trialId)),
});
