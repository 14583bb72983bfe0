/** @file One call of `vignette caption` once everything is found and opened: which photos are due, what became of each. */
import { serializeError } from '../../../native-models/errors.ts';
import { errorText, type ToldError } from '../../../resources/messages/errorText.ts';
import type { RunDescription } from '../../../schemas/runDescription.ts';
import type { TextKind } from '../../../schemas/text.ts';
import { CaptionWork } from '../../library/captioning/captionWork.ts';
import { photoHash } from '../../library/captioning/photoHash.ts';
import type { StoredCaption } from '../../library/catalog/texts/captions.ts';
import type { Caption, RunIdentity } from '../../library/catalog/texts/provenance.ts';
import { fileSystemCode } from '../../library/files/fileSystemError.ts';
import { LibraryError } from '../../library/files/libraryError.ts';
import type { Library } from '../../library/openLibrary.ts';
import type { PathProblem } from '../../library/photos/findPhotos.ts';
import type { PhotoFile } from '../../library/photos/photoFile.ts';
import { printable } from '../printable.ts';
import { paceOf, progressLines } from '../progress.ts';
import type { Terminal } from '../terminal.ts';
import type { CaptionOutput, CataloguedPhoto, FailedPhoto } from './captionOutput.ts';
import { inOrder } from './inOrder.ts';

export interface CaptionRunParts {
  readonly library: Pick<Library, 'catalog' | 'queue'>;
  /** The runs that the queue processes. */
  readonly ownRuns: Set<number>;
  readonly description: RunDescription;
  readonly identity: RunIdentity;
  /** Also photos that have a caption on these terms. */
  readonly again: boolean;
  readonly photos: readonly CataloguedPhoto[];
  /** As `NewWork` has them. */
  readonly tops: ReadonlyMap<number, number> | undefined;
  readonly output: CaptionOutput;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  readonly nowMs: () => number;
  /** The format has a place for the hash of each photo's bytes. */
  readonly hashesPhotos: boolean;
}

export class CaptionRun {
  readonly failures: FailedPhoto[] = [];
  readonly writes: TextKind;
  /** Photos that got their text, of whatever kind. */
  captioned = 0;
  /** Those of them that got the text of another photo of their stack. */
  copied = 0;
  /** Captioned by an earlier call. */
  resumed = 0;
  /** Captions, of either, that the filter does not believe. */
  doubtful = 0;
  /** Had text that no model wrote. */
  kept = 0;
  readonly #parts: CaptionRunParts;
  /** Photos that had to be captioned, and those of them that are over with. */
  #due = 0;
  #handled = 0;
  #startedMs = 0;
  #current = '';
  readonly #warned = new Set<string>();

  constructor(parts: CaptionRunParts) {
    this.#parts = parts;
    this.writes = parts.identity.textKind ?? 'caption';
  }

  /** Throws the signal's reason when interrupted. Either way, `finish` of the output is for the caller to call. */
  async captionAll(): Promise<void> {
    const { library, ownRuns, description, identity, tops, again, signal } = this.#parts;
    const due = await this.#deliverEarlier();
    this.#due = due.length;
    this.restartClock();
    if (due.length === 0) return;
    const waiting = new Map(due.map((photo) => [photo.id, photo]));
    this.#current = due[0]?.shownAs ?? '';
    const order = { description, identity, photoIds: due.map(({ id }) => id), tops, again };
    const work = new CaptionWork({ catalog: library.catalog, queue: library.queue, ownRuns }, order);
    for await (const outcome of inOrder(order.photoIds, work.outcomes(signal), ({ photoId }) => photoId)) {
      const photo = waiting.get(outcome.photoId);
      waiting.delete(outcome.photoId);
      if (photo === undefined) continue;
      if ('problem' in outcome) {
        await this.#fail(photo, outcome.problem);
      } else if ('kept' in outcome) {
        this.kept += 1;
      } else {
        await this.#add(photo, outcome.caption);
      }
      this.#handled += 1;
      const [next] = waiting.values();
      this.#current = (waiting.get(work.current?.photoId ?? 0) ?? next)?.shownAs ?? '';
      await this.#showProgress();
    }
  }

  /** A file or folder that could not even be looked at. */
  async failPath({ path, shownAs, error }: PathProblem): Promise<void> {
    await this.#report({ file: path, shownAs }, error);
  }

  /** A file that the catalog could not take. */
  async failPhoto(photo: PhotoFile, error: LibraryError): Promise<void> {
    await this.#fail(photo, error);
  }

  /** What loading a model took says nothing about how fast photos go. */
  restartClock(): void {
    this.#startedMs = this.#parts.nowMs();
  }

  /** Returns the photos that are due: without a caption on these terms, and without anybody else's text. */
  async #deliverEarlier(): Promise<CataloguedPhoto[]> {
    const { photos, library, identity, again, signal } = this.#parts;
    const due: CataloguedPhoto[] = [];
    for (const photo of photos) {
      signal.throwIfAborted();
      const earlier = again ? undefined : library.catalog.captionRuns.equalCaption(photo.id, identity);
      if (earlier !== undefined) {
        await this.#deliver(photo, earlier, () => {
          this.resumed += 1;
        });
      } else if (!(await this.#isSettled(photo))) {
        due.push(photo);
      }
    }
    return due;
  }

  /** True when there is nothing to ask the model: text is there already, or its place cannot be used. */
  async #isSettled(photo: CataloguedPhoto): Promise<boolean> {
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

  async #add(photo: CataloguedPhoto, caption: StoredCaption): Promise<void> {
    for (const warning of caption.warnings) {
      const { terminal } = this.#parts;
      const sentence = terminal.texts.commandLine.general.warning(warning);
      // What is true of one prompt is mostly true of all: each sentence is said once.
      if (!this.#warned.has(sentence)) {
        this.#warned.add(sentence);
        await terminal.note(printable(sentence));
      }
    }
    await this.#deliver(photo, caption, () => {
      this.captioned += 1;
      if (caption.copiedFromId !== undefined) this.copied += 1;
    });
  }

  async #deliver(photo: CataloguedPhoto, stored: StoredCaption, onDelivered: () => void): Promise<void> {
    try {
      const caption = await this.#withHash(photo, this.#captionOf(stored));
      if (await this.#parts.output.deliver(photo, caption)) {
        onDelivered();
        if (caption.captionScore?.doubtful === true) this.doubtful += 1;
      } else {
        this.kept += 1;
      }
    } catch (error) {
      await this.#failOrThrow(photo, error);
    }
  }

  /** As the formats take it. Of a picture that no model saw, the size is the photo's own. */
  #captionOf(stored: StoredCaption): Caption {
    const { text, createdAtMs, prompt, warnings, itm, doubtful, candidates, copiedFromId } = stored;
    const { width = null, height = null } =
      stored.size ?? this.#parts.library.catalog.photos.find(stored.photoId)?.details ?? {};
    return {
      ...{ text, width, height },
      atMs: createdAtMs,
      ...(prompt === undefined ? {} : { prompt }),
      ...(warnings.length === 0 ? {} : { warnings }),
      ...(itm === undefined || doubtful === undefined ? {} : { captionScore: { itm, doubtful, candidates } }),
      ...(copiedFromId === undefined ? {} : { copiedFrom: this.#named(copiedFromId) }),
    };
  }

  /** As the person named it, or where it is; null of one that is not in the library. */
  #named(photoId: number): Caption['copiedFrom'] {
    const { photos, library } = this.#parts;
    const photo = photos.find(({ id }) => id === photoId);
    if (photo !== undefined) return { file: photo.relativePath, shownAs: photo.shownAs };
    const path = library.catalog.photos.find(photoId)?.path;
    return path === undefined ? null : { file: path, shownAs: path };
  }

  async #withHash(photo: CataloguedPhoto, caption: Caption): Promise<Caption> {
    const { hashesPhotos, library, signal } = this.#parts;
    if (!hashesPhotos) return caption;
    return { ...caption, contentSha256: await photoHash(library.catalog, photo.id, signal) };
  }

  /** A file that cannot be read or written concerns one photo; anything else, such as a closed pipe, the whole run. */
  async #failOrThrow(photo: PhotoFile, error: unknown): Promise<void> {
    if (!(error instanceof LibraryError) && fileSystemCode(error) === undefined) {
      throw error;
    }
    await this.#fail(photo, serializeError(error));
  }

  async #fail({ relativePath, shownAs }: PhotoFile, error: ToldError): Promise<void> {
    await this.#report({ file: relativePath, shownAs }, error);
  }

  async #report(photo: Pick<FailedPhoto, 'file' | 'shownAs'>, error: ToldError): Promise<void> {
    const { terminal } = this.#parts;
    const { code, message } = error;
    const failure = { ...photo, code, message, reason: errorText(error, terminal.texts) };
    this.failures.push(failure);
    await terminal.note(
      terminal.texts.commandLine.general.failed(printable(failure.shownAs), printable(failure.reason)),
    );
    await this.#parts.output.fail(failure);
  }

  async #showProgress(): Promise<void> {
    await this.#parts.terminal.progress(() => this.#progressLines());
  }

  #progressLines() {
    const { photos, nowMs, terminal } = this.#parts;
    const { general } = terminal.texts.commandLine;
    const done = photos.length - this.#due + this.#handled;
    const pace = paceOf(this.#handled, this.#due, nowMs() - this.#startedMs);
    const parts = [
      ...(pace === undefined ? [] : [general.photoRate(pace.perSecond), general.left(pace.remainingMs)]),
      ...(this.failures.length === 0 ? [] : [general.failedCount(this.failures.length)]),
    ];
    return progressLines([`${done}/${photos.length}`, ...parts, printable(this.#current)], terminal.texts, [
      general.photosDone(done, photos.length),
      ...parts,
    ]);
  }
}
