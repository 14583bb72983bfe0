/** @file `vignette models verify ID`: every byte of a model, and the numbers it computes. */
import { Command } from 'commander';
import { ModelChoiceError } from '../../library/models/chooseModel.ts';
import type { ListedModel } from '../../library/models/installedModels.ts';
import type { CliContext } from '../cliContext.ts';
import { addCommonOptions, libraryFolderOf, type SetExitCode, wantsJson } from '../commonOptions.ts';
import { exitCode } from '../exitCodes.ts';
import { counted, formatBytes } from '../quantities.ts';
import { Terminal } from '../terminal.ts';

export function modelsVerifyCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const command = new Command('verify')
    .description('Checks that a model is whole: every byte of its files, then the numbers it computes.')
    .argument('<ID>', 'the model');
  addCommonOptions(command);
  return command.action(async (id: string, options: unknown) => {
    const json = wantsJson(options);
    const terminal = new Terminal(context, { plain: json });
    const models = context.models(libraryFolderOf(options, context));
    const model = modelOf(await models.list(), id);
    const report = await models.verify(model.folder, {
      signal: context.interrupt,
      onProgress: ({ doneBytes, totalBytes }) => {
        const line = `Verifying: ${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`;
        void terminal.progress(() => ({ line, logLine: line }));
      },
    });
    await terminal.clearProgress();
    await terminal.print(
      json
        ? JSON.stringify({ id, ok: true, files: report.files })
        : `${id} is whole: ${counted(report.files, 'file')} unchanged, and it computes what it should.`,
    );
    setExitCode(exitCode.done);
  });
}

export function modelOf(models: readonly ListedModel[], id: string): ListedModel {
  const model = models.find((candidate) => candidate.id === id);
  if (model === undefined) {
    throw new ModelChoiceError('MODEL_NOT_FOUND', `There is no model called ${id}.`, { details: { id } });
  }
  return model;
}
