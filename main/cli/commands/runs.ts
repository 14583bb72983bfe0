/** @file `vignette runs …`: what was done in the library, and undoing it. */
import { Command } from 'commander';
import type { CliContext } from '../cliContext.ts';
import type { SetExitCode } from '../commonOptions.ts';
import { runsListCommand } from './runsList.ts';
import { runsShowCommand } from './runsShow.ts';
import { runsUndoCommand } from './runsUndo.ts';

export function runsCommand(context: CliContext, setExitCode: SetExitCode): Command {
  return new Command('runs')
    .summary('list runs and undo them')
    .description(
      'Everything that changes captions, answers or tags is a run: captioning, an import, an edit, an undo.\n' +
        'You can undo each of them at any time, and redo it by undoing the undo.',
    )
    .addCommand(runsListCommand(context, setExitCode))
    .addCommand(runsShowCommand(context, setExitCode))
    .addCommand(runsUndoCommand(context, setExitCode));
}
