/** @file The downloads of a library, with the hub as the environment has it. Main process and CLI. */
import type { ConnectionLog } from '../../../native-models/hub/connectionLog.ts';
import { HubConnection } from '../../../native-models/hub/hubConnection.ts';
import { environmentToken, hubSettings } from '../../../native-models/hub/hubSettings.ts';
import { ModelDownloads, type ModelDownloadsOptions } from './modelDownloads.ts';

export interface OpenDownloadsOptions extends Omit<ModelDownloadsOptions, 'connection'> {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homeFolder: string;
  /** One that the person gave; where it gives none, the environment's counts. */
  readonly token?: () => Promise<string | undefined>;
  readonly isNetworkOff: () => boolean;
  readonly log: ConnectionLog;
}

/** @throws HubError HUB_SETTING_INVALID */
export async function openDownloads(options: OpenDownloadsOptions): Promise<ModelDownloads> {
  const { env, homeFolder, isNetworkOff, log } = options;
  const settings = hubSettings(env, homeFolder);
  const token = async () => (await options.token?.()) ?? (await environmentToken(env, settings));
  const connection = new HubConnection({ settings, env, token, isNetworkOff, log });
  return await ModelDownloads.open({ ...options, connection });
}
