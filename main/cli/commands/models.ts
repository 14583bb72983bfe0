/** @file `vignette models …`: the group of commands on models. */
import { Command } from 'commander';
import type { CliContext } from '../cliContext.ts';
import type { SetExitCode } from '../commonOptions.ts';
import { textsOf } from '../language.ts';
import { modelsCalibrateCommand } from './modelsCalibrate.ts';
import { modelsDownloadCommand } from './modelsDownload.ts';
import { modelsImportCommand } from './modelsImport.ts';
import { modelsListCommand } from './modelsList.ts';
import { modelsPackCommand } from './modelsPack.ts';
import { modelsRemoveCommand } from './modelsRemove.ts';
import { modelsVerifyCommand } from './modelsVerify.ts';

export function modelsCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const { help } = textsOf(context).commandLine;
  return new Command('models')
    .summary(help.models.summary)
    .description(help.models.description)
    .addCommand(modelsListCommand(context, setExitCode))
    .addCommand(modelsDownloadCommand(context, setExitCode))
    .addCommand(modelsImportCommand(context, setExitCode))
    .addCommand(modelsVerifyCommand(context, setExitCode))
    .addCommand(modelsCalibrateCommand(context, setExitCode))
    .addCommand(modelsPackCommand(context, setExitCode))
    .addCommand(modelsRemoveCommand(context, setExitCode));
}
