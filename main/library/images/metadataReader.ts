/** @file Reads what photos say about themselves: plain files directly, everything else through ExifTool. Picture process. */
import path from 'node:path';
import * as z from 'zod';
import { ImageError } from '../../../native-models/preprocess/imageError.ts';
import { jxlOrientation } from '../../../native-models/preprocess/magick/jxlFile.ts';
import type { LazyExifTool } from '../files/exifTool.ts';
import { fileSystemCode } from '../files/fileSystemError.ts';
import { atPath, type PictureFile, readAt, withPictureFile } from './fileHead.ts';
import { withPlaceNear } from './fileInfo/gpsPlace.ts';
import { quickHeifTags } from './heif/quickHeifTags.ts';
import { interpretTags, wantedTags, withSidecars } from './interpretTags.ts';
import type { PhotoMetadata } from './photoMetadata.ts';
import { quickPngTags } from './quickPngTags.ts';
import { quickIconTags, quickNetpbmTags, quickQoiTags, quickTargaTags } from './quickSizes.ts';
import { type QuickTags, quickJpegTags } from './quickTags.ts';
import { quickWebpTags } from './quickWebpTags.ts';
import {
  type OwnFileText,
  type ReadSidecar,
  readSidecar,
  type SidecarToRead,
  withoutOwnTexts,
} from './sidecarReader.ts';
import { type TagValues, textOf, textsOf } from './tagValues.ts';
import type { FileToRead } from './windowedFile.ts';
import { plainSidecarTags } from './xmp/plainSidecar.ts';

const firstReadBytes = 64 * 1024;
/** Beyond this the picture should have begun; MPF and large previews come after it. */
const maxHeaderBytes = 1024 * 1024;

/** Structures whole, and every value as it is written: JSON of ExifTool has 3.10 as the number 3.1 unless it is told to quote all. */
const readOptions = ['-fast', '-a', '-G1', '-struct', '-api', 'StructFormat=JSONQ'];

/** As `readOptions`, with the parts of structures as values of their own: `XMP-iptcExt:LocationShownCity`. */
const flatOptions = readOptions.filter((option) => option !== '-struct');

/** Of a value of XMP that goes into a prompt. */
const maxXmpCharacters = 2000;

/** By the format's name. JPEG begins with what it says, and is read from its beginning. */
const quickReaders: Readonly<Record<string, (file: FileToRead) => Promise<TagValues | undefined>>> = {
  PNG: quickPngTags,
  WebP: quickWebpTags,
  HEIC: quickHeifTags,
  HEIF: quickHeifTags,
  AVIF: quickHeifTags,
  TGA: quickTargaTags,
  QOI: quickQoiTags,
  Netpbm: quickNetpbmTags,
  'Windows icon': quickIconTags,
};

const rawTagsSchema = z.record(z.string(), z.unknown());

/** ExifTool's sentences for files that it can make nothing of. */
const formatErrors = /unknown file type|file format error|file is empty|entire file is binary zeros/i;

export class MetadataReader {
  readonly #exifTool: LazyExifTool;
  readonly #tags: readonly string[];

  /**
   * The caller keeps and disposes of the ExifTool, which may serve others as well.
   * @param tags fewer than the wanted ones, to measure what the others take
   */
  constructor(exifTool: LazyExifTool, tags: readonly string[] = wantedTags) {
    this.#exifTool = exifTool;
    this.#tags = tags;
  }

  /**
   * @throws ImageError where the file is no picture or cannot be read, LibraryError EXIFTOOL_UNAVAILABLE where it is not
   * a plain one and ExifTool does not run here
   */
  async read(
    file: string,
    sidecars: readonly SidecarToRead[] = [],
    signal?: AbortSignal,
    own?: OwnFileText,
  ): Promise<PhotoMetadata> {
    const ofFile = await this.#readPicture(file, signal, own);
    const read: ReadSidecar[] = [];
    for (const sidecar of sidecars) {
      signal?.throwIfAborted();
      const found = await readSidecar(
        sidecar,
        async (xmp, bytes) => plainSidecarTags(bytes) ?? (await this.readThoroughly(xmp, 'XMP')),
      ).catch(asProblem(sidecar));
      if (found !== undefined) read.push(found);
    }
    return await withPlaceNear(read.length === 0 ? ofFile : withSidecars(ofFile, read));
  }

  async #readPicture(
    file: string,
    signal: AbortSignal | undefined,
    own: OwnFileText = { texts: {}, tags: {} },
  ): Promise<PhotoMetadata> {
    signal?.throwIfAborted();
    const { format, tags, turned } = await withPictureFile(file, firstReadBytes, async (picture) => ({
      format: picture.format.name,
      tags: await quickTags(picture),
      turned: picture.format.decodable === 'jxl' ? jxlOrientation(picture.head) : undefined,
    }));
    signal?.throwIfAborted();
    if (tags !== undefined) return interpretTags(withoutOwnTexts(tags, own), format);
    const thorough = withoutOwnTexts(await this.readThoroughly(file, format), own);
    // ExifTool does not read it, and EXIF only repeats it.
    return interpretTags(
      turned === undefined ? thorough : new Map([...thorough, ['IFD0:Orientation', turned]]),
      format,
    );
  }

  /**
   * What each field of XMP says in the first of the sidecars that says anything, else in the file; null where none does,
   * or they cannot be read.
   *
   * @param fields ExifTool's names of them: `XMP-photoshop:Headline`
   * @throws LibraryError EXIFTOOL_UNAVAILABLE
   */
  async readXmp(
    file: string,
    fields: readonly string[],
    sidecars: readonly SidecarToRead[],
    own: OwnFileText = { texts: {}, tags: {} },
  ): Promise<(string | null)[]> {
    const readArgs = [...flatOptions, ...[...fields, 'FileType', 'Warning', 'Error'].map((tag) => `-${tag}`)];
    const sources: TagValues[] = [];
    for (const sidecar of sidecars) {
      const found = await readSidecar(sidecar, (xmp) => this.#readTags(xmp, 'XMP', readArgs)).catch(asProblem(sidecar));
      if (found !== undefined && 'tags' in found) sources.push(found.tags);
    }
    try {
      // Refuses what is no file, such as a pipe, before ExifTool opens it.
      const format = await withPictureFile(file, firstReadBytes, async (picture) => picture.format.name);
      sources.push(withoutOwnTexts(await this.#readTags(file, format, readArgs), own));
    } catch (error) {
      if (!(error instanceof ImageError) && fileSystemCode(error) === undefined) throw error;
    }
    return fields.map((field) => xmpText(field, sources));
  }

  /** ExifTool's answer, whatever the file; the quick way must agree with it. */
  async readThoroughly(file: string, format: string): Promise<TagValues> {
    const readArgs = [...readOptions, ...this.#tags.map((tag) => `-${tag}`)];
    const tags = await this.#readTags(file, format, readArgs);
    if (![...tags.values()].some(isMisread)) return tags;
    // EXIF says nowhere how its texts are encoded. What is no UTF-8 was written by Windows, mostly.
    const asLatin = await this.#readTags(file, format, ['-charset', 'exif=Latin', ...readArgs]);
    return new Map([...tags].map(([name, value]) => [name, isMisread(value) ? (asLatin.get(name) ?? value) : value]));
  }

  async #readTags(file: string, format: string, readArgs: string[]): Promise<TagValues> {
    const exifTool = await this.#exifTool.get();
    let tags: TagValues;
    try {
      tags = new Map(Object.entries(rawTagsSchema.parse(await exifTool.readRaw(file, { readArgs, useMWG: false }))));
    } catch (error) {
      // Nobody's fault but ours when it was ended in between.
      throw exifTool.ended ? error : atPath(unreadable(error, format), file);
    }
    const error = textOf(tags.get('ExifTool:Error'));
    if (error !== null && formatErrors.test(error)) {
      const message = `This file is damaged (its ${format} header cannot be read).`;
      throw new ImageError('IMAGE_CORRUPT', message, { details: { format, exifTool: error, path: file } });
    }
    return tags;
  }
}

/** Has what stands for bytes that are no UTF-8. */
function isMisread(value: unknown): boolean {
  return typeof value === 'string' && value.includes('\ufffd');
}

/** Lists as their parts with commas between them. ExifTool takes a name in capital letters and small ones alike. */
function xmpText(field: string, sources: readonly TagValues[]): string | null {
  for (const tags of sources) {
    const [, value] = [...tags].find(([name]) => name.toLowerCase() === field.toLowerCase()) ?? [];
    const text = textsOf(value).join(', ');
    if (text !== '') return text.slice(0, maxXmpCharacters);
  }
  return null;
}

/** What ExifTool cannot read is left out; the photo itself can be read. */
function asProblem({ file }: SidecarToRead): (error: unknown) => ReadSidecar {
  return (error) => {
    if (!(error instanceof ImageError)) throw error;
    return { name: path.basename(file), problem: 'unreadable' };
  };
}

async function quickTags(picture: PictureFile): Promise<TagValues | undefined> {
  const { handle, sizeBytes, head, format } = picture;
  if (format.decodable === 'jpeg') return await quickTagsAtStart(picture);
  const byChunks = quickReaders[format.name];
  return await byChunks?.({ sizeBytes, head, read: async (offset, length) => await readAt(handle, offset, length) });
}

async function quickTagsAtStart(picture: PictureFile): Promise<TagValues | undefined> {
  let head: Buffer = picture.head;
  let found: QuickTags = quickJpegTags(head);
  while (found === 'more' && head.byteLength < Math.min(picture.sizeBytes, maxHeaderBytes)) {
    head = await readAt(picture.handle, 0, Math.min(head.byteLength * 4, picture.sizeBytes));
    found = quickJpegTags(head);
  }
  return found === 'more' ? undefined : found;
}

function unreadable(error: unknown, format: string): unknown {
  if (!(error instanceof Error)) return error;
  const details = { format, exifTool: error.message };
  if (/control character/.test(error.message)) {
    const message = 'The metadata of this file cannot be read: its name holds a line break; rename it.';
    return new ImageError('IMAGE_UNREADABLE', message, { cause: error, details });
  }
  if (/timeout|timed out/i.test(error.message)) {
    const message = 'The metadata of this file cannot be read: ExifTool did not come to an end with it.';
    return new ImageError('IMAGE_CORRUPT', message, { cause: error, details });
  }
  return new ImageError('IMAGE_CORRUPT', 'This file is damaged (its metadata cannot be read).', {
    cause: error,
    details,
  });
}
