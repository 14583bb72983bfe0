/** @file A process that says something when its parent is gone: it waits, without hearing anything, for a file. Used by parentProcess.test.ts. */
import { existsSync } from 'node:fs';
import { serveParent } from '../../../native-models/runtime/parentProcess.ts';

const asText = process.argv.includes('text');

serveParent(
  (send) => (file) => {
    send('waiting');
    const pause = new Int32Array(new SharedArrayBuffer(4));
    while (!existsSync(String(file))) Atomics.wait(pause, 0, 0, 5);
    send('too late');
  },
  { messagesAsText: asText },
);
