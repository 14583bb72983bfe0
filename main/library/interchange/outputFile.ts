/** @file One file for all captions of a run: checked before the work starts, written in one step at its end. */
import { createHash } from 'node:crypto';
import { access, constants, lstat, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { sha256OfFile } from '../../../native-models/compiler/fileHash.ts';
import { FileInTheMaking, keepBackup } from '../files/atomicWrite.ts';
import { fileSystemCode, fileSystemReason, type RefusalError, withReason } from '../files/fileSystemError.ts';
import { removeLeftovers } from '../files/leftovers.ts';
import { LibraryError } from '../files/libraryError.ts';

/** What was written before, and may be replaced. */
export interface WrittenFiles {
  /** @param file absolute, links followed @param sha256 of the bytes, in hexadecimal */
  wrote(file: string, sha256: string): boolean;
  add(file: string, sha256: string): void;
}

/**
 * As `prepareOutputFile`, for a file that no person named: a link in its place may be anybody's, and is not followed.
 *
 * @throws LibraryError OUTPUT_NOT_WRITABLE
 */
export async function prepareDerivedFile(file: string): Promise<string> {
  const stats = await lstat(file).catch(() => undefined);
  if (stats?.isSymbolicLink() === true) throw notWritable(file, 'it is a link, which may lead anywhere');
  return await prepareOutputFile(file);
}

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

/** Takes a document as it is written: text in UTF-8, or bytes of a format that is none. */
export interface DocumentSink {
  write(content: string | Uint8Array): Promise<void>;
}

/** Replaces the file. Other people's bytes in it are kept in a backup; `isOurs` knows the bytes that need none. */
export async function writeOutputFile(
  file: string,
  content: string,
  isOurs: (sha256: string) => boolean,
): Promise<WrittenOutput> {
  return await streamOutputFile(file, isOurs, (sink) => sink.write(content));
}

/** As `writeOutputFile`, piece by piece. What `produce` throws leaves the file as it was. */
export async function streamOutputFile(
  file: string,
  isOurs: (sha256: string) => boolean,
  produce: (sink: DocumentSink) => Promise<void>,
): Promise<WrittenOutput> {
  const refusal: RefusalError = (reason, cause) => notWritable(file, reason, cause);
  const hash = createHash('sha256');
  await removeLeftovers(path.dirname(file));
  await using output = await withReason(() => FileInTheMaking.begin(file), refusal);
  await produce({
    async write(content) {
      hash.update(content);
      await withReason(() => output.write(content), refusal);
    },
  });
  const sha256 = hash.digest('hex');
  return await withReason(async () => {
    await output.close();
    const before = await presentFile(file);
    if (before?.sha256 === sha256) return { sha256 };
    const needsBackup = before !== undefined && before.sizeBytes > 0 && !isOurs(before.sha256);
    const backup = needsBackup ? await keepBackup(file) : undefined;
    await output.finish();
    return { sha256, ...(backup !== undefined && { backup }) };
  }, refusal);
}

async function presentFile(file: string): Promise<{ readonly sizeBytes: number; readonly sha256: string } | undefined> {
  try {
    return await sha256OfFile(file);
  } catch (error) {
    if (fileSystemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function notWritable(file: string, reason: string, cause?: unknown): LibraryError {
  return new LibraryError('OUTPUT_NOT_WRITABLE', `The output ${file} cannot be written: ${reason}.`, { file }, cause);
}
