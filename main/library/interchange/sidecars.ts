/** @file Captions in a file of their own for each photo, beside it or in a folder of the same shape. Main process, CLI. */
import { access, constants, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileSystemReason } from '../files/fileSystemError.ts';
import { LibraryError } from '../libraryError.ts';
import type { PhotoFile } from '../photos/photoFile.ts';
import { type SidecarFormat, sidecarName, sidecarNames } from './sidecarNames.ts';
import { readTextSidecar, writeTextSidecar } from './textSidecar.ts';
import type { XmpSidecars } from './xmpSidecar.ts';

/** Reads and writes one kind of sidecar. */
export interface SidecarKind {
  /** The text that is in the file, or undefined when there is no file, or none in it. */
  read(file: string): Promise<string | undefined>;
  /**
   * Puts the text there, keeping whatever else the file holds. Returns false, and changes nothing, when a file appeared
   * there since `read` found none.
   */
  write(file: string, text: string): Promise<boolean>;
}

export const textSidecars: SidecarKind = { read: readTextSidecar, write: writeTextSidecar };

export function sidecarKind(format: SidecarFormat, xmp: XmpSidecars | undefined): SidecarKind {
  return format === 'xmp' && xmp !== undefined ? xmp : textSidecars;
}

/** Each photo's sidecar, by the photo's path. No two photos share one, also where the disk ignores case. */
export function sidecarFiles(
  photos: readonly PhotoFile[],
  format: SidecarFormat,
  outFolder: string | undefined,
): Map<string, string> {
  const names = sidecarNames(
    photos.map((photo) => photo.relativePath),
    format,
  );
  return new Map(
    photos.map((photo, index) => {
      const name = names[index] ?? photo.relativePath;
      return [photo.path, sidecarName(name, { photo: photo.path, format, folder: outFolder })];
    }),
  );
}

/** The sidecars of one run. Text that someone else wrote stays as it is. */
export class Sidecars {
  readonly #files: ReadonlyMap<string, string>;
  readonly #kind: SidecarKind;

  constructor(files: ReadonlyMap<string, string>, kind: SidecarKind) {
    this.#files = files;
    this.#kind = kind;
  }

  /** True when the sidecar holds text that is not this run's, as far as `isOurs` knows. */
  async holdsForeignText(photo: PhotoFile, isOurs: (text: string) => boolean): Promise<boolean> {
    const file = this.#fileOf(photo);
    const text = await withReason(file, () => this.#kind.read(file));
    return text !== undefined && !isOurs(text);
  }

  /** Returns false when the photo has other text already, which was kept. */
  async deliver(photo: PhotoFile, text: string, isOurs: (text: string) => boolean): Promise<boolean> {
    const file = this.#fileOf(photo);
    return await withReason(file, async () => {
      const present = await this.#kind.read(file);
      if (present === text.trim()) {
        return true;
      }
      if (present !== undefined && !isOurs(present)) {
        return false;
      }
      await mkdir(path.dirname(file), { recursive: true });
      return await this.#kind.write(file, text);
    });
  }

  #fileOf(photo: PhotoFile): string {
    const file = this.#files.get(photo.path);
    if (file === undefined) {
      throw new Error(`no sidecar was planned for ${photo.path}`);
    }
    return file;
  }
}

/** Fails when not one of the folders that sidecars go to can be written: nothing at all could be kept. */
export async function assertSomeFolderWritable(files: Iterable<string>): Promise<void> {
  const folders = new Set([...files].map((file) => path.dirname(file)));
  let failure: LibraryError | undefined;
  for (const folder of folders) {
    try {
      await access(folder, constants.W_OK);
      return;
    } catch (error) {
      failure ??= notWritable(folder, error);
    }
  }
  if (failure !== undefined) {
    throw failure;
  }
}

/** Makes the folder for the sidecars, unless a file is in the way or the place cannot be written. */
export async function prepareSidecarFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await readdir(folder);
    await access(folder, constants.W_OK);
  } catch (error) {
    throw notWritable(folder, error);
  }
}

function notWritable(folder: string, error: unknown): LibraryError {
  return new LibraryError(
    'OUTPUT_NOT_WRITABLE',
    `Captions cannot be written to ${folder}: ${fileSystemReason(error)}.`,
    { folder },
    error,
  );
}

/** What went wrong with a sidecar, in words. */
export async function withReason<T>(file: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof LibraryError) {
      throw error;
    }
    throw new LibraryError(
      'OUTPUT_NOT_WRITABLE',
      `Its sidecar ${file} cannot be read or written: ${fileSystemReason(error)}.`,
      { file },
      error,
    );
  }
}
