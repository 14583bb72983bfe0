/** @file The photos that the interface means: those named, or all that a query finds but a few. Main process and server. */
import type * as z from 'zod';
import type { selectionSchema } from '../../preload/contract/common.ts';
import type { App } from './app.ts';

/** @throws QueryError QUERY_INVALID */
export async function selectedPhotos(
  app: App,
  selection: z.output<typeof selectionSchema>,
  signal: AbortSignal | undefined,
): Promise<readonly number[]> {
  if ('photoIds' in selection) return selection.photoIds;
  const excepted = new Set(selection.except);
  const found = await app.finding.ids(selection.query, signal);
  return excepted.size === 0 ? found : found.filter((id) => !excepted.has(id));
}
