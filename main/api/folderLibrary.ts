/** @file A library held in memory: the photos of some folders, captioned once, in order, while it is open. Main process and server. */
import { randomBytes } from 'node:crypto';
import { basename, posix } from 'node:path';
import { EventPublisher } from '@orpc/server';
import { type SerializedError, serializeError } from '../../native-models/errors.ts';
import type { CaptionEvent, LibrarySnapshot, Photo, Problem, Progress } from '../../preload/contract.ts';
import type { CaptionOutcome } from '../library/captioning/captionPhotos.ts';
import type { PathProblem } from '../library/photos/findPhotos.ts';
import type { PhotoFile } from '../library/photos/photoFile.ts';
import type { CaptionedLibrary } from './captionedLibrary.ts';

/** Captions photos one after the other; throws only when none of the rest can be captioned. */
export type Captioner = (photos: readonly PhotoFile[], signal: AbortSignal) => AsyncIterable<CaptionOutcome<PhotoFile>>;

export interface FolderLibraryOptions {
  readonly name: string;
  readonly photos: readonly PhotoFile[];
  /** Files and folders that could not be looked at; they are listed with their reason, like photos that failed. */
  readonly problems?: readonly PathProblem[];
  readonly modelId: string;
  readonly caption: Captioner;
}

function problemOf(error: Pick<SerializedError, 'code' | 'message'>): Problem {
  return { code: error.code, message: error.message };
}

export class FolderLibrary implements CaptionedLibrary, AsyncDisposable {
  readonly #name: string;
  readonly #modelId: string;
  readonly #caption: Captioner;
  readonly #photoFiles: readonly PhotoFile[];
  readonly #photosById = new Map<string, Photo>();
  readonly #pathsById = new Map<string, string>();
  readonly #idsByPath = new Map<string, string>();
  readonly #stop = new AbortController();
  // A slow page must lose no caption, so nothing is dropped; the buffer goes when the page's connection does.
  readonly #events = new EventPublisher<{ change: CaptionEvent }>({ maxBufferedEvents: Number.POSITIVE_INFINITY });
  #state: Progress['state'] = 'running';
  #problem: Problem | null = null;
  #captioned = 0;
  #failed = 0;
  #run: Promise<void> | undefined;

  constructor(options: FolderLibraryOptions) {
    this.#name = options.name;
    this.#modelId = options.modelId;
    this.#caption = options.caption;
    this.#photoFiles = options.photos;
    for (const { path, error } of options.problems ?? []) this.#list(path, basename(path), '', problemOf(error));
    for (const { path, relativePath } of options.photos) {
      const folder = posix.dirname(relativePath);
      this.#list(path, posix.basename(relativePath), folder === '.' ? '' : folder, null);
    }
    this.#failed = options.problems?.length ?? 0;
  }

  /** Starts captioning in the background. Returns at once; a second call changes nothing. */
  start(): void {
    this.#run ??= this.#captionAll();
  }

  snapshot(): LibrarySnapshot {
    return { name: this.#name, photos: [...this.#photosById.values()], progress: this.#progress() };
  }

  watch(signal: AbortSignal | undefined): AsyncIteratorObject<CaptionEvent, unknown, void> {
    return this.#events.subscribe('change', signal === undefined ? {} : { signal });
  }

  photoFile(id: string): string | undefined {
    return this.#pathsById.get(id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#run;
  }

  #list(path: string, fileName: string, folder: string, problem: Problem | null): void {
    const id = randomBytes(12).toString('base64url');
    this.#photosById.set(id, { id, fileName, folder, width: null, height: null, caption: null, problem });
    this.#pathsById.set(id, path);
    this.#idsByPath.set(path, id);
  }

  #progress(): Progress {
    return {
      captioned: this.#captioned,
      failed: this.#failed,
      total: this.#photosById.size,
      state: this.#state,
      problem: this.#problem,
    };
  }

  async #captionAll(): Promise<void> {
    try {
      for await (const outcome of this.#caption(this.#photoFiles, this.#stop.signal)) {
        this.#record(outcome);
      }
      this.#state = this.#stop.signal.aborted ? 'stopped' : 'finished';
    } catch (error) {
      this.#state = 'stopped';
      if (!this.#stop.signal.aborted) this.#problem = problemOf(serializeError(error));
    }
    this.#events.publish('change', { type: 'progress', progress: this.#progress() });
  }

  #record(outcome: CaptionOutcome<PhotoFile>): void {
    const id = this.#idsByPath.get(outcome.photo.path);
    const before = id === undefined ? undefined : this.#photosById.get(id);
    if (before === undefined) return;
    if ('error' in outcome) {
      const photo = { ...before, problem: problemOf(outcome.error) };
      this.#photosById.set(photo.id, photo);
      this.#failed += 1;
      this.#events.publish('change', { type: 'failed', photo });
    } else {
      const { text, width, height } = outcome.answer;
      const photo: Photo = { ...before, width, height, caption: { text, source: 'ai', modelId: this.#modelId } };
      this.#photosById.set(photo.id, photo);
      this.#captioned += 1;
      this.#events.publish('change', { type: 'captioned', photo });
    }
    this.#events.publish('change', { type: 'progress', progress: this.#progress() });
  }
}
