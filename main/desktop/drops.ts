/** @file Folders that were dropped on the window, as the preload script tells of them. Desktop main process. */
import * as z from 'zod';
import type { DroppedMessage } from '../../preload/contract.ts';
import { isPageFrame, type SenderFrame } from './connections.ts';
import { isFolder } from './openRequests.ts';
import type { PageEvents } from './pageEvents.ts';

const droppedMessage: DroppedMessage = 'vignette:dropped';
const pathsSchema = z.array(z.string().min(1).max(4096)).min(1).max(100);

/** What is used of Electron's `IpcMain`. */
export interface DropMessages {
  on(channel: string, listener: (event: { readonly senderFrame: SenderFrame }, paths: unknown) => void): unknown;
}

/** The page is told of folders only; of none where only files were dropped, so that it can say what it takes. */
export function acceptDrops(ipcMain: DropMessages, events: PageEvents): void {
  ipcMain.on(droppedMessage, (event, message) => {
    const paths = pathsSchema.safeParse(message);
    if (!isPageFrame(event.senderFrame) || !paths.success) return;
    void foldersOf(paths.data).then((folders) => events.tell({ type: 'folders', paths: folders }));
  });
}

async function foldersOf(paths: readonly string[]): Promise<string[]> {
  const are = await Promise.all(paths.map(isFolder));
  return paths.filter((_path, index) => are[index]);
}
