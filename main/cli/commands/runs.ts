/** @file `vignette runs …`: what was done in the library, and undoing it. */
import { Command } from 'commander';
import type { CliContext } from '../cliContext.ts';
import type { SetExitCode } from '../commonOptions.ts';
import { textsOf } from '../language.ts';
import { runsListCommand } from './runsList.ts';
import { runsShowCommand } from './runsShow.ts';
import { runsUndoCommand } from './runsUndo.ts';

export function runsCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const { help } = textsOf(context).commandLine;
  return new Command('runs')
    .summary(help.runs.summary)
    .description(help.runs.description)
    .addCommand(runsListCommand(context, setExitCode))
    .addCommand(runsShowCommand(context, setExitCode))
    .addCommand(runsUndoCommand(context, setExitCode));
}
