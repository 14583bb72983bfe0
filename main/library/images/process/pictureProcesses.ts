/**
 * @file What photos show and say, asked of processes of their own: pictures and metadata come from strangers, and no
 * file may end, fill or block the process that holds the library. Main process and CLI.
 */
import os from 'node:os';
import { ImageError } from '../../../../native-models/preprocess/imageError.ts';
import { forkHostProcess, type StartHostProcess } from '../../../../native-models/runtime/hostConnection.ts';
import type { FilePlace } from '../../../../schemas/fileInfo.ts';
import type { PhotoMetadata } from '../photoMetadata.ts';
import type { PhotoPart } from '../photoPart.ts';
import type { OwnFileText, SidecarToRead } from '../sidecarReader.ts';
import type { ThumbnailPx } from '../thumbnailSizes.ts';
import { PicturePool, type PicturePoolOptions, type Ticket } from './picturePool.ts';
import {
  fullSizeSchema,
  looksSchema,
  type PictureWork,
  partSchema,
  photoMetadataSchema,
  placesSchema,
  thumbnailsSchema,
  xmpSchema,
} from './pictureProtocol.ts';

export interface PictureProcessesOptions {
  /** How to start a process; by default `forkPictures`. */
  readonly startProcess?: StartHostProcess | undefined;
  /** Photos decoded at the same time, each in a process of its own and on one thread; memory grows with it. */
  readonly photosAtOnce?: number | undefined;
  /** Other than the usual ones, for tests. */
  readonly limits?: Partial<Pick<PicturePoolOptions, 'limits' | 'roomyLimits' | 'idleMs'>> | undefined;
}

const gigabyte = 1e9;
/** What a process itself takes, and a little more. */
const ownBytes = 0.3 * gigabyte;
const ordinaryBytes = 1.2 * gigabyte;
/** An AVIF of 134 megapixels of more than 8 bits. */
const roomyBytes = 4.5 * gigabyte;
/** Of the machine's memory. */
const largestShare = 0.75;
const ordinaryTimeoutMs = 60_000;
const roomyTimeoutMs = 120_000;
const defaultIdleMs = 60_000;
const defaultPhotosAtOnce = 2;
/** Enough to hide the latency of drives and to keep ExifTool busy. */
const readAtOnce = 16;
/** Of JavaScript's own heap: an embedded preview passes through it as text. */
const nodeOptions = ['--max-old-space-size=1024'];

/** Another Node than the one that runs this process, and the built entry that it is to run. */
export interface PictureNode {
  readonly binary: string;
  readonly entry: URL;
}

/**
 * With Node's `child_process.fork`. sharp brings a GLib of its own, and beside another one it corrupts memory
 * (https://github.com/lovell/sharp/issues/4522): no library that the environment wants loaded first comes along.
 * Messages go as text, since Electron's V8 writes a format that Node's may not read.
 */
export function pictureForker(node?: PictureNode): StartHostProcess {
  const entry = node?.entry ?? new URL('./pictureProcess.ts', import.meta.url);
  return (listeners) => {
    const env = environmentWithout(node === undefined ? preloading : [...preloading, ...forAnotherNode]);
    return forkHostProcess(entry, { nodeOptions, nodeBinary: node?.binary, env, messagesAsText: true })(listeners);
  };
}

const preloading = ['LD_PRELOAD'];
/** An AppImage leads to libraries of its own; options may open an inspector, which an application refuses. */
const forAnotherNode = ['LD_LIBRARY_PATH', 'NODE_OPTIONS'];

function environmentWithout(names: readonly string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !names.includes(name)));
}

export const forkPictures: StartHostProcess = pictureForker();

/** By default as many bytes as the machine, or the container that this runs in, has. */
export function defaultLimits(machineBytes: number = process.constrainedMemory() || os.totalmem()) {
  const most = Math.min(machineBytes, os.totalmem()) * largestShare;
  const limits = (residentBytes: number, timeoutMs: number) => ({
    residentBytes,
    decodeBytes: Math.max(0, residentBytes - ownBytes),
    timeoutMs,
  });
  return {
    limits: limits(Math.min(ordinaryBytes, most), ordinaryTimeoutMs),
    roomyLimits: limits(Math.min(roomyBytes, most), roomyTimeoutMs),
    idleMs: defaultIdleMs,
  };
}

/** Processes start when they are needed; dispose of it. */
export class PictureProcesses implements AsyncDisposable {
  readonly #decoders: PicturePool;
  /** One of their own, so that a picture on the screen never waits for what is read in the background. */
  readonly #readers: PicturePool;

  constructor({ startProcess, photosAtOnce = defaultPhotosAtOnce, limits = {} }: PictureProcessesOptions = {}) {
    const common = {
      ...defaultLimits(),
      ...limits,
      startProcess: startProcess ?? forkPictures,
    };
    this.#decoders = new PicturePool({ ...common, processes: photosAtOnce, requestsPerProcess: 1 });
    // No metadata take more than the ordinary memory.
    const roomyLimits = { ...common.roomyLimits, residentBytes: common.limits.residentBytes };
    this.#readers = new PicturePool({ ...common, roomyLimits, processes: 1, requestsPerProcess: readAtOnce });
  }

  /** What the file and its sidecars say. @throws ImageError; RemoteError EXIFTOOL_UNAVAILABLE; PICTURES_CLOSED; the signal's reason */
  async read(
    file: string,
    sidecars: readonly SidecarToRead[] = [],
    signal?: AbortSignal,
    own?: OwnFileText,
  ): Promise<PhotoMetadata> {
    const ticket = this.#readers.submit(() => ({ type: 'metadata', file, sidecars: [...sidecars], own }), 0);
    return photoMetadataSchema.parse(await this.#outcome(ticket, file, signal));
  }

  /**
   * What fields of XMP say in the sidecars, else in the file, of those that say anything; nothing for a file that cannot
   * be read. @param fields ExifTool's names of them @throws RemoteError EXIFTOOL_UNAVAILABLE; PICTURES_CLOSED
   */
  async readXmp<Field extends string>(
    file: string,
    fields: readonly Field[],
    sidecars: readonly SidecarToRead[] = [],
    own?: OwnFileText,
  ): Promise<Map<Field, string>> {
    const work: PictureWork = { type: 'xmp', file, fields: [...fields], sidecars: [...sidecars], own };
    const said = xmpSchema.parse(await this.#readers.submit(() => work, 0).outcome);
    const values = fields.map((field, index) => [field, said[index] ?? ''] as const);
    return new Map(values.filter(([, value]) => value !== ''));
  }

  /** The town at or near each position, or null; the first time, a process loads the towns for it. @throws RemoteError; PICTURES_CLOSED. */
  async placesNear(
    positions: readonly { readonly latitude: number; readonly longitude: number }[],
  ): Promise<(FilePlace | null)[]> {
    const work: PictureWork = {
      type: 'places',
      positions: positions.map(({ latitude, longitude }) => ({ latitude, longitude })),
    };
    return placesSchema.parse(await this.#readers.submit(() => work, background).outcome);
  }

  /** @throws RemoteError EXIFTOOL_UNAVAILABLE where it does not run here: better now than at the first photo that needs it */
  async assertExifTool(): Promise<void> {
    await this.#readers.submit(() => ({ type: 'exifTool' }), 0).outcome;
  }

  /** Files of at most the sizes that are wanted when its turn comes, largest first. Errors as for `read`. */
  thumbnails(
    createWork: () => { readonly file: string; readonly copy: string | undefined; readonly sizesPx: ThumbnailPx[] },
    priority: number,
  ): Omit<Ticket, 'outcome'> & { readonly thumbnails: Promise<ReadonlyMap<ThumbnailPx, Uint8Array>> } {
    let file = '';
    const { outcome, ...ticket } = this.#decoders.submit(() => {
      const work = createWork();
      file = work.file;
      return { type: 'thumbnails', ...work };
    }, priority);
    const thumbnails = outcome.then(
      (value) => new Map(thumbnailsSchema.parse(value).map(({ sizePx, bytes }) => [sizePx, bytes])),
      (error: unknown) => {
        throw atPath(error, file);
      },
    );
    // As for the outcome itself: nobody need wait for it.
    thumbnails.catch(() => undefined);
    return { ...ticket, thumbnails };
  }

  /** A JPEG of a part of a photo. Errors as for `read`. @param copy as for thumbnails */
  async part(file: string, copy: string | undefined, part: PhotoPart, signal?: AbortSignal): Promise<Uint8Array> {
    const ticket = this.#decoders.submit(() => ({ type: 'part', file, copy, part }), urgent);
    return partSchema.parse(await this.#outcome(ticket, file, signal)).jpeg;
  }

  /** An upright sRGB JPEG; undefined where the file itself can be opened by everybody. Errors as for `read`. */
  async fullSize(file: string, signal?: AbortSignal): Promise<Uint8Array | undefined> {
    const ticket = this.#decoders.submit(() => ({ type: 'fullSize', file }), urgent);
    return fullSizeSchema.parse(await this.#outcome(ticket, file, signal))?.jpeg;
  }

  /** Of a thumbnail: the hash by which look-alikes are found, and the average colour. */
  async looks(thumbnail: Uint8Array): Promise<{ readonly hash: Uint8Array; readonly averageColour: number }> {
    const work: PictureWork = { type: 'looks', thumbnail };
    return looksSchema.parse(await this.#decoders.submit(() => work, background).outcome);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#decoders[Symbol.asyncDispose](), this.#readers[Symbol.asyncDispose]()]);
  }

  /** Whoever gives up is told at once; what has begun goes on without them. */
  async #outcome(ticket: Ticket, file: string, signal: AbortSignal | undefined): Promise<unknown> {
    const abandoned = Promise.withResolvers<never>();
    const leave = () => {
      ticket.cancel(signal?.reason);
      abandoned.reject(signal?.reason);
    };
    if (signal?.aborted === true) leave();
    signal?.addEventListener('abort', leave, { once: true });
    try {
      return await Promise.race([ticket.outcome, abandoned.promise]);
    } catch (error) {
      throw atPath(error, file);
    } finally {
      signal?.removeEventListener('abort', leave);
    }
  }
}

/** What a model or a person waits for; what nobody waits for. */
const urgent = 1;
const background = -1;

function atPath(error: unknown, file: string): unknown {
  return error instanceof ImageError && error.details.path === undefined ? error.at(file) : error;
}
