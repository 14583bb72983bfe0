/** @file Connects pages to the API: each page that is ours gets the router at the other end of the port it sends. Desktop main process. */

import type { MessagePortMainLike } from '@orpc/client/message-port';
import { RPCHandler } from '@orpc/server/message-port';
import type { ConnectMessage } from '../../preload/contract.ts';
import type { App } from '../api/app.ts';
import type { Desktop } from '../api/desktop.ts';
import { router } from '../api/router.ts';
import { isPageUrl } from './pageAddress.ts';

const connectMessage: ConnectMessage = 'vignette:connect';

/** What is used of Electron's `WebFrameMain`; null when the frame is gone already. */
export type SenderFrame = { readonly url: string; readonly parent: unknown } | null;

/** What is used of Electron's `IpcMain`. */
export interface PageMessages {
  on(
    channel: string,
    listener: (event: {
      readonly senderFrame: SenderFrame;
      readonly ports: readonly (MessagePortMainLike & { start(): void })[];
    }) => void,
  ): unknown;
}

/** Only the main frame of a window that shows our page; a frame inside it or another address gets no answer. */
export function isPageFrame(frame: SenderFrame): boolean {
  return frame !== null && frame.parent === null && isPageUrl(frame.url);
}

export function acceptConnections(ipcMain: PageMessages, app: App, desktop: Desktop): void {
  const handler = new RPCHandler(router);
  ipcMain.on(connectMessage, (event) => {
    const [port] = event.ports;
    if (port === undefined || !isPageFrame(event.senderFrame)) return;
    handler.upgrade(port, { context: { app, desktop } });
    port.start();
  });
}
