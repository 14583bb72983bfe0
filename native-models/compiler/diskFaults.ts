/** @file What a disk can refuse: room, and writing at all. Compiler only. */
import { statfs } from 'node:fs/promises';
import { ModelError } from './modelError.ts';

/** Of the disk that `folder` is on. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/** Before anything is written. @throws ModelError DISK_FULL when the disk of `folder` has no room for so much */
export async function assertSpace(folder: string, neededBytes: number): Promise<void> {
  const free = await freeBytes(folder);
  if (neededBytes <= free) return;
  const gb = (bytes: number) => (bytes / 1e9).toFixed(1);
  const message = `The model needs ${gb(neededBytes)} GB, but only ${gb(free)} GB are free on this disk.`;
  throw new ModelError('DISK_FULL', message, { neededBytes, freeBytes: free });
}

export function isDiskFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'DISK_FULL'].includes(String(codeOf(error)));
}

/** An error of the file system in our terms; anything else as it is. @param isKept whether an import can go on */
export function describeWriteError(error: unknown, folder: string, { isKept = false } = {}): unknown {
  const code = codeOf(error);
  if (code !== 'DISK_FULL' && isDiskFull(error)) {
    const kept = isKept ? 'What was compiled is kept' : 'Nothing was kept of the import';
    const message = `The disk is full. ${kept}; make room and start again.`;
    return new ModelError('DISK_FULL', message, { folder }, error);
  }
  if (typeof code === 'string' && ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(code)) {
    return new ModelError('FOLDER_NOT_WRITABLE', `Cannot write to ${folder}.`, { folder }, error);
  }
  return error;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
