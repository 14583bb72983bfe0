/** @file `vignette presets …`: lists the presets, and keeps the person's own. */
import { Command } from 'commander';
import * as z from 'zod';
import { promptStyleSchema, promptStyleTitles } from '../../../native-models/prompting/promptRequest.ts';
import type { Wording } from '../../library/prompting/builtInPresets.ts';
import { type ListedPreset, presetCalled } from '../../library/prompting/presetList.ts';
import { photoVariables, promptTemplate, questionVariable } from '../../library/prompting/promptTemplate.ts';
import type { CliContext } from '../cliContext.ts';
import { table } from '../columns.ts';
import { addCommonOptions, libraryFolderOf, type SetExitCode, wantsJson } from '../commonOptions.ts';
import { exitCode } from '../exitCodes.ts';
import { type CliTexts, textsOf } from '../language.ts';
import { ownCatalog } from '../openCatalog.ts';
import { listPresets, type PresetPlace } from '../presetSource.ts';
import { printable } from '../printable.ts';
import { Terminal } from '../terminal.ts';
import { presetUseNamed, presetUses } from '../writtenKinds.ts';

export function presetsCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const { help } = textsOf(context).commandLine;
  return new Command('presets')
    .summary(help.presets.summary)
    .description(help.presets.description)
    .addCommand(listCommand(context, setExitCode))
    .addCommand(showCommand(context, setExitCode))
    .addCommand(saveCommand(context, setExitCode))
    .addCommand(removeCommand(context, setExitCode));
}

function listCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const { help, options: common } = textsOf(context).commandLine;
  const command = new Command('list').description(help.presets.list);
  addCommonOptions(command, common);
  return command.action(async (options: unknown) => {
    const terminal = new Terminal(context, { plain: true });
    const presets = await listPresets(placeOf(options, context, terminal));
    await terminal.print(
      wantsJson(options) ? JSON.stringify(presets.map(presetJson), null, 2) : presetTable(presets, terminal.texts),
    );
    setExitCode(exitCode.done);
  });
}

function showCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const { help, options: common } = textsOf(context).commandLine;
  const command = new Command('show').description(help.presets.show).argument('<NAME>', help.preset);
  addCommonOptions(command, common);
  return command.action(async (name: string, options: unknown) => {
    const terminal = new Terminal(context, { plain: true });
    const preset = presetCalled(name, await listPresets(placeOf(options, context, terminal)));
    await terminal.print(
      wantsJson(options) ? JSON.stringify(presetJson(preset), null, 2) : wordingTable(preset, terminal.texts),
    );
    setExitCode(exitCode.done);
  });
}

const saveOptionsSchema = z.object({
  question: z.boolean().default(false),
  about: z.string().default(''),
  for: z.string().default('caption'),
});

function saveCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const variables = [...photoVariables, questionVariable].map((name) => `{${name}}`).join(', ');
  const { help, options: common } = textsOf(context).commandLine;
  const command = new Command('save')
    .description(help.presets.save)
    .argument('<NAME>', help.presets.name)
    .argument('<TEXT>', help.presets.text(variables))
    .option('--question', help.presets.question)
    .option('--about <TEXT>', help.presets.about)
    .option('--for <KIND>', help.presets.for(common.oneOf(presetUses)));
  addCommonOptions(command, common);
  return command.action(async (name: string, text: string, options: unknown) => {
    const { question, about, for: kindName } = saveOptionsSchema.parse(options);
    const writes = presetUseNamed('--for', kindName);
    // Refused now rather than when it is used.
    promptTemplate(text, [...photoVariables, questionVariable]);
    const terminal = new Terminal(context, { plain: true });
    await using catalog = await ownCatalog({ ...placeOf(options, context, terminal), command: 'presets save' });
    catalog.presets.save(name, { text, kind: question || writes === 'answer' ? 'question' : 'text', about, writes });
    await sayDone({ saved: name }, terminal.texts.commandLine.runs.presetSaved(printable(name)), options, terminal);
    setExitCode(exitCode.done);
  });
}

function removeCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const { help, options: common } = textsOf(context).commandLine;
  const command = new Command('remove').description(help.presets.remove).argument('<NAME>', help.preset);
  addCommonOptions(command, common);
  return command.action(async (name: string, options: unknown) => {
    const terminal = new Terminal(context, { plain: true });
    await using catalog = await ownCatalog({ ...placeOf(options, context, terminal), command: 'presets remove' });
    catalog.presets.remove(name);
    await sayDone({ removed: name }, terminal.texts.commandLine.runs.presetRemoved(printable(name)), options, terminal);
    setExitCode(exitCode.done);
  });
}

async function sayDone(result: object, sentence: string, options: unknown, terminal: Terminal): Promise<void> {
  await (wantsJson(options) ? terminal.print(JSON.stringify(result)) : terminal.note(sentence));
}

function placeOf(options: unknown, context: CliContext, terminal: Terminal): PresetPlace {
  return { libraryFolder: libraryFolderOf(options, context), context, terminal };
}

function presetJson({ name, about, writes, isOwn, wordings }: ListedPreset): Record<string, unknown> {
  return { name, about, writes, own: isOwn, wordings };
}

function presetTable(presets: readonly ListedPreset[], { commandLine: { runs } }: CliTexts): string {
  const rows = presets.map(({ name, about, isOwn }) => [
    printable(name),
    isOwn ? runs.ownPreset : '',
    printable(isOwn ? about : runs.presetAbout(name, about)),
  ]);
  return table([runs.presetColumns, ...rows]);
}

function wordingTable({ wordings }: ListedPreset, texts: CliTexts): string {
  const rows = promptStyleSchema.options.map((style) => [promptStyleTitles[style], described(wordings[style], texts)]);
  return table([texts.commandLine.runs.wordingColumns, ...rows]);
}

function described(wording: Wording | undefined, { commandLine: { runs } }: CliTexts): string {
  if (wording === undefined) return runs.notForThese;
  return wording.text === '' ? runs.noPrompt : printable(wording.text);
}
