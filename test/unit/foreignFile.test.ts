/** @file Reading files that somebody else may have put there: whatever they are, it ends soon and takes little memory. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  ForeignFileError,
  openForeignFile,
  readForeignFile,
  readForeignFileSync,
} from '../../native-models/foreignFile.ts';

const limitBytes = 100_000;

const readers = {
  readForeignFile,
  readForeignFileSync: async (file: string, maxBytes: number) => readForeignFileSync(file, maxBytes),
};

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'vignette-foreign-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe.each(Object.entries(readers))('%s', (_, read) => {
  it('returns the content, also through a link, of any size up to the limit', async () => {
    const folder = await emptyFolder();
    const file = path.join(folder, 'file');
    await symlink('file', path.join(folder, 'link'));
    for (const sizeBytes of [0, 1, 4095, 4096, 4097, limitBytes]) {
      const content = Buffer.alloc(sizeBytes, 'abc');
      await writeFile(file, content);
      expect((await read(file, limitBytes)).equals(content), `${sizeBytes} bytes`).toBe(true);
      expect((await read(path.join(folder, 'link'), limitBytes)).equals(content)).toBe(true);
    }
  });

  it('refuses a file that is larger', async () => {
    const file = path.join(await emptyFolder(), 'file');
    await writeFile(file, Buffer.alloc(limitBytes + 1));
    await expect(read(file, limitBytes)).rejects.toThrow(ForeignFileError);
  });

  it('says by ENOENT that there is none', async () => {
    await expect(read(path.join(await emptyFolder(), 'none'), limitBytes)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('refuses a folder', async () => {
    await expect(read(await emptyFolder(), limitBytes)).rejects.toThrow(new ForeignFileError('EISDIR', 'is a folder'));
  });
});

describe.skipIf(process.platform === 'win32').each(Object.entries(readers))('%s', (_, read) => {
  const refusal = new ForeignFileError('EFTYPE', 'is not a regular file');

  it('does not wait for the other end of a pipe', async () => {
    const pipe = path.join(await emptyFolder(), 'pipe');
    execFileSync('mkfifo', [pipe]);
    await expect(read(pipe, limitBytes)).rejects.toThrow(refusal);
    await expect(openForeignFile(pipe)).rejects.toThrow(refusal);
  });

  it('refuses devices', async () => {
    for (const device of ['/dev/zero', '/dev/null', '/dev/tty']) {
      await expect(read(device, limitBytes), device).rejects.toThrow(refusal);
    }
  });

  it('refuses a socket', async () => {
    const socket = path.join(await emptyFolder(), 'socket');
    const server = createServer();
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    await expect(read(socket, limitBytes)).rejects.toThrow(refusal);
  });
});

describe.runIf(process.platform === 'linux').each(Object.entries(readers))('%s', (_, read) => {
  it('ends at the limit where a file has more than it says', async () => {
    await expect(read('/proc/self/smaps', 1000)).rejects.toThrow(/more than the 1000 bytes/);
  });

  it('reads a file whole that says that it has no bytes', async () => {
    expect((await read('/proc/self/status', limitBytes)).toString()).toContain('VmPeak');
  });
});

it('openForeignFile closes a file that it refuses', async () => {
  const folder = path.join(await emptyFolder(), 'inner');
  await mkdir(folder);
  await expect(openForeignFile(folder)).rejects.toThrow(ForeignFileError);
  await rm(folder, { recursive: true });
});
