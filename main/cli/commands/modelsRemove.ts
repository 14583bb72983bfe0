/** @file `vignette models remove ID`. */
import { Command } from 'commander';
import { ModelChoiceError } from '../../library/models/chooseModel.ts';
import type { CliContext } from '../cliContext.ts';
import { addCommonOptions, libraryFolderOf, type SetExitCode, wantsJson } from '../commonOptions.ts';
import { exitCode } from '../exitCodes.ts';
import { textsOf } from '../language.ts';
import { changeLibraryModels } from '../libraryModels.ts';
import { Terminal } from '../terminal.ts';

export function modelsRemoveCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const { help, options: common } = textsOf(context).commandLine;
  const command = new Command('remove').description(help.models.remove).argument('<ID>', help.model);
  addCommonOptions(command, common);
  return command.action(async (id: string, options: unknown) => {
    const json = wantsJson(options);
    const terminal = new Terminal(context, { plain: true });
    const libraryFolder = libraryFolderOf(options, context);
    const models = context.models(libraryFolder);
    const listed = (await models.list()).find((model) => model.id === id);
    if (listed?.bundled === true) {
      throw new ModelChoiceError('MODEL_BUNDLED', `The model ${id} is bundled with Vignette and cannot be removed.`, {
        details: { id },
      });
    }
    // Not looked up first: what is left of an unfinished import is not listed, and goes too.
    await changeLibraryModels(libraryFolder, models, () => models.remove(id));
    await (json
      ? terminal.print(JSON.stringify({ removed: id }))
      : terminal.note(terminal.texts.commandLine.models.removed(id)));
    setExitCode(exitCode.done);
  });
}
