/** @file `vignette models list`. */
import { Command } from 'commander';
import * as z from 'zod';
import { formatBytes } from '../../../resources/messages/commandLine/quantities.ts';
import { errorText } from '../../../resources/messages/errorText.ts';
import type { ListedModel } from '../../library/models/installedModels.ts';
import { type KnownModelHere, knownModelsHere, machineMemoryBytes } from '../../library/models/knownModelList.ts';
import type { CliContext } from '../cliContext.ts';
import { table } from '../columns.ts';
import { addCommonOptions, libraryFolderOf, type SetExitCode, wantsJson } from '../commonOptions.ts';
import { addDeviceOption } from '../deviceOption.ts';
import { exitCode } from '../exitCodes.ts';
import { type CliTexts, textsOf } from '../language.ts';
import { modelJson } from '../libraryModels.ts';
import { cardOf } from '../modelHost.ts';
import { printable } from '../printable.ts';
import { Terminal } from '../terminal.ts';
import { knownModelJson, knownModelsTable } from './knownModelsTable.ts';

const optionValuesSchema = z.object({ known: z.boolean().default(false) });

export function modelsListCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const { help, options: common } = textsOf(context).commandLine;
  const command = new Command('list').description(help.models.list).option('--known', help.models.known);
  addDeviceOption(command, common);
  addCommonOptions(command, common);
  return command.action(async (options: unknown) => {
    const terminal = new Terminal(context, { plain: true });
    const models = await context.models(libraryFolderOf(options, context)).list();
    if (optionValuesSchema.parse(options).known) {
      const known = await listKnown(options, models, { context, terminal });
      await terminal.print(
        wantsJson(options)
          ? JSON.stringify(known.map(knownModelJson), null, 2)
          : knownModelsTable(known, terminal.texts.commandLine),
      );
    } else if (wantsJson(options)) {
      await terminal.print(JSON.stringify(models.map(modelJson), null, 2));
    } else if (models.length === 0) {
      await terminal.note(terminal.texts.commandLine.models.none);
    } else {
      await terminal.print(modelTable(models, terminal.texts));
    }
    setExitCode(exitCode.done);
  });
}

async function listKnown(
  options: unknown,
  installed: readonly ListedModel[],
  { context, terminal }: { readonly context: CliContext; readonly terminal: Terminal },
): Promise<KnownModelHere[]> {
  const speed = context.machineSpeed(libraryFolderOf(options, context));
  if ((await speed.known()) === undefined) await terminal.note(terminal.texts.commandLine.models.measuring);
  const floor = await speed.measured(context.interrupt);
  const card = await cardOf(options, { context, terminal });
  return knownModelsHere({ floor, card, memoryBytes: machineMemoryBytes() }, installed);
}

function noteOn({ bundled, facts, problem }: ListedModel, texts: CliTexts): string {
  const { models } = texts.commandLine;
  if (problem !== undefined) return models.unusable(printable(errorText(problem, texts)));
  if (facts?.quality !== undefined) return models.quality(facts.quality);
  return bundled ? models.bundled : '';
}

function modelTable(listed: readonly ListedModel[], texts: CliTexts): string {
  const { models } = texts.commandLine;
  const rows = listed.map((model) => [
    model.id,
    model.facts === undefined ? '-' : models.purposes[model.facts.kind],
    model.facts?.architecture ?? '-',
    model.facts?.precision ?? '-',
    model.facts === undefined ? '-' : formatBytes(model.facts.sizeBytes),
    printable(model.facts?.sourceName ?? '-'),
    noteOn(model, texts),
  ]);
  return table([models.columns, ...rows]);
}
