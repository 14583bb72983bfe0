/** @file The inside of a picture process: reads files, and ends itself before it takes more memory than it may. */
import { serializeError } from '../../../../native-models/errors.ts';
import { ImageError } from '../../../../native-models/preprocess/imageError.ts';
import { LazyExifTool } from '../../files/exifTool.ts';
import { placeNear } from '../fileInfo/gpsPlace.ts';
import { HeifDecoder } from '../heif/heifDecoder.ts';
import { MetadataReader } from '../metadataReader.ts';
import { outOfMemoryExitCode, type PictureMessage, type PictureWork, pictureRequestSchema } from './pictureProtocol.ts';
import { residentBytesOf } from './residentMemory.ts';

/** Decoders fill memory at one or two gigabytes a second. */
const memoryWatchMs = 50;

export class PictureServer {
  readonly #send: (message: PictureMessage) => void;
  readonly #exifTool = new LazyExifTool('The metadata of photos need', { processes: 2 });
  readonly #metadata = new MetadataReader(this.#exifTool);
  readonly #heif = new HeifDecoder();
  #residentBytes = Number.POSITIVE_INFINITY;

  constructor(send: (message: PictureMessage) => void) {
    this.#send = send;
    setInterval(() => this.#watchMemory(), memoryWatchMs).unref();
  }

  receive(message: unknown): void {
    const { id, work, decodeBytes, residentBytes } = pictureRequestSchema.parse(message);
    this.#residentBytes = residentBytes;
    this.#watchMemory();
    this.#perform(work, decodeBytes).then(
      (value) => this.#send({ type: 'result', id, value }),
      (error: unknown) => this.#send(needsRoom(error) ? { type: 'needsRoom', id } : failed(id, error)),
    );
  }

  /** The decoder is loaded when it is first needed: reading metadata does without. */
  async #perform(work: PictureWork, decodeBytes: number): Promise<unknown> {
    switch (work.type) {
      case 'exifTool':
        await this.#exifTool.get();
        return null;
      case 'metadata':
        return await this.#metadata.read(work.file, work.sidecars, undefined, work.own);
      case 'xmp':
        return await this.#metadata.readXmp(work.file, work.fields, work.sidecars, work.own);
      case 'places':
        return await Promise.all(work.positions.map(placeNear));
      case 'thumbnails': {
        const { thumbnailsOf } = await import('../openPicture.ts');
        return await thumbnailsOf(work, this.#decoding(decodeBytes));
      }
      case 'part': {
        const { partOf } = await import('../openPicture.ts');
        return { jpeg: await partOf(work, this.#decoding(decodeBytes)) };
      }
      case 'fullSize': {
        const { fullSizeJpeg } = await import('../openPicture.ts');
        const jpeg = await fullSizeJpeg(work.file, this.#decoding(decodeBytes));
        return jpeg === undefined ? null : { jpeg };
      }
      case 'looks': {
        const { looksOf } = await import('../looks.ts');
        return await looksOf(work.thumbnail);
      }
    }
  }

  #watchMemory(): void {
    if (process.memoryUsage.rss() > this.#residentBytes) process.exit(outOfMemoryExitCode);
    void this.#watchExifTool();
  }

  /** A few bytes of compressed text can fill its memory. It is another process, which would not end with this one while it works. */
  async #watchExifTool(): Promise<void> {
    for (const pid of this.#exifTool.pids) {
      const bytes = await residentBytesOf(pid);
      if (bytes === undefined || bytes <= this.#residentBytes) continue;
      process.kill(pid, 'SIGKILL');
      process.exit(outOfMemoryExitCode);
    }
  }

  #decoding(decodeBytes: number) {
    return { exifTool: this.#exifTool, heif: this.#heif, decodeBytes };
  }
}

function needsRoom(error: unknown): boolean {
  return error instanceof ImageError && error.code === 'IMAGE_TOO_LARGE' && error.details.neededBytes !== undefined;
}

function failed(id: number, error: unknown): PictureMessage {
  return { type: 'error', id, error: serializeError(error) };
}
