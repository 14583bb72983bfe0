/** @file What a page can ask of the desktop application around it. Main process and server; implemented in main/desktop. */
import { VignetteError } from '../../native-models/errors.ts';
import type { DesktopEvent, FolderUse, HubTokenState } from '../../preload/contract/desktop.ts';

export class DesktopError extends VignetteError {}

/** The access token for Hugging Face, as far as a page may know of it. */
export interface HubTokenKeeper {
  state(): Promise<HubTokenState>;
  /** @throws HubError HUB_SETTING_INVALID; DesktopError HUB_TOKEN_NOT_SAVED, HUB_TOKEN_NOT_REMOVED */
  save(token: string): Promise<HubTokenState>;
  /** @throws DesktopError HUB_TOKEN_NOT_REMOVED */
  remove(): Promise<HubTokenState>;
}

export interface Desktop {
  /** Subscribes at once; ends when the signal aborts. */
  watch(signal: AbortSignal | undefined): AsyncIteratorObject<DesktopEvent, unknown, void>;
  chooseFolder(of: FolderUse): Promise<string | null>;
  choosePack(): Promise<string | null>;
  chooseImport(): Promise<string | null>;
  reveal(file: string): void;
  /** @throws DesktopError CANNOT_OPEN */
  openElsewhere(file: string): Promise<void>;
  readonly hubToken: HubTokenKeeper;
  /** The person's settings are not what they were. */
  settingsChanged(): void;
}
