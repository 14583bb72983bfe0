/** @file Whether a photo's file is still what the catalog knows: only then does an answer belong to the photo. */
import { stat } from 'node:fs/promises';
import { VignetteError } from '../../../native-models/errors.ts';
import type { DuePhoto } from '../catalog/dueJobs.ts';
import { fileSystemCode } from '../files/fileSystemError.ts';
import { isOtherFile, isSameTime } from '../photos/fileState.ts';
import { type DiskState, realDisk } from '../watch/disk.ts';

export type PhotoOnDiskErrorCode =
  /** Another content than the catalog knows: it will be looked at again when the catalog does. */
  | 'PHOTO_CHANGED'
  /** It was moved, renamed or deleted, and the catalog does not know yet. */
  | 'PHOTO_NOT_FOUND'
  /** The whole folder that the person added is not there. */
  | 'PHOTO_AWAY';

export class PhotoOnDiskError extends VignetteError {
  declare readonly code: PhotoOnDiskErrorCode;

  constructor(code: PhotoOnDiskErrorCode, message: string, file: string) {
    super(code, message, { details: { file }, blames: 'photo' });
  }
}

/** @throws PhotoOnDiskError */
export async function assertOnDisk(photo: DuePhoto): Promise<void> {
  const { file, rootPath, sizeBytes, modifiedMs } = photo;
  let found: DiskState;
  try {
    found = await realDisk.state(file);
  } catch (error) {
    if (!isGone(error)) return; // whoever reads the file will say what is wrong
    if (await isThere(rootPath)) {
      throw new PhotoOnDiskError('PHOTO_NOT_FOUND', 'The file was moved or deleted.', file);
    }
    throw new PhotoOnDiskError('PHOTO_AWAY', `The folder ${rootPath} is not there: its drive may be away.`, file);
  }
  // The number tells of a file of equal size and time that was given the name.
  if (found.sizeBytes !== sizeBytes || !isSameTime(found.modifiedMs, modifiedMs) || isOtherFile(photo, found)) {
    throw new PhotoOnDiskError('PHOTO_CHANGED', 'The file was changed while it was waiting.', file);
  }
}

async function isThere(folder: string): Promise<boolean> {
  return await stat(folder).then(
    () => true,
    (error: unknown) => !isGone(error),
  );
}

/** Whether the system says that there is nothing; a drive that was pulled out reports errors of its own. */
function isGone(error: unknown): boolean {
  const code = fileSystemCode(error);
  return code !== undefined && ['ENOENT', 'ENOTDIR', 'ENODEV', 'ENXIO', 'EIO', 'ESTALE'].includes(code);
}
