/** @file Results on stdout, everything else on stderr, and one line of progress that never gets in their way. */
import type { PromptWarning } from '../../native-models/prompting/promptRequest.ts';
import type { ProgressLines } from '../../resources/messages/commandLine/quantities.ts';
import type { CliContext, TextStream } from './cliContext.ts';
import { fitted } from './columns.ts';
import { type CliTexts, textsOf } from './language.ts';
import { printable } from './printable.ts';

const redrawEveryMs = 100;
const logEveryMs = 5000;

const clearLine = '\r\u001b[2K';

export class Terminal {
  /** What is said, in the language of whoever reads it. */
  readonly texts: CliTexts;
  readonly #stdout: TextStream;
  readonly #stderr: TextStream;
  readonly #nowMs: () => number;
  readonly #redraws: boolean;
  #isLineShown = false;
  #lastProgressMs: number;

  /** With `plain`, progress is only logged, even on a terminal. */
  constructor(context: Pick<CliContext, 'stdout' | 'stderr' | 'nowMs' | 'env'>, options: { readonly plain: boolean }) {
    this.texts = textsOf(context);
    this.#stdout = context.stdout;
    this.#stderr = context.stderr;
    this.#nowMs = () => context.nowMs();
    this.#redraws = context.stderr.isTty && !options.plain;
    // A terminal gets its first line at once, a log after the first interval.
    this.#lastProgressMs = this.#redraws ? Number.NEGATIVE_INFINITY : context.nowMs();
  }

  /** A result: part of what the command was asked for. */
  async print(line: string): Promise<void> {
    await this.write(`${line}\n`);
  }

  /** A piece of a result, as it comes. */
  async write(text: string): Promise<void> {
    await this.clearProgress();
    await this.#stdout.write(text);
  }

  /** A message to the person. */
  async note(line: string): Promise<void> {
    await this.clearProgress();
    await this.#say(`${line}\n`);
  }

  /** Shown when it is time for it; `lines` is only asked then. */
  async progress(lines: () => ProgressLines | string): Promise<void> {
    const nowMs = this.#nowMs();
    if (nowMs - this.#lastProgressMs < (this.#redraws ? redrawEveryMs : logEveryMs)) {
      return;
    }
    this.#lastProgressMs = nowMs;
    const now = lines();
    const { line, logLine } = typeof now === 'string' ? { line: now, logLine: now } : now;
    if (this.#redraws) {
      this.#isLineShown = true;
      await this.#say(`${clearLine}${fitted(line, this.#stderr.columns)}`);
    } else {
      await this.#say(`${logLine}\n`);
    }
  }

  /** What a person should know about a prompt, although there is an answer. */
  async warn(warnings: readonly PromptWarning[]): Promise<void> {
    for (const warning of warnings) await this.note(printable(this.texts.commandLine.general.warning(warning)));
  }

  async loadingModel(): Promise<void> {
    await this.progress(() => this.texts.commandLine.general.loadingModel);
  }

  async clearProgress(): Promise<void> {
    if (this.#isLineShown) {
      this.#isLineShown = false;
      // The next progress is due right away, or the line would flicker out for a while.
      this.#lastProgressMs = Number.NEGATIVE_INFINITY;
      await this.#say(clearLine);
    }
  }

  /** Nobody reading the messages is no reason to stop the work. */
  async #say(text: string): Promise<void> {
    await this.#stderr.write(text).catch(() => undefined);
  }
}
