/** @file The photos that a command was given, as files and folders: found on the disk, and what they are in the catalog. */

import { cataloguePhotos } from '../../library/captioning/cataloguePhotos.ts';
import { LibraryError } from '../../library/files/libraryError.ts';
import type { CaptionFailure } from '../../library/interchange/captionDocument.ts';
import type { Library } from '../../library/openLibrary.ts';
import { findPhotos, type PhotoSearch } from '../../library/photos/findPhotos.ts';
import type { PhotoFile } from '../../library/photos/photoFile.ts';
import type { CliContext } from '../cliContext.ts';
import { printable } from '../printable.ts';
import type { Terminal } from '../terminal.ts';

/** A file, and the photo that it is in the catalog. */
export interface CataloguedPhoto extends PhotoFile {
  readonly id: number;
}

export interface FailedPhoto extends CaptionFailure {
  readonly shownAs: string;
  /** In the language of whoever reads it. */
  readonly reason: string;
}

/** On the disk; says where there are none. */
export async function searchPhotos(
  paths: readonly string[],
  libraryFolder: string,
  terminal: Terminal,
  context: CliContext,
): Promise<PhotoSearch> {
  const { photos } = terminal.texts.commandLine;
  let count = 0;
  const search = await findPhotos(paths, {
    cwd: context.cwd,
    platform: context.platform,
    reader: context.folderReader,
    excluded: [libraryFolder],
    signal: context.interrupt,
    onFound: (found) => {
      if (found !== count) {
        count = found;
        void terminal.progress(() => photos.lookingForPhotos(found));
      }
    },
  });
  if (search.photos.length === 0 && search.problems.length === 0) {
    await terminal.note(photos.noPhotosIn(paths.map(printable)));
  }
  return search;
}

interface CataloguedPhotos {
  readonly photos: readonly CataloguedPhoto[];
  readonly problems: readonly { readonly photo: PhotoFile; readonly error: LibraryError }[];
}

/** One file can have been found under two names; it is one photo. */
export async function cataloguedPhotos(
  library: Library,
  search: PhotoSearch,
  terminal: Terminal,
  context: CliContext,
): Promise<CataloguedPhotos> {
  const { photoIds, problems } = await cataloguePhotos(library.watch, search, {
    signal: context.interrupt,
    onProgress: (done, total) =>
      void terminal.progress(() => terminal.texts.commandLine.photos.checkingPhotos(done, total)),
  });
  const photos = new Map<number, CataloguedPhoto>();
  const failed: { photo: PhotoFile; error: LibraryError }[] = [];
  for (const photo of search.photos) {
    const id = photoIds.get(photo.path);
    if (id === undefined) failed.push({ photo, error: problems.get(photo.path) ?? goneMeanwhile() });
    else if (!photos.has(id)) photos.set(id, { ...photo, id });
  }
  return { photos: [...photos.values()], problems: failed };
}

function goneMeanwhile(): LibraryError {
  return new LibraryError('PATH_NOT_FOUND', 'The file no longer exists.');
}
