/**
 * @file Writes photos' texts into their own files, for those who asked for it: each file is replaced in one step by a copy
 * that was checked, or stays as it is; and what was written can leave again. Main process and CLI.
 */
import { lstat, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import type { ExifTool } from 'exiftool-vendored';
import { withMarks } from '../../../schemas/exportedMarks.ts';
import { type ExportFilter, embedFormat } from '../../../schemas/exports.ts';
import type { Problem } from '../../../schemas/problem.ts';
import type { TextKind } from '../../../schemas/text.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { problemOf } from '../catalog/problems.ts';
import { FileInTheMaking } from '../files/atomicWrite.ts';
import { startExifTool } from '../files/exifTool.ts';
import { refused } from '../files/fileSystemError.ts';
import { LeftoverRemoval } from '../files/leftovers.ts';
import { LibraryError } from '../files/libraryError.ts';
import { type ExportCourse, photosAtATime } from '../interchange/exportDocument.ts';
import { exportReads } from '../interchange/exportReads.ts';
import { concernsAll, type SidecarOutcome } from '../interchange/exportSidecars.ts';
import type { SidecarText } from '../interchange/sidecars.ts';
import { noWantedMarks } from '../interchange/xmpMarks.ts';
import { xmpText } from '../interchange/xmpMerge.ts';
import { realDisk } from '../photos/disk.ts';
import { isStillSameState } from '../photos/fileState.ts';
import { fingerprintBuffer, readFingerprint } from '../watch/fingerprint.ts';
import { assertEmbeddable, assertFormat } from './embeddableFile.ts';
import { embeddedChanges } from './embeddedChanges.ts';
import { copyInto, EmbeddedFile } from './embeddedFile.ts';

export interface EmbedRequest {
  readonly photoIds: readonly number[];
  readonly filter: ExportFilter;
  /** Texts of other people, too; what stood there is remembered. */
  readonly isReplacing: boolean;
}

type EmbedCatalog = Pick<Catalog, 'reader' | 'captionRuns' | 'embeddedText' | 'photos' | 'places'>;

export interface EmbedParts {
  readonly catalog: EmbedCatalog;
  readonly temporaryFolder: string;
}

/** A file that takes longer is left alone, and the ExifTool that choked on it is replaced. */
const taskTimeoutMs = 60_000;

/** Everything of Vignette's, which is to leave. */
const nothing: SidecarText = { caption: null, tags: [], altText: null, longDescription: null, marks: noWantedMarks };

/** Holds an ExifTool process and a folder; dispose of it. */
export class Embedding implements AsyncDisposable {
  readonly #catalog: EmbedCatalog;
  readonly #exifTool: ExifTool;
  readonly #workFolder: string;
  readonly #buffer = fingerprintBuffer();
  readonly #leftovers = new LeftoverRemoval();

  private constructor(catalog: EmbedCatalog, exifTool: ExifTool, workFolder: string) {
    this.#catalog = catalog;
    this.#exifTool = exifTool;
    this.#workFolder = workFolder;
  }

  /** @throws LibraryError EXIFTOOL_UNAVAILABLE */
  static async start({ catalog, temporaryFolder }: EmbedParts): Promise<Embedding> {
    const exifTool = await startExifTool('Writing into photos needs', { taskTimeoutMs });
    return new Embedding(catalog, exifTool, await mkdtemp(path.join(temporaryFolder, 'vignette-embed-')));
  }

  /** What concerns one photo is in the outcome. @throws LibraryError for what concerns them all; the signal's reason */
  async write(asked: EmbedRequest, course: ExportCourse = {}): Promise<SidecarOutcome> {
    const { photoIds, isReplacing } = asked;
    const filter = withMarks(embedFormat, asked.filter);
    const { reader, embeddedText } = this.#catalog;
    const request = { photoIds, filter, format: 'xmp' as const, folder: undefined, nameRule: undefined };
    const list = await reader.read(exportReads.sidecarList, request, course.signal);
    // Also those that have nothing to say any more, but said something.
    const ids = [...new Set([...list.photoIds, ...embeddedText.among(photoIds)])];
    const textsOf = async (some: readonly number[]) =>
      await reader.read(exportReads.sidecarTexts, { photoIds: some, filter }, course.signal);
    return await this.#all(ids, textsOf, isReplacing, course);
  }

  /** Takes everything out of photos' files that Vignette wrote into them; what stood there before comes back. @throws as `write` */
  async restore(photoIds: readonly number[], course: ExportCourse = {}): Promise<SidecarOutcome> {
    const ids = this.#catalog.embeddedText.among(photoIds);
    return await this.#all(ids, async (some) => some.map(() => nothing), false, course);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#exifTool.end();
    await rm(this.#workFolder, { recursive: true, force: true });
  }

  async #all(
    photoIds: readonly number[],
    textsOf: (photoIds: readonly number[]) => Promise<readonly (SidecarText | null)[]>,
    isReplacing: boolean,
    { signal, onProgress }: ExportCourse,
  ): Promise<SidecarOutcome> {
    const failures: (SidecarOutcome['failures'][number] & Problem)[] = [];
    let written = 0;
    let kept = 0;
    onProgress?.(0, photoIds.length);
    for (let first = 0; first < photoIds.length; first += photosAtATime) {
      const some = photoIds.slice(first, first + photosAtATime);
      const texts = await textsOf(some);
      for (const [index, photoId] of some.entries()) {
        signal?.throwIfAborted();
        const photo = this.#catalog.photos.find(photoId);
        // It left the library since the photos were chosen.
        const text = texts[index];
        if (photo === undefined || text == null) continue;
        const { path: file, relativePath } = photo;
        try {
          if (await this.#embed(photoId, text, isReplacing, signal)) written += 1;
          else kept += 1;
        } catch (error) {
          signal?.throwIfAborted();
          const known = refused(error, (reason, cause) => {
            const message = `Its file cannot be read or written: ${reason}.`;
            return new LibraryError('OUTPUT_NOT_WRITABLE', message, { file }, cause);
          });
          if (!(known instanceof LibraryError) || concernsAll(known)) throw known;
          failures.push({ file: relativePath, ...problemOf(known) });
        }
        onProgress?.(first + index + 1, photoIds.length);
      }
    }
    return { written, kept, failures };
  }

  /** False where somebody else's text stayed in the place of one that was to be written. */
  async #embed(
    photoId: number,
    text: SidecarText,
    isReplacing: boolean,
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    const { captionRuns, embeddedText, photos, places } = this.#catalog;
    const known = places.candidate(photoId);
    const file = photos.photoFile(photoId);
    if (known === undefined || known.missingSinceMs !== null || known.rootState !== 'online') {
      throw new LibraryError('PATH_NOT_FOUND', 'Its file is missing, or its drive is away.', { path: file });
    }
    await assertEmbeddable(file);
    const state = await realDisk.state(file);
    const content = await readFingerprint(realDisk, file, state, this.#buffer);
    // What nobody has read yet is not written into: the next comparison with the disk tells what it is.
    if (content === undefined || !content.fingerprint.equals(known.fingerprint)) throw changed(file);
    const copy = await EmbeddedFile.copyOf(file, this.#workFolder, this.#exifTool, signal);
    const before = await copy.read();
    assertFormat(file, before);
    const isOwn = (there: string, kind: TextKind) => captionRuns.isOwnText(photoId, there, xmpText, kind);
    const own = embeddedText.of(photoId);
    const { set, written, isKept } = embeddedChanges(before, text, own, { isOwn, isReplacing });
    if (set.size === 0) {
      embeddedText.set(photoId, written);
      return !isKept;
    }
    await this.#leftovers.in(path.dirname(file));
    const picture = await copy.picture(signal);
    await copy.write(set, before, picture, signal);
    // From here on, whatever happens, the file is known as the picture that it was, and what it says as Vignette's.
    const photo = photos.find(photoId);
    if (photo === undefined) throw changed(file);
    photos.setPictureHash(photoId, photo.revision, photo.fingerprint, picture);
    embeddedText.set(photoId, written);
    await replace(file, copy.path, async () => isStillSameState(state, await realDisk.state(file)));
    const now = await readFingerprint(realDisk, file, await realDisk.state(file), this.#buffer);
    if (now !== undefined) places.setMetadata(photoId, known, now);
    return !isKept;
  }
}

/** @param isUnchanged asked at the last moment */
async function replace(file: string, by: string, isUnchanged: () => Promise<boolean>): Promise<void> {
  const stats = await lstat(file);
  await using making = await FileInTheMaking.begin(file, 0o600);
  await copyInto(making, by);
  await making.takeAfter(stats);
  await making.close();
  if (!(await isUnchanged())) throw changed(file);
  await making.finish();
}

function changed(file: string): LibraryError {
  const message = 'Its file changed since it was last read; nothing was written. Scan the folder, then try again.';
  return new LibraryError('EMBED_CHANGED', message, { path: file });
}
