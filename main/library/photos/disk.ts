/** @file The part of the file system that the library reads; tests put failures and foreign file systems here. Main process, CLI. */
import type { BigIntStats, Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { openForeignFile } from '../../../native-models/foreignFile.ts';
import type { FileState } from './fileState.ts';
import { StableNumbers } from './stableNumbers.ts';

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

export const realDisk: Disk = systemDisk(new StableNumbers(process.platform));

export function systemDisk(numbers: Pick<StableNumbers, 'areOn'>): Disk {
  const stateOf = async (path: string, stats: BigIntStats) =>
    diskStateOf(stats, await numbers.areOn(Number(stats.dev), path));
  return {
    list: (folder) => readdir(folder, { withFileTypes: true }),
    state: async (path) => await stateOf(path, await stat(path, { bigint: true })),
    realPath: (path) => realpath(path),
    open: (file) => openFile(file, stateOf),
  };
}

async function openFile(
  file: string,
  stateOf: (path: string, stats: BigIntStats) => Promise<DiskState>,
): Promise<OpenFile> {
  const { handle } = await openForeignFile(file);
  return {
    state: async () => await stateOf(file, await handle.stat({ bigint: true })),
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
const inodeBits = 53;
const nsInMs = 1_000_000n;
const nsInSecond = 1_000_000_000n;

function diskStateOf(stats: BigIntStats, hasStableNumber: boolean): DiskState {
  const inode = Number(BigInt.asUintN(inodeBits, stats.ino));
  return {
    kind: stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other',
    device: Number(stats.dev),
    inode,
    sizeBytes: Number(stats.size),
    modifiedMs: wholeMs(stats.mtimeNs),
    changedMs: wholeMs(stats.ctimeNs),
    modifiedNs: nsBeyondMs(stats.mtimeNs),
    changedNs: nsBeyondMs(stats.ctimeNs),
    fileNumber: hasStableNumber ? inode : null,
  };
}

/** Rounded as Node's own `mtimeMs` is, then down. */
function wholeMs(timeNs: bigint): number {
  const seconds = Number(timeNs / nsInSecond);
  return Math.floor(seconds * 1000 + Number(timeNs % nsInSecond) / 1e6);
}

/** What that leaves out; a fraction of a microsecond less than nothing where it was rounded up. */
function nsBeyondMs(timeNs: bigint): number {
  return Number(timeNs - BigInt(wholeMs(timeNs)) * nsInMs);
}
