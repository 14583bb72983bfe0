/** @file Packs an installed model into a file that a person named. Main process and CLI. */
import path from 'node:path';
import { assertSpace } from '../../../native-models/compiler/modelError.ts';
import { pathExists } from '../../../native-models/foreignFile.ts';
import { type PackProgress, planPack } from '../../../native-models/packs/writePack.ts';
import { FileInTheMaking } from '../files/atomicWrite.ts';
import { type RefusalError, withReason } from '../files/fileSystemError.ts';
import { removeLeftovers } from '../files/leftovers.ts';
import { LibraryError } from '../files/libraryError.ts';

export interface PackRequest {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: PackProgress) => void;
}

/**
 * Returns the pack's size in bytes. One that is stopped or fails leaves nothing.
 * @param file is not there yet
 * @throws LibraryError OUTPUT_NOT_WRITABLE; ModelError MODEL_DAMAGED, DISK_FULL, …; the signal's reason
 */
export async function packModel(folder: string, file: string, { signal, onProgress }: PackRequest): Promise<number> {
  const plan = await planPack(folder);
  const refusal: RefusalError = (reason, cause) => notWritable(file, reason, cause);
  await withReason(() => assertSpace(path.dirname(file), plan.sizeBytes), refusal);
  await removeLeftovers(path.dirname(file));
  await using output = await withReason(() => FileInTheMaking.begin(file), refusal);
  await plan.write({ write: (bytes) => withReason(() => output.write(bytes), refusal) }, { signal, onProgress });
  if (!(await withReason(() => output.finishUnlessTaken(), refusal))) throw taken(file);
  return plan.sizeBytes;
}

/** Before minutes are spent on it. @throws LibraryError OUTPUT_NOT_WRITABLE */
export async function assertFree(file: string): Promise<void> {
  if (await pathExists(file)) throw taken(file);
}

function taken(file: string): LibraryError {
  return notWritable(file, 'there is a file of that name already');
}

function notWritable(file: string, reason: string, cause?: unknown): LibraryError {
  return new LibraryError('OUTPUT_NOT_WRITABLE', `The output ${file} cannot be written: ${reason}.`, { file }, cause);
}
