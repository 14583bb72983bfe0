/** @file The contract's captions and answers that are tried. Main process and server. */

import { api } from './implementation.ts';
import { keepTrial, writeTrial } from './trials.ts';

export const trialsRouter = api.trials.router({
  write: api.trials.write.handler(({ context: { app }, input, signal }) => writeTrial(app, input, signal)),
  keep: api.trials.keep.handler(({ context: { app }, input: { trialId } }) => keepTrial(app, trialId)),
});
