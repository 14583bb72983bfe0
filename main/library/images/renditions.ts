/**
 * @file A picture of every photo that sharp, the models' decoder and browsers can open: the photo itself where they can,
 * else an upright sRGB copy in full size, kept in a cache. Main process and CLI.
 */
import type { SharpOptions } from 'sharp';
import { ImageError } from '../../../native-models/preprocess/imageError.ts';
import sharp from '../../../native-models/preprocess/sharp.ts';
import type { LazyExifTool } from '../files/exifTool.ts';
import type { DiskCache } from './cache/diskCache.ts';
import { embeddedPreview } from './embeddedPreview.ts';
import { atPath } from './fileHead.ts';
import { HeifDecoder } from './heif/heifDecoder.ts';
import { inSrgb } from './inSrgb.ts';
import { type PictureRoute, pictureRoute } from './pictureRoute.ts';
import { turnUpright } from './turn.ts';

export interface PhotoContent {
  readonly path: string;
  /** Of the bytes, as lower-case hexadecimal digits: what is made from the photo outlives its name. */
  readonly fingerprint: string;
}

/** A picture in memory, as sharp takes it. */
export interface DecodedPicture {
  readonly input: Uint8Array;
  readonly options: SharpOptions;
  /** What the numbers of plain pixels are meant in; undefined for sRGB, and where the input says it itself. */
  readonly profile: Uint8Array | undefined;
  /** EXIF's number, still to be applied. */
  readonly orientation: number;
}

export type OpenedPicture =
  | { readonly kind: 'direct'; readonly route: Extract<PictureRoute, { kind: 'direct' }> }
  | ({ readonly kind: 'decoded' } & DecodedPicture);

const renditionQuality = 95;

/** Holds a decoder; dispose of it. The cache and ExifTool belong to the caller. */
export class Renditions implements AsyncDisposable {
  readonly #cache: DiskCache;
  readonly #exifTool: LazyExifTool;
  readonly #heif = new HeifDecoder();
  readonly #inTheMaking = new Map<string, Promise<string>>();

  constructor(cache: DiskCache, exifTool: LazyExifTool) {
    this.#cache = cache;
    this.#exifTool = exifTool;
  }

  /**
   * The path of a picture that can be opened: the photo's own, or a rendition's, which stays for as long as it is among
   * the last used.
   *
   * @throws ImageError where there is no way to the pixels
   */
  async viewableFile(photo: PhotoContent, signal?: AbortSignal): Promise<string> {
    signal?.throwIfAborted();
    const route = await pictureRoute(photo.path);
    if (route.kind === 'direct') return photo.path;
    const name = nameOf(photo);
    const kept = await this.#cache.pathOf(name);
    if (kept !== undefined) return kept;
    const running = this.#inTheMaking.get(name) ?? this.#make(photo, route);
    this.#inTheMaking.set(name, running);
    try {
      return await running;
    } finally {
      this.#inTheMaking.delete(name);
    }
  }

  /** For whoever makes something smaller of it: nothing is written, but a rendition that is there is used. */
  async open(photo: PhotoContent, signal?: AbortSignal): Promise<OpenedPicture> {
    const route = await pictureRoute(photo.path);
    if (route.kind === 'direct') return { kind: 'direct', route };
    const kept = await this.#cache.read(nameOf(photo));
    if (kept !== undefined) return { kind: 'decoded', input: kept, options: {}, profile: undefined, orientation: 1 };
    return { kind: 'decoded', ...(await this.#decode(photo.path, route, signal)) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#heif[Symbol.asyncDispose]();
  }

  async #make(photo: PhotoContent, route: Exclude<PictureRoute, { kind: 'direct' }>): Promise<string> {
    // Whoever else waits for it must not lose it to one caller's signal.
    const picture = await this.#decode(photo.path, route, undefined);
    try {
      const upright = await inSrgb(picture);
      const jpeg = await turnUpright(
        sharp(upright.data, { raw: upright.raw, limitInputPixels: false }),
        picture.orientation,
      )
        .jpeg({ quality: renditionQuality, chromaSubsampling: '4:4:4' })
        .toBuffer();
      await this.#cache.write(nameOf(photo), jpeg);
    } catch (error) {
      throw atPath(damagedPreview(error), photo.path);
    }
    const file = await this.#cache.pathOf(nameOf(photo));
    if (file === undefined) throw new ImageError('IMAGE_UNREADABLE', 'The copy of this picture was not kept.');
    return file;
  }

  async #decode(
    file: string,
    route: Exclude<PictureRoute, { kind: 'direct' }>,
    signal: AbortSignal | undefined,
  ): Promise<DecodedPicture> {
    try {
      if (route.kind === 'preview') {
        const { jpeg, orientation } = await embeddedPreview(this.#exifTool, file, route.formatName);
        const options = { failOn: 'error', limitInputPixels: false } as const;
        return { input: jpeg, options, profile: undefined, orientation };
      }
      const { pixels, width, height, channels, profile } = await this.#heif.decode(file, signal);
      const options = { raw: { width, height, channels }, limitInputPixels: false };
      return { input: pixels, options, profile, orientation: 1 };
    } catch (error) {
      throw atPath(error, file);
    }
  }
}

function nameOf({ fingerprint }: PhotoContent): string {
  return `${fingerprint}.jpg`;
}

/** sharp's own words go to the details. */
function damagedPreview(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof ImageError || 'code' in error) return error;
  const message = 'This file is damaged (the picture in it cannot be decoded).';
  return new ImageError('IMAGE_CORRUPT', message, { cause: error, details: { decoder: error.message } });
}
