/** @file Reads, in the background, what the files of new and changed photos say of themselves, into the catalog. Main process and CLI. */
import path from 'node:path';
import { RemoteError } from '../../../native-models/errors.ts';
import { ImageError } from '../../../native-models/preprocess/imageError.ts';
import type { EmbeddedTextStore } from '../catalog/exports/embeddedText.ts';
import { type WrittenXmpStore, writtenTo } from '../catalog/exports/writtenXmp.ts';
import type { FileInfoStore } from '../catalog/photos/fileInfo.ts';
import type { PhotoDetails } from '../catalog/photos/photoDetails.ts';
import type { DuePhoto, PhotoRead, PhotoStore } from '../catalog/photos/photos.ts';
import type { SidecarState } from '../catalog/photos/sidecars.ts';
import { problemOf } from '../catalog/problems.ts';
import { fileSystemCode, fileSystemReason } from '../files/fileSystemError.ts';
import { LibraryError } from '../files/libraryError.ts';
import type { PhotoMetadata } from './photoMetadata.ts';
import type { PictureProcesses } from './process/pictureProcesses.ts';
import type { SidecarToRead } from './sidecarReader.ts';

export interface ReadDetailsOptions {
  readonly photos: Pick<PhotoStore, 'withoutDetails' | 'setRead'>;
  readonly fileInfo: Pick<FileInfoStore, 'sidecarsOf'>;
  /** What Vignette wrote into sidecars and photos' own files, which does not come back as what they say. */
  readonly writtenXmp: Pick<WrittenXmpStore, 'of'>;
  readonly embeddedText: Pick<EmbeddedTextStore, 'of'>;
  readonly metadata: Pick<PictureProcesses, 'read'>;
  /** By default all. */
  readonly only?: ReadonlySet<number> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told after every few photos. */
  readonly onProgress?: ((done: number) => void) | undefined;
}

/**
 * Files that are read at the same time: enough to hide the latency of drives and to keep ExifTool busy. They are stored
 * in one transaction, since plain files are read in less time than a transaction takes.
 */
const filesAtOnce = 16;
const pageSize = 128;

/**
 * A photo that cannot be read gets its problem, and is read again when its file changes; one whose file is gone is left
 * to the next comparison with the disk. Returns how many were read, those with a problem included.
 * @throws LibraryError EXIFTOOL_UNAVAILABLE where a file needs it; CatalogError; the signal's reason
 */
export async function readDetails(options: ReadDetailsOptions): Promise<number> {
  const { photos, only, signal, onProgress } = options;
  let done = 0;
  for (let afterId = 0; ; ) {
    const page = photos.withoutDetails(afterId, pageSize);
    const last = page.at(-1);
    if (last === undefined) return done;
    afterId = last.id;
    for (let start = 0; start < page.length; start += filesAtOnce) {
      signal?.throwIfAborted();
      const due = page.slice(start, start + filesAtOnce).filter(({ id }) => only?.has(id) !== false);
      const read = (await Promise.all(due.map((photo) => readPhoto(photo, options)))).filter(
        (one) => one !== undefined,
      );
      photos.setRead(read);
      done += read.length;
      onProgress?.(done);
    }
  }
}

/** Of one photo, where they were not read since it last changed: before something is said of it. @throws as `readDetails` */
export async function readDetailsOf(photoId: number, options: ReadDetailsOptions): Promise<void> {
  const [photo] = options.photos.withoutDetails(photoId - 1, 1);
  if (photo?.id !== photoId) return;
  const read = await readPhoto(photo, options);
  if (read !== undefined) options.photos.setRead([read]);
}

/** What Vignette wrote into each does not count as what it says. */
async function sidecarsToRead(
  photo: Pick<DuePhoto, 'id' | 'path'>,
  sidecars: readonly SidecarState[],
  writtenXmp: ReadDetailsOptions['writtenXmp'],
): Promise<SidecarToRead[]> {
  const written = writtenXmp.of(photo.id);
  return await Promise.all(
    sidecars.map(async ({ name }) => {
      const file = path.join(path.dirname(photo.path), name);
      return { file, own: (await writtenTo(written, file)) ?? null };
    }),
  );
}

/**
 * What fields of XMP say in the photo's sidecars, else in its file; nothing where that cannot be read.
 * @param fields ExifTool's names of them
 * @throws LibraryError EXIFTOOL_UNAVAILABLE
 */
export async function readXmpOf<Field extends string>(
  photo: Pick<DuePhoto, 'id' | 'path'>,
  fields: readonly Field[],
  options: Pick<ReadDetailsOptions, 'fileInfo' | 'writtenXmp' | 'embeddedText'> & {
    readonly pictures: Pick<PictureProcesses, 'readXmp'>;
  },
): Promise<Map<Field, string>> {
  const sidecars = await sidecarsToRead(photo, options.fileInfo.sidecarsOf(photo.id), options.writtenXmp);
  return await options.pictures.readXmp(photo.path, fields, sidecars, options.embeddedText.of(photo.id));
}

async function readPhoto(
  photo: DuePhoto,
  { fileInfo, writtenXmp, embeddedText, metadata, signal }: ReadDetailsOptions,
): Promise<PhotoRead | undefined> {
  const { id, revision } = photo;
  try {
    const sidecars = fileInfo.sidecarsOf(photo.id);
    const toRead = await sidecarsToRead(photo, sidecars, writtenXmp);
    const read = await metadata.read(photo.path, toRead, signal, embeddedText.of(photo.id));
    const { info, sidecarProblems } = read;
    return { id, revision, details: detailsFrom(read), info: { info, sidecars, sidecarProblems } };
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ImageError) return { id, revision, problem: problemOf(error) };
    // One photo over which the reading itself fails does not keep the others from being read.
    if (error instanceof RemoteError && error.code === 'INTERNAL') {
      const message = 'Reading the metadata of this file failed inside Vignette.';
      return { id, revision, problem: { ...problemOf(error), message } };
    }
    const code = fileSystemCode(error);
    if (code === undefined) throw error;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    const message = `The file cannot be read: ${fileSystemReason(error)}.`;
    return { id, revision, problem: problemOf(new LibraryError('PATH_UNREADABLE', message, {}, error)) };
  }
}

/** What is known of a file, as the catalog keeps it. */
export function detailsFrom(metadata: PhotoMetadata): PhotoDetails {
  const { format, shownSize, orientation, takenAt, position, camera, info, colourProfile } = metadata;
  return {
    format,
    width: shownSize?.width ?? null,
    height: shownSize?.height ?? null,
    orientation,
    takenLocal: takenAt?.local ?? null,
    takenOffsetMinutes: takenAt?.offsetMinutes ?? null,
    takenAtMs: takenAt === null ? null : Math.floor(takenAt.sortMs),
    latitude: position?.latitude ?? null,
    longitude: position?.longitude ?? null,
    altitudeM: position?.altitudeM ?? null,
    cameraMake: camera.make,
    cameraModel: camera.model,
    lens: camera.lens,
    iso: camera.iso === null ? null : Math.round(camera.iso),
    exposureS: camera.exposureSeconds,
    aperture: camera.aperture,
    focalLengthMm: camera.focalLengthMm,
    colourProfile,
    rating: info.rating?.stars ?? null,
  };
}
