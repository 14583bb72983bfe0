/** @file The contract's imports. Main process and server. */
import { api, tellable } from './implementation.ts';
import { planOfImport, runImport } from './importing.ts';
import { workStream } from './workStream.ts';

export const importsRouter = api.imports.router({
  plan: api.imports.plan.handler(({ context: { app }, input, signal }) =>
    tellable(
      workStream(async (onProgress, ends) => {
        const plan = await planOfImport(app, input, onProgress, ends);
        return { type: 'done' as const, plan };
      }, signal),
    ),
  ),
  run: api.imports.run.handler(({ context: { app }, input, signal }) =>
    tellable(workStream((onProgress, ends) => runImport(app, input, onProgress, ends), signal)),
  ),
});
