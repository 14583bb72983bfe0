/** @file The part of the file system that comparing reads; tests put failures and foreign file systems here. Main process, CLI. */
import type { Dirent, Stats } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import type { FileState } from '../photos/fileState.ts';

export interface DiskState extends FileState {
  readonly kind: 'file' | 'folder' | 'other';
  readonly device: number;
  /** The file system's number of the entry; some make up new ones whenever the drive is mounted. */
  readonly inode: number;
}

export interface OpenFile extends AsyncDisposable {
  state(): Promise<DiskState>;
  /** Fills the buffer from the position on, as far as the file goes. Returns how many bytes that is. */
  read(buffer: Uint8Array, position: number): Promise<number>;
}

/** Failures are Node's, with their codes. Links are followed. */
export interface Disk {
  list(folder: string): Promise<Dirent[]>;
  state(path: string): Promise<DiskState>;
  realPath(path: string): Promise<string>;
  open(file: string): Promise<OpenFile>;
}

export const realDisk: Disk = {
  list: (folder) => readdir(folder, { withFileTypes: true }),
  state: async (path) => diskStateOf(await stat(path)),
  realPath: (path) => realpath(path),
  open: openFile,
};

async function openFile(file: string): Promise<OpenFile> {
  const handle = await open(file, 'r');
  return {
    state: async () => diskStateOf(await handle.stat()),
    async read(buffer, position) {
      let filled = 0;
      while (filled < buffer.length) {
        const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, position + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return filled;
    },
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

/** Some numbers of entries need more than the 53 bits that are exact. */
const inodeLimit = 2 ** 53;

function diskStateOf(stats: Stats): DiskState {
  return {
    kind: stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other',
    device: stats.dev,
    inode: stats.ino % inodeLimit,
    sizeBytes: stats.size,
    modifiedMs: Math.floor(stats.mtimeMs),
    changedMs: Math.floor(stats.ctimeMs),
  };
}
