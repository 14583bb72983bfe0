/** @file `vignette fields …`: the fields under whose names and types answers are kept. No answer is changed. */
import { Command, Option } from 'commander';
import * as z from 'zod';
import type { AnswerField } from '../../library/catalog/texts/answerFields.ts';
import { type FieldValueCount, fieldValues } from '../../library/catalog/texts/fieldAnswers.ts';
import type { CliContext } from '../cliContext.ts';
import { table } from '../columns.ts';
import { addCommonOptions, libraryFolderOf, type SetExitCode, wantsJson } from '../commonOptions.ts';
import { exitCode } from '../exitCodes.ts';
import { fieldTypeNamed, fieldTypeNames } from '../fieldTypeNames.ts';
import { textsOf } from '../language.ts';
import { ownCatalog, readCatalog } from '../openCatalog.ts';
import { printable } from '../printable.ts';
import { Terminal } from '../terminal.ts';

export function fieldsCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const { help } = textsOf(context).commandLine;
  return new Command('fields')
    .summary(help.fields.summary)
    .description(help.fields.description)
    .addCommand(listCommand(context, setExitCode))
    .addCommand(saveCommand(context, setExitCode))
    .addCommand(removeCommand(context, setExitCode));
}

function listCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const { help, options: common } = textsOf(context).commandLine;
  const command = new Command('list').description(help.fields.list);
  addCommonOptions(command, common);
  return command.action(async (options: unknown) => {
    const terminal = new Terminal(context, { plain: true });
    await using catalog = readCatalog(libraryFolderOf(options, context));
    const fields = (catalog?.fields.all() ?? []).map((field) => ({
      field,
      counts: catalog === undefined ? [] : fieldValues(catalog.connection, field),
    }));
    const { fieldColumns } = terminal.texts.commandLine.library;
    await terminal.print(
      wantsJson(options)
        ? JSON.stringify(fields.map(fieldJson), null, 2)
        : table([fieldColumns, ...fields.map(fieldRow)]),
    );
    setExitCode(exitCode.done);
  });
}

interface CountedField {
  readonly field: AnswerField;
  readonly counts: readonly FieldValueCount[];
}

function fieldJson({ field, counts }: CountedField): Record<string, unknown> {
  const { name, type, values, questions } = field;
  return { name, type, values, questions: questions.map(({ text }) => text), answers: counts };
}

function fieldRow({ field, counts }: CountedField): string[] {
  const photosOf = (some: readonly FieldValueCount[]) => String(some.reduce((sum, { photos }) => sum + photos, 0));
  return [
    printable(field.name),
    fieldTypeNames[field.type],
    photosOf(counts),
    photosOf(counts.filter(({ fits }) => !fits)),
    printable(field.questions.map(({ text }) => text).join(' · ')),
  ];
}

const saveOptionsSchema = z.object({
  type: z.string().optional(),
  value: z.array(z.string()).optional(),
  question: z.array(z.string()).optional(),
  rename: z.string().optional(),
});

/** What is not said stays as it is. */
function saveCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const { help, options: common } = textsOf(context).commandLine;
  const several = (flag: string, about: string) => new Option(flag, about).argParser(collected);
  const command = new Command('save')
    .description(help.fields.save)
    .argument('<NAME>', help.fields.name)
    .option('--type <TYPE>', help.fields.type(Object.values(fieldTypeNames)))
    .addOption(several('--value <TEXT>', help.fields.value))
    .addOption(several('--question <TEXT>', help.fields.question))
    .option('--rename <NAME>', help.fields.rename);
  addCommonOptions(command, common);
  return command.action(async (name: string, options: unknown) => {
    const said = saveOptionsSchema.parse(options);
    const type = said.type === undefined ? undefined : fieldTypeNamed('--type', said.type);
    const terminal = new Terminal(context, { plain: true });
    await using catalog = await ownCatalog({
      ...{ libraryFolder: libraryFolderOf(options, context), context, terminal },
      command: 'fields save',
    });
    const before = catalog.fields.find(name);
    const newType = type ?? before?.type ?? (said.value === undefined ? 'text' : 'list');
    const definition = {
      name: said.rename ?? before?.name ?? name,
      type: newType,
      values: newType === 'list' ? [...(said.value ?? before?.values ?? [])] : [],
      questions: said.question ?? before?.questions.map(({ text }) => text) ?? [],
    };
    catalog.fields.save(definition, before?.id);
    const { fieldSaved } = terminal.texts.commandLine.library;
    if (wantsJson(options)) await terminal.print(JSON.stringify(definition, null, 2));
    else await terminal.note(fieldSaved(printable(definition.name)));
    setExitCode(exitCode.done);
  });
}

function collected(text: string, previous: readonly string[] | undefined): string[] {
  return [...(previous ?? []), text];
}

function removeCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const { help, options: common } = textsOf(context).commandLine;
  const command = new Command('remove').description(help.fields.remove).argument('<NAME>', help.fields.name);
  addCommonOptions(command, common);
  return command.action(async (name: string, options: unknown) => {
    const terminal = new Terminal(context, { plain: true });
    await using catalog = await ownCatalog({
      ...{ libraryFolder: libraryFolderOf(options, context), context, terminal },
      command: 'fields remove',
    });
    const field = catalog.fields.named(name);
    catalog.fields.remove(field.id);
    const { fieldRemoved } = terminal.texts.commandLine.library;
    if (wantsJson(options)) await terminal.print(JSON.stringify({ removed: field.name }));
    else await terminal.note(fieldRemoved(printable(field.name)));
    setExitCode(exitCode.done);
  });
}
