/** @file What can go wrong with compiled models: importing, finding, verifying, removing; and what a disk can refuse: room, and writing at all. */

import { statfs } from 'node:fs/promises';
import { VignetteError, type VignetteErrorOptions } from '../errors.ts';

/** Stable codes: scripts and the interface match on them. */
export type ModelErrorCode =
  | 'MODEL_IMPORT_CRASHED'
  | 'MODEL_ID_INVALID'
  | 'MODEL_ID_TAKEN'
  | 'MODEL_NOT_FOUND'
  | 'MODEL_MANIFEST_INVALID'
  | 'MODEL_MANIFEST_NEWER'
  | 'MODEL_WRONG_KIND'
  | 'MODEL_DAMAGED'
  | 'MODEL_SELF_TEST_FAILED'
  | 'MODEL_IN_USE'
  | 'PACK_INVALID'
  | 'PACK_NEWER'
  | 'PACK_DAMAGED'
  | 'MODEL_PRECISION_UNSUPPORTED'
  | 'OUT_OF_MEMORY'
  | 'DISK_FULL'
  | 'FOLDER_NOT_WRITABLE';

/** What may be over the next time; the others stay until the model is another. */
const passing: Readonly<Partial<Record<ModelErrorCode, Pick<VignetteErrorOptions, 'retry' | 'blames'>>>> = {
  MODEL_IMPORT_CRASHED: { retry: 'later', blames: 'program' },
  MODEL_IN_USE: { retry: 'later' },
  OUT_OF_MEMORY: { retry: 'later', blames: 'program' },
  DISK_FULL: { retry: 'later', blames: 'disk' },
  FOLDER_NOT_WRITABLE: { retry: 'later', blames: 'disk' },
};

export class ModelError extends VignetteError {
  declare readonly code: ModelErrorCode;

  constructor(code: ModelErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}, cause?: unknown) {
    super(code, message, { details, cause, retry: 'never', blames: 'model', ...passing[code] });
  }
}

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
