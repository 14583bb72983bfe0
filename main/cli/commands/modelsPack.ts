/** @file `vignette models pack ID`: one file of a model, for a machine without a network. */
import path from 'node:path';
import { Command } from 'commander';
import * as z from 'zod';
import { packExtension } from '../../../native-models/packs/packFormat.ts';
import { formatBytes } from '../../../resources/messages/commandLine/quantities.ts';
import { assertFree, packModel } from '../../library/models/packModel.ts';
import type { CliContext } from '../cliContext.ts';
import { addCommonOptions, libraryFolderOf, type SetExitCode, wantsJson } from '../commonOptions.ts';
import { exitCode, UsageError } from '../exitCodes.ts';
import { textsOf } from '../language.ts';
import { modelOf } from '../libraryModels.ts';
import { pathIn } from '../namedFile.ts';
import { Terminal } from '../terminal.ts';

const optionValuesSchema = z.object({ output: z.string().optional() });

export function modelsPackCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const { help, options: common } = textsOf(context).commandLine;
  const command = new Command('pack')
    .description(help.models.pack)
    .argument('<ID>', help.model)
    .option('--output <FILE>', help.models.output(packExtension));
  addCommonOptions(command, common);
  return command.action(async (id: string, options: unknown) => {
    const { output } = optionValuesSchema.parse(options);
    if (output === '') throw new UsageError((usage) => usage.valueMissing('--output', 'file'));
    const json = wantsJson(options);
    const terminal = new Terminal(context, { plain: json });
    const texts = terminal.texts.commandLine.models;
    const model = modelOf(await context.models(libraryFolderOf(options, context)).list(), id);
    const file = output === undefined ? path.join(context.cwd, `${id}${packExtension}`) : pathIn(context.cwd, output);
    await assertFree(file);
    const sizeBytes = await packModel(model.folder, file, {
      signal: context.interrupt,
      onProgress: ({ doneBytes, totalBytes }) =>
        void terminal.progress(() => texts.packing(formatBytes(doneBytes), formatBytes(totalBytes))),
    }).finally(() => terminal.clearProgress());
    if (json) {
      await terminal.print(JSON.stringify({ id, file, sizeBytes }));
    } else {
      await terminal.note(texts.packed(formatBytes(sizeBytes)));
      await terminal.print(file);
    }
    setExitCode(exitCode.done);
  });
}
