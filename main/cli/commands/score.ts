/** @file `vignette score IMAGE TEXT`: how well a text matches a photo. */
import { Command } from 'commander';
import * as z from 'zod';
import { unknownTextWarnings } from '../../../native-models/prompting/promptRequest.ts';
import { chosenModel, sayDemo } from '../chooseModel.ts';
import type { CliContext } from '../cliContext.ts';
import { addCommonOptions, libraryFolderOf, type SetExitCode, wantsJson } from '../commonOptions.ts';
import { defaultModelId } from '../defaultModel.ts';
import { addDeviceOption, deviceOf } from '../deviceOption.ts';
import { exitCode, UsageError } from '../exitCodes.ts';
import { textsOf } from '../language.ts';
import { startHost } from '../modelHost.ts';
import { assertFile, namedFile } from '../namedFile.ts';
import { Terminal } from '../terminal.ts';

const optionValuesSchema = z.object({ model: z.string().optional() });

export function scoreCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const { help, options: common } = textsOf(context).commandLine;
  const command = new Command('score')
    .summary(help.score.summary)
    .description(help.score.description)
    .argument('<IMAGE>', help.photo)
    .argument('<TEXT>', help.score.text)
    .option('--model <ID>', common.model);
  addDeviceOption(command, common);
  addCommonOptions(command, common);
  return command.action(async (image: string, text: string, options: unknown) => {
    if (text.trim() === '') {
      throw new UsageError((usage) => usage.empty('text'));
    }
    const terminal = new Terminal(context, { plain: wantsJson(options) });
    const { model: modelId } = optionValuesSchema.parse(options);
    const device = await deviceOf(options, libraryFolderOf(options, context));
    const installed = await context.models(libraryFolderOf(options, context)).list();
    const defaultId = await defaultModelId(libraryFolderOf(options, context), installed, 'matcher');
    const model = chosenModel(installed, modelId ?? defaultId, 'matcher');
    const file = await namedFile(image, context);
    await assertFile(file, image);
    await sayDemo(terminal, model, modelId);
    await using host = startHost(context, terminal);
    await host.load(model.folder, { signal: context.interrupt, device });
    const [match] = await host.match({ image: file, texts: [text] }, { signal: context.interrupt });
    if (match?.itc === undefined) {
      throw new RangeError('the host scored nothing');
    }
    const { itm, itc, unknown = [] } = match;
    await terminal.warn(unknownTextWarnings(unknown));
    await terminal.print(
      wantsJson(options)
        ? JSON.stringify({ image, model: model.id, text, itm, itc, ...(unknown.length === 0 ? {} : { unknown }) })
        : `itm ${itm.toFixed(3)}  itc ${itc.toFixed(3)}`,
    );
    setExitCode(exitCode.done);
  });
}
