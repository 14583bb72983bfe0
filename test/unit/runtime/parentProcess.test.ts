/** @file A process whose parent is gone ends, and quietly: nobody is there for its errors. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { messageToText } from '../../../native-models/runtime/messageText.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const entry = path.join(import.meta.dirname, 'lateSpeaker.ts');

it.each(['objects', 'text'])(
  'a child process ends without a word when it speaks, in %s, to a parent that is gone',
  async (form) => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, 'parent is gone');
    const child = fork(entry, [form], { stdio: ['ignore', 'inherit', 'pipe', 'ipc'], serialization: 'advanced' });
    if (child.stderr === null) throw new Error('no stderr');
    const said = text(child.stderr);
    const ended = once(child, 'exit');
    child.send(form === 'text' ? messageToText(file) : file);
    await once(child, 'message');
    child.disconnect();
    await once(child, 'disconnect');
    await writeFile(file, '');
    expect([await ended, await said]).toEqual([[0, null], '']);
  },
);
