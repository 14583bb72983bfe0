/** @file All that the command touches outside itself. `context.ts` makes the real one; tests make their own. */
import type { DeviceChoice } from '../../native-models/devices/device.ts';
import type { DeviceNotice } from '../../native-models/devices/deviceNotice.ts';
import type { InstalledModels, ListedModel } from '../library/models/installedModels.ts';
import type { MachineSpeed } from '../library/models/machineSpeed.ts';
import type { StartedHost } from '../library/openInstalledModel.ts';
import type { FolderReader } from '../library/photos/findPhotos.ts';
import type { LibraryQueueOptions } from '../library/queue/scheduler.ts';

export interface TextStream {
  readonly isTty: boolean;
  /** Width of the terminal in characters. */
  readonly columns: number;
  /** Settles when the text has been taken over; throws PipeClosed when nobody reads any more. */
  write(text: string): Promise<void>;
}

/** The reader of our output went away, as `head` does. Not an error: there is just nothing left to do. */
export class PipeClosed extends Error {}

export type CliHost = StartedHost;

export interface ServeRequest {
  readonly port: number;
  readonly host: string;
  /** Names besides its own that the server answers to. */
  readonly allowedHosts: readonly string[];
  readonly open: boolean;
  readonly folders: readonly string[];
  /** Writes the captions of new photos in the folders; the one that fits where undefined. */
  readonly model: ListedModel | undefined;
  /** In place of the one in the settings. */
  readonly device: DeviceChoice | undefined;
  readonly libraryFolder: string;
  readonly signal: AbortSignal;
  /** The address was used: this one lets in the next browser. */
  readonly onNewUrl: (url: string) => void;
}

export interface ServedLibrary {
  readonly url: string;
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

export interface CliContext {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
  readonly homeFolder: string;
  readonly temporaryFolder: string;
  /** Aborted by the first Ctrl-C; the second ends the process. */
  readonly interrupt: AbortSignal;
  readonly folderReader?: FolderReader;
  /** What a model is given to look at, where that is not the photo or the copy of it that can be opened. */
  readonly imageFor?: LibraryQueueOptions['imageFor'];
  /** How old files must be to be taken for finished, where that is not the default. */
  readonly debounceMs?: number | undefined;
  nowMs(): number;
  models(libraryFolder: string): InstalledModels;
  machineSpeed(libraryFolder: string): Pick<MachineSpeed, 'known' | 'measured'>;
  startHost(onRestart: (reason: string) => void, onNotice: (notices: readonly DeviceNotice[]) => void): CliHost;
  serve(request: ServeRequest): Promise<ServedLibrary>;
}
