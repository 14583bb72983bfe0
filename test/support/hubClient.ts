/** @file A connection to a hub of the tests that waits for nothing, and how long it would have waited. */
import { ConnectionLog } from '../../native-models/hub/connectionLog.ts';
import { HubConnection, type HubConnectionOptions } from '../../native-models/hub/hubConnection.ts';
import { hubSettings } from '../../native-models/hub/hubSettings.ts';
import type { HubServer } from './hubServer.ts';

export interface TestConnection extends AsyncDisposable {
  readonly connection: HubConnection;
  readonly log: ConnectionLog;
  readonly waitedMs: number[];
}

export function connectTo(
  hub: Pick<HubServer, 'endpoint'>,
  cacheFolder: string,
  changes: Partial<HubConnectionOptions> & { readonly token?: HubConnectionOptions['token'] } = {},
): TestConnection {
  const log = new ConnectionLog();
  const waitedMs: number[] = [];
  const connection = new HubConnection({
    settings: hubSettings({ HF_ENDPOINT: hub.endpoint, HF_HUB_CACHE: cacheFolder }, cacheFolder),
    env: {},
    token: async () => 'hf_secret',
    isNetworkOff: () => false,
    log,
    retries: {
      attempts: 4,
      delayMs: (attempt) => attempt,
      wait: async (delayMs) => void waitedMs.push(delayMs),
    },
    ...changes,
  });
  return { connection, log, waitedMs, [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose]() };
}
