/** @file A file that was named on the command line. */
import { stat } from 'node:fs/promises';
import { fileSystemReason } from '../library/files/fileSystemError.ts';
import { LibraryError } from '../library/libraryError.ts';

/** Before a model is loaded for it, which can take a while. @throws LibraryError PATH_NOT_FOUND */
export async function assertFile(file: string, shownAs: string): Promise<void> {
  try {
    await stat(file);
  } catch (error) {
    throw new LibraryError(
      'PATH_NOT_FOUND',
      `${shownAs} cannot be read: ${fileSystemReason(error)}.`,
      { path: file },
      error,
    );
  }
}
