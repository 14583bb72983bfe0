/** @file A process that does nothing but download, for tests that kill it: `ENDPOINT CACHE REPO`. */
import { flushCompileCache } from 'node:module';
import { CheckpointDownload } from '../../native-models/hub/checkpointDownload.ts';
import { connectTo } from './hubClient.ts';

const [endpoint = '', cacheFolder = '', repo = ''] = process.argv.slice(2);
const { signal } = new AbortController();
const sizes = { connections: 2, requestBytes: 32 << 10, noteBytes: 8 << 10 };
await using client = connectTo({ endpoint }, cacheFolder);
const download = await CheckpointDownload.begin(client.connection, { repo, signal, sizes });
// Now: whoever is killed leaves no cache.
flushCompileCache();
await download.fetchAll({ signal });
