/** @file `vignette models list`. */
import { Command } from 'commander';
import * as z from 'zod';
import { howToGetOne } from '../../library/models/chooseModel.ts';
import type { ListedModel } from '../../library/models/installedModels.ts';
import { type KnownModelHere, knownModelsHere, machineMemoryBytes } from '../../library/models/knownModelList.ts';
import type { CliContext } from '../cliContext.ts';
import { addCommonOptions, libraryFolderOf, type SetExitCode, wantsJson } from '../commonOptions.ts';
import { addDeviceOption } from '../deviceOption.ts';
import { exitCode } from '../exitCodes.ts';
import { cardOf } from '../graphicsCard.ts';
import { printable } from '../printable.ts';
import { qualityText } from '../qualityText.ts';
import { formatBytes } from '../quantities.ts';
import { table } from '../table.ts';
import { Terminal } from '../terminal.ts';
import { knownModelJson, knownModelsTable } from './knownModelsTable.ts';

const optionValuesSchema = z.object({ known: z.boolean().default(false) });

export function modelsListCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const command = new Command('list')
    .description('Lists installed models, or with --known the published models you can download.')
    .option(
      '--known',
      'what is published, its license and size, and how it would run here; the first time, this machine is measured for up to ten seconds',
    );
  addDeviceOption(command);
  addCommonOptions(command);
  return command.action(async (options: unknown) => {
    const terminal = new Terminal(context, { plain: true });
    const models = await context.models(libraryFolderOf(options, context)).list();
    if (optionValuesSchema.parse(options).known) {
      const known = await listKnown(options, models, { context, terminal });
      await terminal.print(
        wantsJson(options) ? JSON.stringify(known.map(knownModelJson), null, 2) : knownModelsTable(known),
      );
    } else if (wantsJson(options)) {
      await terminal.print(JSON.stringify(models.map(modelJson), null, 2));
    } else if (models.length === 0) {
      await terminal.note(`No model is installed. ${howToGetOne}`);
    } else {
      await terminal.print(modelTable(models));
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
  if ((await speed.known()) === undefined) await terminal.note('Measuring the speed of this computer…');
  const floor = await speed.measured(context.interrupt);
  const card = await cardOf(options, { context, terminal });
  return knownModelsHere({ floor, card, memoryBytes: machineMemoryBytes() }, installed);
}

export function modelJson({ id, folder, bundled, facts, problem }: ListedModel): Record<string, unknown> {
  const source = facts === undefined ? {} : { source: { name: facts.sourceName, sha256: facts.sourceSha256 } };
  const { kind, architecture, precision, quality, sizeBytes } = facts ?? {};
  return { id, folder, bundled, kind, architecture, precision, quality, sizeBytes, ...source, error: problem };
}

function noteOn({ bundled, facts, problem }: ListedModel): string {
  if (problem !== undefined) return `cannot be used: ${printable(problem.message)}`;
  if (facts?.quality !== undefined) return qualityText(facts.quality);
  return bundled ? 'bundled demo' : '';
}

const purposes = { generator: 'captions, answers', matcher: 'scores' } as const;

function modelTable(models: readonly ListedModel[]): string {
  const rows = models.map((model) => [
    model.id,
    model.facts === undefined ? '-' : purposes[model.facts.kind],
    model.facts?.architecture ?? '-',
    model.facts?.precision ?? '-',
    model.facts === undefined ? '-' : formatBytes(model.facts.sizeBytes),
    printable(model.facts?.sourceName ?? '-'),
    noteOn(model),
  ]);
  return table([['ID', 'FOR', 'ARCHITECTURE', 'PRECISION', 'SIZE', 'SOURCE', 'NOTE'], ...rows]);
}
