/** @file What a page can ask of the desktop application around it. Main process and server; implemented in main/desktop. */
import { VignetteError } from '../../native-models/errors.ts';
import type { DesktopEvent, FolderUse } from '../../preload/contract/desktop.ts';

export class DesktopError extends VignetteError {}

export interface Desktop {
  /** Subscribes at once; ends when the signal aborts. */
  watch(signal: AbortSignal | undefined): AsyncIteratorObject<DesktopEvent, unknown, void>;
  chooseFolder(of: FolderUse): Promise<string | null>;
  choosePack(): Promise<string | null>;
  reveal(file: string): void;
  /** @throws DesktopError CANNOT_OPEN */
  openElsewhere(file: string): Promise<void>;
  /** The person's settings are not what they were. */
  settingsChanged(): void;
}
