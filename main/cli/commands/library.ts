/** @file `vignette library …`: the group of commands on the library and its folders. */
import { Command } from 'commander';
import type { CliContext } from '../cliContext.ts';
import type { SetExitCode } from '../commonOptions.ts';
import { textsOf } from '../language.ts';
import { libraryAddCommand } from './libraryAdd.ts';
import { libraryCheckCommand } from './libraryCheck.ts';
import { libraryEmbedCommand } from './libraryEmbed.ts';
import { libraryListCommand } from './libraryList.ts';
import { libraryRemoveCommand } from './libraryRemove.ts';
import { libraryRestoreCommand } from './libraryRestore.ts';
import { libraryScanCommand } from './libraryScan.ts';
import { libraryStatusCommand } from './libraryStatus.ts';

export function libraryCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const { help } = textsOf(context).commandLine;
  return new Command('library')
    .summary(help.library.summary)
    .description(help.library.description)
    .addCommand(libraryAddCommand(context, setExitCode))
    .addCommand(libraryListCommand(context, setExitCode))
    .addCommand(libraryScanCommand(context, setExitCode))
    .addCommand(libraryEmbedCommand(context, setExitCode))
    .addCommand(libraryStatusCommand(context, setExitCode))
    .addCommand(libraryCheckCommand(context, setExitCode))
    .addCommand(libraryRemoveCommand(context, setExitCode))
    .addCommand(libraryRestoreCommand(context, setExitCode));
}
