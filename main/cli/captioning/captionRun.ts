/** @file One run of `vignette caption` once everything is found and opened: which photos are due, what became of each. */
import { type SerializedError, serializeError } from '../../../native-models/errors.ts';
import type { PromptKind, PromptWarning } from '../../../native-models/prompting/promptRequest.ts';
import type { GenerationSettings } from '../../../native-models/runtime/protocol.ts';
import type { JudgedAnswer } from '../../library/captioning/capFilt.ts';
import { captionPhotos } from '../../library/captioning/captionPhotos.ts';
import type { Caption } from '../../library/captioning/captionRecord.ts';
import type { RunJournal } from '../../library/captioning/runJournal.ts';
import { contentSha256 } from '../../library/files/contentHash.ts';
import { LibraryError } from '../../library/libraryError.ts';
import type { PathProblem } from '../../library/photos/findPhotos.ts';
import type { PhotoFile } from '../../library/photos/photoFile.ts';
import { printable } from '../printable.ts';
import { formatDuration, formatPhotoRate, paceOf } from '../quantities.ts';
import type { ProgressLines, Terminal } from '../terminal.ts';
import type { CaptionHost } from './captionHost.ts';
import type { CaptionOutput, FailedPhoto } from './captionOutput.ts';

export interface CaptionRunParts {
  readonly photos: readonly PhotoFile[];
  readonly prompt: (photo: PhotoFile) => Promise<string>;
  readonly kind: PromptKind;
  /** The prompt of all photos, before anything is filled in. */
  readonly template: string;
  readonly settings: GenerationSettings;
  readonly host: CaptionHost;
  readonly output: CaptionOutput;
  readonly journal: RunJournal | undefined;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  readonly nowMs: () => number;
  /** The format has a place for the hash of each photo's bytes. */
  readonly hashesPhotos: boolean;
}

export class CaptionRun {
  readonly failures: FailedPhoto[] = [];
  captioned = 0;
  /** Captioned by an earlier part of this run. */
  resumed = 0;
  /** Captions, of either part, that the filter does not believe. */
  doubtful = 0;
  /** Had text that someone else wrote. */
  kept = 0;
  readonly #parts: CaptionRunParts;
  /** Photos of this call that are over with, apart from those that an earlier part of the run did. */
  #handled = 0;
  readonly #due: number;
  #startedMs = 0;
  #current = '';
  readonly #warned = new Set<string>();

  constructor(parts: CaptionRunParts) {
    this.#parts = parts;
    this.#due = parts.photos.filter((photo) => parts.journal?.captionOf(photo) === undefined).length;
  }

  /** Throws the signal's reason when interrupted. Either way, `finish` of the output is for the caller to call. */
  async captionAll(): Promise<void> {
    const { host, prompt, kind, settings, signal, nowMs } = this.#parts;
    const job = { answerer: host, photos: this.#duePhotos(), prompt, kind, settings, signal, nowMs };
    for await (const outcome of captionPhotos(job)) {
      if ('error' in outcome) {
        await this.#fail(outcome.photo, outcome.error);
      } else {
        await this.#add(outcome.photo, outcome.answer, outcome.atMs);
      }
      this.#handled += 1;
      await this.#showProgress();
    }
  }

  /** A file or folder that could not even be looked at. */
  async failPath({ path, shownAs, error }: PathProblem): Promise<void> {
    await this.#report({ file: path, shownAs, code: error.code, message: error.message });
  }

  async *#duePhotos(): AsyncGenerator<PhotoFile> {
    const { photos, journal, host, terminal, signal, nowMs } = this.#parts;
    this.#startedMs = nowMs();
    for (const photo of photos) {
      signal.throwIfAborted();
      const earlier = journal?.captionOf(photo);
      if (earlier !== undefined) {
        await this.#deliver(photo, earlier, () => {
          this.resumed += 1;
        });
        continue;
      }
      this.#current = photo.shownAs;
      await this.#showProgress();
      if (await this.#isSettled(photo)) {
        this.#handled += 1;
        continue;
      }
      if (!host.isLoaded) {
        await terminal.progress(() => ({ line: 'Loading the model…', logLine: 'Loading the model.' }));
        await host.load(signal);
        // What loading took says nothing about how fast photos go.
        this.#startedMs = nowMs();
      }
      yield photo;
    }
  }

  /** True when there is nothing to ask the model: text is there already, or its place cannot be used. */
  async #isSettled(photo: PhotoFile): Promise<boolean> {
    try {
      if (await this.#parts.output.holdsForeignText(photo)) {
        this.kept += 1;
        return true;
      }
      return false;
    } catch (error) {
      await this.#failOrThrow(photo, error);
      return true;
    }
  }

  async #add(photo: PhotoFile, answer: JudgedAnswer, atMs: number): Promise<void> {
    const { text, width, height, judgement, prompt, warnings } = answer;
    await this.#warn(warnings);
    const judged =
      judgement === undefined ? {} : { judgement: { ...judgement, candidates: [...judgement.candidates] } };
    const asked = {
      ...(prompt === this.#parts.template ? {} : { prompt }),
      ...(warnings.length === 0 ? {} : { warnings }),
    };
    let caption: Caption = { text, width, height, atMs, ...asked, ...judged };
    try {
      if (this.#parts.hashesPhotos) {
        caption = { ...caption, contentSha256: await contentSha256(photo.path) };
      }
    } catch (error) {
      await this.#fail(photo, serializeError(error));
      return;
    }
    await this.#parts.journal?.addCaption(photo, caption);
    await this.#deliver(photo, caption, () => {
      this.captioned += 1;
    });
  }

  /** What is true of one prompt is mostly true of all: each sentence is said once. */
  async #warn(warnings: readonly PromptWarning[]): Promise<void> {
    for (const { message } of warnings) {
      if (!this.#warned.has(message)) {
        this.#warned.add(message);
        await this.#parts.terminal.note(message);
      }
    }
  }

  async #deliver(photo: PhotoFile, caption: Caption, onDelivered: () => void): Promise<void> {
    try {
      if (await this.#parts.output.deliver(photo, caption)) {
        onDelivered();
        if (caption.judgement?.doubtful === true) this.doubtful += 1;
      } else {
        this.kept += 1;
      }
    } catch (error) {
      await this.#failOrThrow(photo, error);
    }
  }

  /** A sidecar that cannot be written concerns one photo; anything else, such as a closed pipe, the whole run. */
  async #failOrThrow(photo: PhotoFile, error: unknown): Promise<void> {
    if (!(error instanceof LibraryError)) {
      throw error;
    }
    await this.#fail(photo, serializeError(error));
  }

  async #fail(photo: PhotoFile, { code, message }: SerializedError): Promise<void> {
    await this.#report({ file: photo.relativePath, shownAs: photo.shownAs, code, message });
  }

  async #report(failure: FailedPhoto): Promise<void> {
    this.failures.push(failure);
    await this.#parts.terminal.note(`Failed: ${printable(failure.shownAs)}: ${printable(failure.message)}`);
    await this.#parts.output.fail(failure);
  }

  async #showProgress(): Promise<void> {
    await this.#parts.terminal.progress(() => this.#progressLines());
  }

  #progressLines(): ProgressLines {
    const { photos, nowMs } = this.#parts;
    const done = photos.length - this.#due + this.#handled;
    const pace = paceOf(this.#handled, this.#due, nowMs() - this.#startedMs);
    const parts = [
      ...(pace === undefined ? [] : [formatPhotoRate(pace.perSecond), `${formatDuration(pace.remainingMs)} left`]),
      ...(this.failures.length === 0 ? [] : [`${this.failures.length} failed`]),
    ];
    return {
      line: [`${done}/${photos.length}`, ...parts, printable(this.#current)].join(' · '),
      logLine: [`${done} of ${photos.length} photos done`, ...parts].join(', '),
    };
  }
}
