/** @file Tells every page how far an edit of many photos is, and that it is over however it ends. Main process and server. */
import type { App } from './app.ts';

export async function withEditProgress<T>(
  app: Pick<App, 'editing'>,
  edit: (onProgress: (done: number, total: number) => void) => Promise<T>,
): Promise<T> {
  try {
    return await edit((done, total) => app.editing({ done, total }));
  } finally {
    app.editing(null);
  }
}
