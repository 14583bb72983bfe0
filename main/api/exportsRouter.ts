/** @file The contract's exports. Main process and server. */
import { exportReads } from '../library/interchange/exportReads.ts';
import { exportPhotos, previewPhotos } from './exporting.ts';
import { api, tellable } from './implementation.ts';
import { selectedPhotos } from './selection.ts';
import { workStream } from './workStream.ts';

export const exportsRouter = api.exports.router({
  count: api.exports.count.handler(async ({ context: { app }, input: { selection, filter }, signal }) => {
    const photoIds = await selectedPhotos(app, selection, signal);
    return app.catalog.reader.read(exportReads.exportCount, { photoIds, filter }, signal);
  }),
  preview: api.exports.preview.handler(({ context: { app }, input, signal }) => previewPhotos(app, input, signal)),
  questions: api.exports.questions.handler(({ context: { app } }) => app.catalog.answers.questions()),
  run: api.exports.run.handler(({ context: { app }, input, signal }) =>
    tellable(
      workStream(async (onProgress, ends) => {
        const result = await exportPhotos(app, input, onProgress, ends);
        return { type: 'done' as const, result };
      }, signal),
    ),
  ),
});
