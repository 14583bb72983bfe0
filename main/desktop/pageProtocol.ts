/** @file Serves the interface and the photos (by id, never by path) under the application's own scheme. Desktop main process. */
import type { CustomScheme } from 'electron';
import type { App } from '../api/app.ts';
import type { PageFiles } from '../api/pageFiles.ts';
import { plainResponse, respond } from '../api/respond.ts';
import { isPageUrl, pageScheme } from './pageAddress.ts';

/** To be registered before the application is ready. `standard` gives the page an origin, which its content policy needs. */
export const pageSchemePrivileges: CustomScheme = {
  scheme: pageScheme,
  privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
};

/** What is used of Electron's `Protocol`. */
export interface SchemeHost {
  handle(scheme: string, handler: (request: Request) => Promise<Response>): void;
}

export function servePage(protocol: SchemeHost, page: PageFiles, app: App): void {
  protocol.handle(pageScheme, async (request) => {
    if (!isPageUrl(request.url)) return plainResponse(404, 'There is nothing at this address.');
    try {
      return await respond(page, app, {
        method: request.method,
        url: new URL(request.url),
        headers: request.headers,
        // Electron's requests are never aborted: it destroys the body of an answer that the page does not want any more.
        signal: undefined,
      });
    } catch {
      return plainResponse(500, 'Something failed inside Vignette while it answered this address.');
    }
  });
}
