/** @file Opens the files of a checkpoint folder, and says of one that cannot be used what it is. Compiler only. */
import { type FileHandle, lstat } from 'node:fs/promises';
import path from 'node:path';
import { type ForeignFile, ForeignFileError, openForeignFile, readForeignFile } from '../foreignFile.ts';
import { pointerFileOf, pointerHeadBytes, pointerLinkAt } from '../pointerFile.ts';
import { CheckpointError } from './checkpointError.ts';

/** The index of a 13-billion-parameter model has 150 kB. */
const maxJsonBytes = 64 << 20;

/**
 * Parses a JSON file; undefined when it does not exist.
 * @throws CheckpointError CHECKPOINT_CONFIG_INVALID when it is not JSON, CHECKPOINT_UNSUPPORTED when it is a pointer
 */
export async function readJsonFile(file: string): Promise<unknown> {
  let bytes: Buffer;
  try {
    bytes = await readForeignFile(file, maxJsonBytes);
  } catch (error) {
    if (isNotFound(error)) {
      await refuseDanglingLink(file, error);
      return undefined;
    }
    if (!(error instanceof ForeignFileError)) throw error;
    const message = `${path.basename(file)} ${error.message}.`;
    throw new CheckpointError('CHECKPOINT_CONFIG_INVALID', message, { file }, error);
  }
  refusePointer(bytes, file);
  try {
    return JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, ''));
  } catch (cause) {
    const message = `${path.basename(file)} is not valid JSON.`;
    throw new CheckpointError('CHECKPOINT_CONFIG_INVALID', message, { file }, cause);
  }
}

/** @throws CheckpointError CHECKPOINT_SHARD_MISSING, CHECKPOINT_UNSUPPORTED for a pointer, CHECKPOINT_HEADER_INVALID */
export async function openWeightFile(file: string): Promise<FileHandle> {
  const name = path.basename(file);
  const { handle } = await openOf(file, name);
  try {
    const head = Buffer.alloc(pointerHeadBytes);
    const { bytesRead } = await handle.read(head, 0, head.length, 0);
    refusePointer(head.subarray(0, bytesRead), file);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function openOf(file: string, name: string): Promise<ForeignFile> {
  try {
    return await openForeignFile(file);
  } catch (cause) {
    if (cause instanceof ForeignFileError) {
      throw new CheckpointError('CHECKPOINT_HEADER_INVALID', `${name} ${cause.message}.`, { file }, cause);
    }
    if (!isNotFound(cause)) throw cause;
    await refusePointerLink(file, cause);
    const message = `The weight file ${name} is missing. Download it again.`;
    throw new CheckpointError('CHECKPOINT_SHARD_MISSING', message, { file }, cause);
  }
}

function refusePointer(head: Uint8Array, file: string): void {
  const pointer = pointerFileOf(head);
  if (pointer !== undefined) throw pointerError(file, pointer);
}

/** A name that leads nowhere is no missing file: in a download cache, the content behind it was deleted. */
async function refuseDanglingLink(file: string, cause: unknown): Promise<void> {
  await refusePointerLink(file, cause);
  if ((await lstat(file).catch(() => undefined)) === undefined) return;
  const message = `${path.basename(file)} is a link to a file that is not there. Download it again.`;
  throw new CheckpointError('CHECKPOINT_CONFIG_INVALID', message, { file }, cause);
}

async function refusePointerLink(file: string, cause: unknown): Promise<void> {
  const pointer = await pointerLinkAt(file);
  if (pointer !== undefined) throw pointerError(file, pointer, cause);
}

function pointerError(file: string, { kind, fetch }: { kind: string; fetch: string }, cause?: unknown) {
  const message = `${path.basename(file)} is a ${kind}, not the file itself. Run “${fetch}” in its folder, or download it.`;
  return new CheckpointError('CHECKPOINT_UNSUPPORTED', message, { file, pointer: kind }, cause);
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
