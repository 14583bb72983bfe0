/** @file `vignette models import SOURCE`: compiles a published checkpoint, or copies a packed model. */
import { Command } from 'commander';
import * as z from 'zod';
import type { SuitablePrecision } from '../../../native-models/quantization/suitablePrecision.ts';
import type { InstalledModels } from '../../library/models/installedModels.ts';
import type { CliContext } from '../cliContext.ts';
import { addCommonOptions, libraryFolderOf, type SetExitCode, wantsJson } from '../commonOptions.ts';
import { addDeviceOption } from '../deviceOption.ts';
import { exitCode, UsageError } from '../exitCodes.ts';
import { ImportProgressView } from '../importProgressView.ts';
import { textsOf } from '../language.ts';
import { changeLibraryModels, modelJson } from '../libraryModels.ts';
import { cardOf } from '../modelHost.ts';
import { namedFile } from '../namedFile.ts';
import { Terminal } from '../terminal.ts';

const optionValuesSchema = z.object({
  id: z.string().optional(),
  base: z.string().optional(),
  adapter: z.string().optional(),
  precision: z.string(),
  replace: z.boolean().default(false),
});

export function modelsImportCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const { help, options: common } = textsOf(context).commandLine;
  const command = new Command('import')
    .description(help.models.import)
    .argument('<SOURCE>', help.models.source)
    .option('--base <FOLDER>', help.models.importBase)
    .option('--adapter <FOLDER>', help.models.importAdapter)
    .option('--id <ID>', help.models.importId)
    .option('--precision <PRECISION>', help.models.importPrecision, 'auto')
    .option('--replace', help.models.importReplace);
  addDeviceOption(command, common);
  addCommonOptions(command, common);
  return command.action(async (source: string, options: unknown) => {
    const { id, base, adapter, precision, replace } = optionValuesSchema.parse(options);
    const libraryFolder = libraryFolderOf(options, context);
    const models = context.models(libraryFolder);
    if (!models.precisions.includes(precision)) {
      throw new UsageError((usage) => usage.noChoice('--precision', models.precisions, precision));
    }
    if (source === '' || id === '') {
      throw new UsageError((usage) => (source === '' ? usage.empty('checkpoint') : usage.valueMissing('--id', 'name')));
    }
    const json = wantsJson(options);
    const terminal = new Terminal(context, { plain: json });
    const texts = terminal.texts.commandLine.models;
    const progress = new ImportProgressView(terminal, () => context.nowMs());
    const request = {
      source: await sourceOf(source, models, context),
      base: base === undefined ? undefined : await namedFile(base, context),
      adapter: adapter === undefined ? undefined : await namedFile(adapter, context),
      id,
      precision,
      replace,
      card: precision === 'auto' ? await cardOf(options, { context, terminal }) : undefined,
      signal: context.interrupt,
      onPrecision: (chosen: SuitablePrecision) => void terminal.note(texts.chosenPrecision(chosen)),
    };
    const change = () => models.import({ ...request, onProgress: (step) => progress.show(step) });
    const model = await changeLibraryModels(libraryFolder, models, change).finally(() => terminal.clearProgress());
    if (json) {
      await terminal.print(JSON.stringify(modelJson(model), null, 2));
    } else {
      const { precision: stored = '', quality } = model.facts ?? {};
      if (quality !== undefined) await terminal.note(texts.stored(stored, texts.quality(quality)));
      await terminal.note(texts.imported(model.id));
      await terminal.print(model.id);
    }
    setExitCode(exitCode.done);
  });
}

/** A path, or what no path is, but a model. */
async function sourceOf(named: string, models: InstalledModels, context: CliContext): Promise<string> {
  try {
    return await namedFile(named, context);
  } catch (error) {
    if ((await models.list()).some(({ id }) => id === named)) return named;
    throw error;
  }
}
