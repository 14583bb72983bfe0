/** @file One file for all captions of a run: checked before the work starts, written in one step at its end. */
import { createHash } from 'node:crypto';
import { access, constants, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { keepBackup, readIfPresent, writeAtomically } from '../files/atomicWrite.ts';
import { fileSystemCode, fileSystemReason } from '../files/fileSystemError.ts';
import { LibraryError } from '../libraryError.ts';

/** Where the output really lies (links followed). Fails when it cannot be written there. */
export async function prepareOutputFile(named: string): Promise<string> {
  const file = await realpath(named).catch((error: unknown) => {
    if (fileSystemCode(error) === 'ENOENT') {
      return named;
    }
    throw notWritable(named, fileSystemReason(error), error);
  });
  const folder = path.dirname(file);
  try {
    if (!(await stat(folder)).isDirectory()) {
      throw notWritable(named, `${folder} is not a folder`);
    }
    await access(folder, constants.W_OK);
  } catch (error) {
    if (error instanceof LibraryError) {
      throw error;
    }
    const isMissing = fileSystemCode(error) === 'ENOENT';
    throw notWritable(named, isMissing ? `there is no folder ${folder}` : fileSystemReason(error), error);
  }
  await assertReplaceable(named, file);
  return file;
}

async function assertReplaceable(named: string, file: string): Promise<void> {
  try {
    const stats = await stat(file);
    if (!stats.isFile()) {
      throw notWritable(named, stats.isDirectory() ? 'it is a folder' : 'it is not an ordinary file');
    }
    await access(file, constants.W_OK);
  } catch (error) {
    if (error instanceof LibraryError) {
      throw error;
    }
    if (fileSystemCode(error) !== 'ENOENT') {
      throw notWritable(named, fileSystemReason(error), error);
    }
  }
}

export interface WrittenOutput {
  readonly sha256: string;
  /** Where the file that was there before is now. */
  readonly backup?: string;
}

/** Replaces the file. Other people's bytes in it are kept in a backup; `isOurs` knows the bytes that need none. */
export async function writeOutputFile(
  file: string,
  content: string,
  isOurs: (sha256: string) => boolean,
): Promise<WrittenOutput> {
  const digest = sha256(content);
  try {
    const before = await readIfPresent(file);
    const beforeDigest = before === undefined ? undefined : sha256(before);
    if (beforeDigest === digest) {
      return { sha256: digest };
    }
    const needsBackup = beforeDigest !== undefined && before?.length !== 0 && !isOurs(beforeDigest);
    const backup = needsBackup ? await keepBackup(file) : undefined;
    await writeAtomically(file, content);
    return { sha256: digest, ...(backup !== undefined && { backup }) };
  } catch (error) {
    throw notWritable(file, fileSystemReason(error), error);
  }
}

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function notWritable(file: string, reason: string, cause?: unknown): LibraryError {
  return new LibraryError('OUTPUT_NOT_WRITABLE', `The output ${file} cannot be written: ${reason}.`, { file }, cause);
}
