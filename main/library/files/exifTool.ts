/** @file ExifTool, which reads and writes the metadata of photos and sidecars; exiftool-vendored brings it. Main process and CLI. */
import type { ExifTool } from 'exiftool-vendored';
import { LibraryError } from './libraryError.ts';

export interface ExifToolOptions {
  /** Perl processes at work at the same time, started as they are needed. */
  readonly processes?: number;
  /** A file that takes longer is given up, and the process that choked on it is replaced. */
  readonly taskTimeoutMs?: number;
}

const endOfAnswer = /^\{ready\}\r?$/m;

/**
 * Starts it and finds out right away whether it runs here.
 *
 * @param whatNeedsIt begins the sentence of the error: "XMP sidecars need"
 * @throws LibraryError EXIFTOOL_UNAVAILABLE
 */
export async function startExifTool(whatNeedsIt: string, options: ExifToolOptions = {}): Promise<ExifTool> {
  // Most commands need none of it, and it brings a hundred modules.
  const { ExifTool } = await import('exiftool-vendored');
  const exifTool = new ExifTool({
    maxProcs: options.processes ?? 1,
    // A process is replaced now and then, in case it leaks; starting one takes as long as some thirty files.
    maxTasksPerProcess: 5000,
    // Without an answer to this, batch-cluster makes text of each piece of output by itself, and breaks characters apart
    // that lie across the end of one.
    isRetirementRequest: () => false,
    // On a line of its own: a caption may say it, too.
    pass: endOfAnswer,
    fail: endOfAnswer,
    ...(options.taskTimeoutMs === undefined ? {} : { taskTimeoutMillis: options.taskTimeoutMs, taskRetries: 0 }),
  });
  try {
    await exifTool.version();
    return exifTool;
  } catch (error) {
    await exifTool.end();
    const message = `${whatNeedsIt} ExifTool, and it does not start here (on Linux it needs perl).`;
    throw new LibraryError('EXIFTOOL_UNAVAILABLE', message, {}, error);
  }
}

/** An ExifTool that starts when it is first needed, for what often goes without. Dispose of it. */
export class LazyExifTool implements AsyncDisposable {
  readonly #whatNeedsIt: string;
  readonly #options: ExifToolOptions;
  #started: Promise<ExifTool> | undefined;
  #running: ExifTool | undefined;

  constructor(whatNeedsIt: string, options: ExifToolOptions = {}) {
    this.#whatNeedsIt = whatNeedsIt;
    this.#options = options;
  }

  /** Of the processes that run at the moment. */
  get pids(): readonly number[] {
    return this.#running?.pids ?? [];
  }

  /** @throws LibraryError EXIFTOOL_UNAVAILABLE; the next call tries again */
  async get(): Promise<ExifTool> {
    this.#started ??= startExifTool(this.#whatNeedsIt, this.#options);
    try {
      this.#running = await this.#started;
      return this.#running;
    } catch (error) {
      this.#started = undefined;
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const started = this.#started;
    this.#started = undefined;
    this.#running = undefined;
    const exifTool = await started?.catch(() => undefined);
    await exifTool?.end();
  }
}
