/** @file `vignette import FILE…`: takes captions, tags and answers of other programs, and exports, into the library. */
import { Command } from 'commander';
import * as z from 'zod';
import {
  type ConflictChoice,
  conflictChoiceSchema,
  importFormatSchema,
  textUseSchema,
} from '../../../schemas/imports.ts';
import type { RunDescription } from '../../../schemas/runDescription.ts';
import type { Catalog } from '../../library/catalog/catalog.ts';
import type { CollectedImport } from '../../library/interchange/imports/collectImport.ts';
import { type ImportSource, importFormatOf, textFilesOf } from '../../library/interchange/imports/importSource.ts';
import { type ImportPlan, importTexts, planImport, readImport } from '../../library/interchange/imports/importTexts.ts';
import { suggestedUse } from '../../library/interchange/imports/readTextFiles.ts';
import type { CliContext } from '../cliContext.ts';
import { addCommonOptions, libraryFolderOf, type SetExitCode, wantsJson } from '../commonOptions.ts';
import { type ExitCode, exitCode, UsageError } from '../exitCodes.ts';
import { textsOf } from '../language.ts';
import { pathIn } from '../namedFile.ts';
import { backUp, ownCatalog, readCatalog } from '../openCatalog.ts';
import { printable } from '../printable.ts';
import { Terminal } from '../terminal.ts';

const optionValuesSchema = z.object({
  format: z.string().optional(),
  as: z.string().optional(),
  column: z.string().optional(),
  onConflict: z.string().default('keep'),
  dryRun: z.boolean().default(false),
});

interface ImportRequest {
  readonly sources: readonly ImportSource[];
  readonly onConflict: ConflictChoice;
  readonly dryRun: boolean;
}

export function importCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const { help, options: common } = textsOf(context).commandLine;
  const command = new Command('import')
    .summary(help.import.summary)
    .description(help.import.description)
    .argument('<FILE...>', help.import.files)
    .option('--format <FORMAT>', help.import.format(importFormatSchema.options.join(', ')))
    .option('--as <USE>', help.import.as(textUseSchema.options.join(', ')))
    .option('--column <NAME>', help.import.column)
    .option('--on-conflict <CHOICE>', help.import.onConflict(conflictChoiceSchema.options.join(', ')))
    .option('--dry-run', help.import.dryRun);
  addCommonOptions(command, common);
  return command.action(async (files: readonly string[], options: unknown) => {
    const terminal = new Terminal(context, { plain: wantsJson(options) });
    const request = await requestOf(files, options, context);
    const libraryFolder = libraryFolderOf(options, context);
    const work = { request, context, terminal, options };
    if (request.dryRun) {
      const catalog = readCatalog(libraryFolder);
      if (catalog === undefined) throw new UsageError((usage) => usage.libraryEmpty);
      await using open = catalog;
      setExitCode(await runImport(open, work));
    } else {
      await using catalog = await ownCatalog({ libraryFolder, context, terminal, command: 'import' });
      setExitCode(await runImport(catalog, work));
      await backUp(catalog, terminal);
    }
  });
}

async function requestOf(files: readonly string[], options: unknown, context: CliContext): Promise<ImportRequest> {
  const { format, as, column, onConflict, dryRun } = optionValuesSchema.parse(options);
  const chosen = format === undefined ? undefined : choiceOf('--format', importFormatSchema, format);
  const choice = choiceOf('--on-conflict', conflictChoiceSchema, onConflict);
  const use = as === undefined ? undefined : choiceOf('--as', textUseSchema, as);
  const sources: ImportSource[] = [];
  for (const named of files) {
    const file = pathIn(context.cwd, named);
    const fileFormat = chosen ?? (await importFormatOf(file, context.interrupt));
    if (fileFormat === 'txt' && use === undefined) {
      const suggested = await suggestedUse(await textFilesOf(file, 'txt'), context.interrupt);
      throw new UsageError((usage) => usage.tagsOrCaption(named, suggested));
    }
    sources.push({ path: file, format: fileFormat, use: use ?? 'caption', column });
  }
  return { sources, onConflict: choice, dryRun };
}

/** @throws UsageError */
function choiceOf<Choice extends string>(
  flag: string,
  schema: z.ZodType<Choice> & { readonly options: readonly string[] },
  text: string,
): Choice {
  const parsed = schema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new UsageError((usage) => usage.noChoice(flag, schema.options, text));
}

interface ImportParts {
  readonly request: ImportRequest;
  readonly context: CliContext;
  readonly terminal: Terminal;
  readonly options: unknown;
}

async function runImport(catalog: Catalog, parts: ImportParts): Promise<ExitCode> {
  const { request, context, terminal, options } = parts;
  const { sources, onConflict, dryRun } = request;
  const signal = context.interrupt;
  const { general } = terminal.texts.commandLine;
  const course = {
    signal,
    onProgress: (done: number, total: number) =>
      void terminal.progress(() => ({ line: `${done}/${total}`, logLine: general.done(done, total) })),
  };
  const choose = () => onConflict;
  const collected = await readImport(catalog, sources, signal);
  const plan = await planImport(catalog, collected, choose, course);
  const work = {
    photos: plan.photos,
    runs: collected.runs,
    fields: collected.fields,
    choose,
    description: descriptionOf(sources),
    importSource: sources[0]?.path ?? '',
  };
  const run = dryRun ? undefined : await importTexts(catalog, work, course);
  await terminal.clearProgress();
  if (wantsJson(options)) await terminal.print(JSON.stringify(summaryOf({ plan, collected, run }), null, 2));
  else await say({ plan, collected, run }, parts);
  const leftOut = collected.remarks.length > 0 || (onConflict === 'keep' && plan.conflicts.length > 0);
  return leftOut ? exitCode.someItemsFailed : exitCode.done;
}

function descriptionOf([first, ...others]: readonly ImportSource[]): RunDescription {
  const { path = '', format = 'json' } = first ?? {};
  return { kind: 'importTexts', path, more: others.length, format };
}

interface ImportOutcome {
  readonly plan: ImportPlan;
  readonly collected: CollectedImport;
  /** Undefined where nothing was changed. */
  readonly run: number | undefined;
}

function summaryOf({ plan, collected, run }: ImportOutcome): Record<string, unknown> {
  return {
    run: run ?? null,
    photos: plan.photos.length,
    ...plan.counts,
    conflicts: plan.conflicts.map(({ file, kind, question, here, there }) => ({
      ...{ file, kind, question, here, there },
    })),
    leftOut: collected.remarks,
  };
}

/** More than a person reads; all of them are in `--json`. */
const maxListed = 50;

async function say({ plan, collected, run }: ImportOutcome, { request, terminal }: ImportParts): Promise<void> {
  const { general, imports: texts } = terminal.texts.commandLine;
  const listed = async <Item>(items: readonly Item[], line: (item: Item) => string) => {
    for (const item of items.slice(0, maxListed)) await terminal.note(line(item));
    if (items.length > maxListed) await terminal.note(general.more(items.length - maxListed));
  };
  await listed(plan.conflicts, ({ file, kind, question, here, there }) => {
    const subject = `${printable(file)} · ${question === null ? texts.kinds[kind] : printable(question)}`;
    return texts.conflict(subject, printable(here), there.map(printable));
  });
  await listed(collected.remarks, ({ name, remark }) => texts.leftOut(printable(name), texts.remarks[remark]));
  const { same, ...counts } = plan.counts;
  await terminal.note(texts.result(request.dryRun, same, { photos: plan.photos.length, ...counts }));
  if (plan.conflicts.length > 0) await terminal.note(texts.conflicts(plan.conflicts.length, request.onConflict));
  if (run !== undefined) await terminal.note(texts.toUndo(run));
}
