/** @file `vignette ask IMAGE QUESTION`: one question about one photo. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import * as z from 'zod';
import type { Answer, GenerationSettings } from '../../../native-models/runtime/protocol.ts';
import { fileSystemReason } from '../../library/files/fileSystemError.ts';
import { LibraryError } from '../../library/libraryError.ts';
import { chooseModel, demoNotice, modelChoiceHelp } from '../chooseModel.ts';
import type { CliContext } from '../cliContext.ts';
import { addCommonOptions, libraryFolderOf, type SetExitCode, wantsJson } from '../commonOptions.ts';
import { exitCode, UsageError } from '../exitCodes.ts';
import { addGenerationOptions, generationSettings } from '../generationOptions.ts';
import { printable, printableText } from '../printable.ts';
import { Terminal } from '../terminal.ts';

interface Question {
  /** As typed. */
  readonly image: string;
  readonly prompt: string;
  readonly modelId: string | undefined;
  readonly settings: GenerationSettings;
  readonly json: boolean;
  readonly libraryFolder: string;
}

const optionValuesSchema = z.object({ model: z.string().optional() });

export function askCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const command = new Command('ask')
    .summary('ask a question about a photo')
    .description('Asks a question about one photo. The text goes to the model as it stands.')
    .argument('<IMAGE>', 'the photo')
    .argument('<QUESTION>', 'the question or instruction')
    .option('--model <ID>', modelChoiceHelp);
  addCommonOptions(command);
  addGenerationOptions(command);
  return command.action(async (image: string, question: string, options: unknown) => {
    if (question.trim() === '') {
      throw new UsageError('The question is empty.');
    }
    if (image === '') {
      throw new UsageError('The path to the photo is empty.');
    }
    await ask(
      {
        image,
        prompt: question,
        modelId: optionValuesSchema.parse(options).model,
        settings: generationSettings(options),
        json: wantsJson(options),
        libraryFolder: libraryFolderOf(options, context),
      },
      context,
    );
    setExitCode(exitCode.done);
  });
}

async function ask(question: Question, context: CliContext): Promise<void> {
  const { image, prompt, settings, json } = question;
  const terminal = new Terminal(context, { plain: json });
  const model = chooseModel(await context.models(question.libraryFolder).list(), question.modelId);
  const file = path.resolve(context.cwd, image);
  // Before the model, which can take a while to load.
  await assertFile(file, image);
  const notice = demoNotice(model, question.modelId);
  if (notice !== undefined) {
    await terminal.note(notice);
  }
  await terminal.progress(() => ({ line: 'Loading the model…', logLine: 'Loading the model.' }));
  await using host = context.startHost((reason) => {
    void terminal.note(`The model's process stopped (${printable(reason)}); it is started again.`);
  });
  await host.load(model.folder, { signal: context.interrupt });
  const stream = new AnswerStream(terminal);
  const streams = context.stdout.isTty && !json;
  const answer = await host.answer(
    { image: file, prompt, settings },
    { signal: context.interrupt, ...(streams && { onText: (delta: string) => stream.push(delta) }) },
  );
  if (json) {
    const { text, tokenIds, score, ms } = answer;
    const scored = score === undefined ? {} : { score };
    await terminal.print(JSON.stringify({ image, model: model.id, prompt, text, tokenIds, ...scored, ms }));
  } else {
    await stream.finish(answer);
  }
}

async function assertFile(file: string, shownAs: string): Promise<void> {
  try {
    await stat(file);
  } catch (error) {
    throw new LibraryError(
      'PATH_NOT_FOUND',
      `${shownAs} cannot be read: ${fileSystemReason(error)}.`,
      { path: file },
      error,
    );
  }
}

/** Text on its way to the terminal. Deltas come faster than a slow terminal takes them, so they queue up. */
class AnswerStream {
  readonly #terminal: Terminal;
  #shown = '';
  #written: Promise<void> = Promise.resolve();

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  push(delta: string): void {
    // The finished answer begins with no white space either.
    const text = this.#shown === '' ? delta.trimStart() : delta;
    this.#shown += text;
    this.#written = this.#written.then(() => this.#terminal.write(printableText(text)));
    // Reported by `finish`, which waits for it; until then it is not unhandled.
    this.#written.catch(() => undefined);
  }

  /** The whole answer is on the terminal when this settles, whatever part of it came in pieces. */
  async finish({ text }: Answer): Promise<void> {
    await this.#written;
    const shown = this.#shown.trimEnd();
    const rest = text.startsWith(shown) ? text.slice(this.#shown.length) : `\n${text}`;
    await this.#terminal.write(`${printableText(rest)}\n`);
  }
}
