/** @file What a command says while named photos are worked on: how far it is, what failed, what to know of the texts. */
import { serializeError } from '../../../native-models/errors.ts';
import type { PromptWarning } from '../../../native-models/prompting/promptRequest.ts';
import { errorText, type ToldError } from '../../../resources/messages/errorText.ts';
import { fileSystemCode } from '../../library/files/fileSystemError.ts';
import { LibraryError } from '../../library/files/libraryError.ts';
import type { PathProblem } from '../../library/photos/findPhotos.ts';
import type { PhotoFile } from '../../library/photos/photoFile.ts';
import { printable } from '../printable.ts';
import { paceOf, progressLines } from '../progress.ts';
import type { Terminal } from '../terminal.ts';
import type { FailedPhoto } from './namedPhotos.ts';

export interface WorkReportParts {
  readonly terminal: Terminal;
  readonly nowMs: () => number;
  /** Photos there are: done before, due, or failed. */
  readonly total: number;
  /** Where results go, failures go, too. */
  readonly onFailure: (failure: FailedPhoto) => Promise<void>;
}

export class WorkReport {
  readonly failures: FailedPhoto[] = [];
  readonly #parts: WorkReportParts;
  /** Photos that have to be worked on, and those of them that are over with. */
  #due = 0;
  #handled = 0;
  #startedMs = 0;
  readonly #warned = new Set<string>();

  constructor(parts: WorkReportParts) {
    this.#parts = parts;
  }

  begin(due: number): void {
    this.#due = due;
    this.restartClock();
  }

  /** What loading a model took says nothing about how fast photos go. */
  restartClock(): void {
    this.#startedMs = this.#parts.nowMs();
  }

  /** A file or folder that could not even be looked at. */
  async failPath({ path, shownAs, error }: PathProblem): Promise<void> {
    await this.#report({ file: path, shownAs }, error);
  }

  async fail({ relativePath, shownAs }: PhotoFile, error: ToldError): Promise<void> {
    await this.#report({ file: relativePath, shownAs }, error);
  }

  /** A file that cannot be read or written concerns one photo; anything else, such as a closed pipe, the whole run. */
  async failOrThrow(photo: PhotoFile, error: unknown): Promise<void> {
    if (!(error instanceof LibraryError) && fileSystemCode(error) === undefined) {
      throw error;
    }
    await this.fail(photo, serializeError(error));
  }

  /** What is true of one prompt is mostly true of all: each sentence is said once. */
  async warn(warnings: readonly PromptWarning[]): Promise<void> {
    const { terminal } = this.#parts;
    for (const warning of warnings) {
      const sentence = terminal.texts.commandLine.general.warning(warning);
      if (this.#warned.has(sentence)) continue;
      this.#warned.add(sentence);
      await terminal.note(printable(sentence));
    }
  }

  /** @param next the name of what is worked on now */
  async handled(next: string): Promise<void> {
    this.#handled += 1;
    await this.#parts.terminal.progress(() => this.#progressLines(next));
  }

  async #report(photo: Pick<FailedPhoto, 'file' | 'shownAs'>, error: ToldError): Promise<void> {
    const { terminal, onFailure } = this.#parts;
    const { code, message } = error;
    const failure = { ...photo, code, message, reason: errorText(error, terminal.texts) };
    this.failures.push(failure);
    await terminal.note(
      terminal.texts.commandLine.general.failed(printable(failure.shownAs), printable(failure.reason)),
    );
    await onFailure(failure);
  }

  #progressLines(current: string) {
    const { total, nowMs, terminal } = this.#parts;
    const { general } = terminal.texts.commandLine;
    const done = total - this.#due + this.#handled;
    const pace = paceOf(this.#handled, this.#due, nowMs() - this.#startedMs);
    const parts = [
      ...(pace === undefined ? [] : [general.photoRate(pace.perSecond), general.left(pace.remainingMs)]),
      ...(this.failures.length === 0 ? [] : [general.failedCount(this.failures.length)]),
    ];
    return progressLines([`${done}/${total}`, ...parts, printable(current)], terminal.texts, [
      general.photosDone(done, total),
      ...parts,
    ]);
  }
}
