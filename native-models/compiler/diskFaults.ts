/** @file What a disk can refuse: room, and writing at all. Compiler only. */
import { statfs } from 'node:fs/promises';
import { ModelError } from './modelError.ts';

/** Before anything is written. @throws ModelError DISK_FULL when the disk of `folder` has no room for so much */
export async function assertSpace(folder: string, neededBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const freeBytes = bavail * bsize;
  if (neededBytes <= freeBytes) return;
  const gb = (bytes: number) => (bytes / 1e9).toFixed(1);
  const message = `The model needs ${gb(neededBytes)} GB, but only ${gb(freeBytes)} GB are free on this disk.`;
  throw new ModelError('DISK_FULL', message, { neededBytes, freeBytes });
}

/** An error of the file system in our terms; anything else as it is. */
export function describeWriteError(error: unknown, folder: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const message = 'The disk is full. Nothing was kept of the import; make room and start again.';
    return new ModelError('DISK_FULL', message, { folder }, error);
  }
  if (typeof code === 'string' && ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(code)) {
    return new ModelError('FOLDER_NOT_WRITABLE', `Cannot write to ${folder}.`, { folder }, error);
  }
  return error;
}
