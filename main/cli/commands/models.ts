/** @file `vignette models …`: the group of commands on models. */
import { Command } from 'commander';
import type { CliContext } from '../cliContext.ts';
import type { SetExitCode } from '../commonOptions.ts';
import { modelsCalibrateCommand } from './modelsCalibrate.ts';
import { modelsDownloadCommand } from './modelsDownload.ts';
import { modelsImportCommand } from './modelsImport.ts';
import { modelsListCommand } from './modelsList.ts';
import { modelsPackCommand } from './modelsPack.ts';
import { modelsRemoveCommand } from './modelsRemove.ts';
import { modelsVerifyCommand } from './modelsVerify.ts';

export function modelsCommand(context: CliContext, setExitCode: SetExitCode): Command {
  return new Command('models')
    .summary('download, import, list, verify, calibrate, pack and remove models')
    .description('Models on this machine. Vignette compiles published checkpoints itself; see models import --help.')
    .addCommand(modelsListCommand(context, setExitCode))
    .addCommand(modelsDownloadCommand(context, setExitCode))
    .addCommand(modelsImportCommand(context, setExitCode))
    .addCommand(modelsVerifyCommand(context, setExitCode))
    .addCommand(modelsCalibrateCommand(context, setExitCode))
    .addCommand(modelsPackCommand(context, setExitCode))
    .addCommand(modelsRemoveCommand(context, setExitCode));
}
