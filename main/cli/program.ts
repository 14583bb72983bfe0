/** @file The `vignette` program: its commands, and what becomes of whatever they throw. */
import { Command, CommanderError } from 'commander';
import { VignetteError } from '../../native-models/errors.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { errorText } from '../../resources/messages/errorText.ts';
import { type CliContext, PipeClosed } from './cliContext.ts';
import { askCommand } from './commands/ask.ts';
import { captionCommand } from './commands/caption.ts';
import { exportCommand } from './commands/export.ts';
import { fieldsCommand } from './commands/fields.ts';
import { importCommand } from './commands/import.ts';
import { libraryCommand } from './commands/library.ts';
import { markCommand } from './commands/mark.ts';
import { modelsCommand } from './commands/models.ts';
import { presetsCommand } from './commands/presets.ts';
import { runsCommand } from './commands/runs.ts';
import { scoreCommand } from './commands/score.ts';
import { searchCommand } from './commands/search.ts';
import { serveCommand } from './commands/serve.ts';
import { tagsCommand } from './commands/tags.ts';
import type { SetExitCode } from './commonOptions.ts';
import { type ExitCode, exitCode, UsageError } from './exitCodes.ts';
import { formatHelp } from './helpFormat.ts';
import { textsOf } from './language.ts';
import { printable } from './printable.ts';

/** Runs one command line, without node and script, to its exit code. Never throws. */
export async function run(args: readonly string[], context: CliContext): Promise<ExitCode> {
  const said = new CommanderOutput();
  let code: ExitCode = exitCode.done;
  const program = buildProgram(context, said, (result) => {
    code = result;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    try {
      await said.flush(context);
      return await explain(error, context);
    } catch (pipeError) {
      return pipeError instanceof PipeClosed ? exitCode.done : exitCode.failed;
    }
  }
}

function buildProgram(context: CliContext, said: CommanderOutput, setExitCode: SetExitCode): Command {
  const texts = textsOf(context);
  const program = new Command('vignette')
    .description(texts.commandLine.help.program)
    .version(packageJson.version, '-V, --version', texts.commandLine.options.version)
    .addCommand(captionCommand(context, setExitCode))
    .addCommand(askCommand(context, setExitCode))
    .addCommand(scoreCommand(context, setExitCode))
    .addCommand(libraryCommand(context, setExitCode))
    .addCommand(searchCommand(context, setExitCode))
    .addCommand(exportCommand(context, setExitCode))
    .addCommand(importCommand(context, setExitCode))
    .addCommand(runsCommand(context, setExitCode))
    .addCommand(tagsCommand(context, setExitCode))
    .addCommand(fieldsCommand(context, setExitCode))
    .addCommand(markCommand(context, setExitCode))
    .addCommand(presetsCommand(context, setExitCode))
    .addCommand(modelsCommand(context, setExitCode))
    .addCommand(serveCommand(context, setExitCode));
  forEachCommand(program, (command) => {
    command.exitOverride();
    formatHelp(command, texts);
    command.configureOutput({
      writeOut: (text) => said.out(text),
      writeErr: (text) => said.err(text),
      getOutHelpWidth: () => (context.stdout.isTty ? context.stdout.columns : 100),
      getErrHelpWidth: () => (context.stderr.isTty ? context.stderr.columns : 100),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  });
  return program;
}

function forEachCommand(command: Command, action: (command: Command) => void): void {
  action(command);
  for (const child of command.commands) {
    forEachCommand(child, action);
  }
}

/** Commander writes synchronously, our streams do not: its text waits here. */
class CommanderOutput {
  #out = '';
  #err = '';

  out(text: string): void {
    this.#out += text;
  }

  err(text: string): void {
    this.#err += text;
  }

  async flush(context: CliContext): Promise<void> {
    if (this.#out !== '') {
      await context.stdout.write(this.#out);
    }
    if (this.#err !== '') {
      await context.stderr.write(this.#err);
    }
  }
}

/** By error code: the option that gives what was missing. */
const optionsThatHelp: Readonly<Record<string, string>> = { HUB_BASE_UNKNOWN: '--base', HUB_FILE_UNCLEAR: '--file' };

async function explain(error: unknown, context: CliContext): Promise<ExitCode> {
  const { commandLine } = textsOf(context);
  const say = (sentence: string) => context.stderr.write(`vignette: ${sentence}\n`);
  if (error instanceof PipeClosed) {
    return exitCode.done;
  }
  if (error instanceof CommanderError) {
    // Help and version that were asked for are no mistake; help that stands in for a missing command is.
    return error.exitCode === 0 ? exitCode.done : exitCode.badUsage;
  }
  if (error instanceof UsageError) {
    await say(printable(error.sentenceIn(commandLine.usage)));
    return exitCode.badUsage;
  }
  if (context.interrupt.aborted) {
    await say(commandLine.general.interrupted);
    return exitCode.interrupted;
  }
  if (error instanceof VignetteError) {
    const sentence = printable(errorText(error, textsOf(context)));
    const option = optionsThatHelp[error.code];
    await say(option === undefined ? sentence : `${sentence} ${commandLine.general.nameWith(option)}`);
    return exitCode.failed;
  }
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  await say(`${commandLine.general.unexpected}\n${trace}`);
  return exitCode.failed;
}
