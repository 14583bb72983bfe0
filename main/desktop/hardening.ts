/** @file What no page may do: leave for another address, open windows, embed others, reach the network, ask for permissions. Desktop main process. */
import { VignetteError } from '../../native-models/errors.ts';
import { isPageUrl } from './pageAddress.ts';

/** What the interface needs: the copy button, and a photo on the whole screen. The page must be ours to have it. */
const allowedPermissions: ReadonlySet<string> = new Set(['clipboard-sanitized-write', 'fullscreen']);

interface Preventable {
  preventDefault(): void;
}

/** What is used of Electron's `WebContents`. */
export interface GuardedContents {
  setWindowOpenHandler(handler: () => { action: 'deny' }): void;
  on(event: 'will-frame-navigate', listener: (details: Preventable & { readonly url: string }) => void): unknown;
  on(event: 'will-redirect', listener: (details: Preventable & { readonly url: string }) => void): unknown;
  on(event: 'will-attach-webview', listener: (event: Preventable) => void): unknown;
}

/** What is used of Electron's `App`. */
export interface ContentsSource {
  on(event: 'web-contents-created', listener: (event: unknown, contents: GuardedContents) => void): unknown;
}

/** What is used of Electron's `Session`. */
export interface GuardedSession {
  setPermissionRequestHandler(
    handler: (
      contents: unknown,
      permission: string,
      callback: (granted: boolean) => void,
      details: { readonly requestingUrl: string },
    ) => void,
  ): void;
  setPermissionCheckHandler(
    handler: (contents: unknown, permission: string, requestingOrigin: string) => boolean,
  ): void;
  readonly webRequest: {
    onBeforeRequest(
      listener: (details: { readonly url: string }, callback: (response: { cancel: boolean }) => void) => void,
    ): void;
  };
}

/**
 * Whoever starts Chromium without its sandbox gives a hostile picture the whole account. An AppImage's own start does
 * that by itself where the system restricts user namespaces.
 *
 * @throws VignetteError SANDBOX_OFF
 */
export function assertSandboxed(commandLine: { hasSwitch(name: string): boolean }, message: string): void {
  if (commandLine.hasSwitch('no-sandbox')) throw new VignetteError('SANDBOX_OFF', message);
}

function hardenContents(contents: GuardedContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  // Fires for every frame, the main one included; `will-redirect` is for what a server answers.
  contents.on('will-frame-navigate', (details) => {
    if (!isPageUrl(details.url)) details.preventDefault();
  });
  contents.on('will-redirect', (details) => {
    if (!isPageUrl(details.url)) details.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
}

/** Must be called before the first window exists, so that every one of them is covered. */
export function hardenEveryPage(app: ContentsSource): void {
  app.on('web-contents-created', (_event, contents) => hardenContents(contents));
}

export function hardenSession(session: GuardedSession): void {
  session.setPermissionRequestHandler((_contents, permission, callback, details) => {
    callback(allowedPermissions.has(permission) && isPageUrl(details.requestingUrl));
  });
  session.setPermissionCheckHandler(
    (_contents, permission, requestingOrigin) => allowedPermissions.has(permission) && isPageUrl(requestingOrigin),
  );
  session.webRequest.onBeforeRequest((details, callback) => {
    const ours = isPageUrl(details.url) || details.url.startsWith('devtools:');
    callback({ cancel: !ours });
  });
}
