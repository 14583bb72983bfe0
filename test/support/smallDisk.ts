/** @file A file system that really is as small as a test needs: a tmpfs. Needs root on Linux. */
import { execFile } from 'node:child_process';
import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Whether small disks can be made here. */
export const canMakeSmallDisks = await makeSmallDisk(1)
  .then((disk) => disk[Symbol.asyncDispose]())
  .then(
    () => true,
    () => false,
  );

export interface SmallDisk extends AsyncDisposable {
  readonly path: string;
  makeReadOnly(): Promise<void>;
}

export async function makeSmallDisk(sizeMB: number): Promise<SmallDisk> {
  const folder = await mkdtemp(path.join(tmpdir(), 'vignette-disk-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${sizeMB}m`, 'tmpfs', folder]);
  } catch (error) {
    await rmdir(folder);
    throw error;
  }
  return {
    path: folder,
    async makeReadOnly() {
      await run('mount', ['-o', 'remount,ro', folder]);
    },
    async [Symbol.asyncDispose]() {
      await run('umount', ['-l', folder]);
      await rmdir(folder);
    },
  };
}
