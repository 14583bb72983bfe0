/** @file The contract's captions that are tried. Main process and server. */
import { api } from './implementation.ts';

export const trialsRouter = api.trials.router({
  write: api.trials.write.handler(({ context: { app }, input, signal }) => app.trials.write(app, input, signal)),
  keep: api.trials.keep.handler(({ context: { app }, input: { trialId } }) => app.trials.keep(app, trialId)),
});
