/** @file Captions in a file of their own for each photo, beside it or in a folder of the same shape. Main process, CLI. */
import { access, constants, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { SidecarFormat } from '../../../schemas/exports.ts';
import type { TextKind } from '../../../schemas/text.ts';
import { fileSystemReason, type RefusalError } from '../files/fileSystemError.ts';
import { makeFolderWithin } from '../files/folderWithin.ts';
import { LibraryError } from '../files/libraryError.ts';
import type { NameRule } from '../photos/nameKey.ts';
import type { PhotoFile } from '../photos/photoFile.ts';
import { sidecarName, sidecarNames } from './sidecarNames.ts';
import type { WantedMarks } from './xmpMarks.ts';

/** Where a photo's sidecar goes, unless it has one under another name that programs know. */
export interface SidecarFile {
  readonly photoId: number;
  /** Absolute. */
  readonly photo: string;
  /** Absolute. */
  readonly file: string;
  /** That the person named, and in which no link is followed; undefined beside the photo. */
  readonly folder: string | undefined;
  /** Whether the photo is still where it was, asked right before the sidecar is written; by default it is. */
  readonly isStillThere?: () => boolean;
}

/** What a photo's sidecar is to hold; what is left out stays as it is. */
export interface SidecarText {
  /** Null: the photo has none. */
  readonly caption?: string | null | undefined;
  readonly tags?: readonly string[] | undefined;
  /** Keywords of other programs are among the tags, or were removed by a person. */
  readonly areTagsAll?: boolean;
  /** Who wrote the caption, where that was no person: a `modelWriter`. */
  readonly captionWriter?: string | null | undefined;
  /** Only in XMP, in sidecars or photos' own files. */
  readonly altText?: string | null | undefined;
  readonly longDescription?: string | null | undefined;
  /** Only in XMP sidecars. */
  readonly marks?: WantedMarks | undefined;
  /** Of a text file: all that it says, in place of caption and tags. */
  readonly whole?: string | undefined;
}

/** What says in a file that a model wrote its caption. @param modelId undefined: of which nothing is known any more */
export function modelWriter(modelId: string | undefined): string {
  return modelId === undefined ? 'Vignette' : `Vignette (${modelId.replaceAll(/[()]/g, '')})`;
}

/**
 * Whether a text that is in a photo's sidecar may be replaced.
 *
 * @param form what a text becomes where it stands: texts are compared in it
 * @param isWritten Vignette put it there
 * @param kind by default a caption
 */
export type IsOwnText = (text: string, form: (text: string) => string, isWritten: boolean, kind?: TextKind) => boolean;

/** Reads and writes one kind of sidecar. Nobody's text is replaced, and whatever else a file holds stays. */
export interface SidecarKind {
  /** Whether the photo has a text of the kind that is somebody else's, which stays. */
  holdsForeignText(sidecar: SidecarFile, kind: TextKind, isOwn: IsOwnText): Promise<boolean>;
  /** False where somebody else's text stayed in the place of one that was to be written. */
  deliver(sidecar: SidecarFile, text: SidecarText, isOwn: IsOwnText): Promise<boolean>;
}

/** Each photo's sidecar, by the photo's path. No two photos share one on a disk that compares names by the rule. */
export function sidecarFiles(
  photos: readonly PhotoFile[],
  format: SidecarFormat,
  outFolder: string | undefined,
  nameRule: NameRule,
): Map<string, string> {
  const names = sidecarNames(
    photos.map((photo) => photo.relativePath),
    format,
    nameRule,
  );
  return new Map(
    photos.map((photo, index) => {
      const name = names[index] ?? photo.relativePath;
      return [photo.path, sidecarName(name, { photo: photo.path, format, folder: outFolder })];
    }),
  );
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

/** Before it is written. @throws LibraryError OUTPUT_NOT_WRITABLE */
export async function makeFolderOf(file: string, { folder }: Pick<SidecarFile, 'folder'>): Promise<void> {
  if (folder !== undefined) await makeFolderWithin(folder, path.dirname(file));
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

/** Of a sidecar that the file system does not let be read or written. */
export function sidecarRefusal(file: string): RefusalError {
  return (reason, cause) => {
    const message = `Its sidecar ${file} cannot be read or written: ${reason}.`;
    return new LibraryError('OUTPUT_NOT_WRITABLE', message, { file }, cause);
  };
}
