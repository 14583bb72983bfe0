/** @file `vignette runs list`. */
import { Command } from 'commander';
import * as z from 'zod';
import { formatTime } from '../../../resources/messages/commandLine/quantities.ts';
import { runTitle } from '../../../resources/messages/runTitle.ts';
import { historyRunKinds, largeRunKinds } from '../../library/catalog/runs/history.ts';
import type { Run } from '../../library/catalog/runs/runs.ts';
import type { CliContext } from '../cliContext.ts';
import { table } from '../columns.ts';
import { addCommonOptions, libraryFolderOf, limitOf, type SetExitCode, wantsJson } from '../commonOptions.ts';
import { exitCode } from '../exitCodes.ts';
import { type CliTexts, textsOf } from '../language.ts';
import { readCatalog } from '../openCatalog.ts';
import { printable } from '../printable.ts';
import { runJson, stateOf } from '../runs/runText.ts';
import { Terminal } from '../terminal.ts';

const optionValuesSchema = z.object({ limit: z.string(), all: z.boolean().default(false) });

export function runsListCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const { help, options: common } = textsOf(context).commandLine;
  const command = new Command('list')
    .description(help.runs.list)
    .option('--limit <N>', help.runs.limit, '20')
    .option('--all', help.runs.all);
  addCommonOptions(command, common);
  return command.action(async (options: unknown) => {
    const { limit, all } = optionValuesSchema.parse(options);
    const terminal = new Terminal(context, { plain: true });
    const { texts } = terminal;
    const most = limitOf(limit);
    await using catalog = readCatalog(libraryFolderOf(options, context));
    const runs = catalog?.runs.list({ limit: most, kinds: all ? historyRunKinds : largeRunKinds }) ?? [];
    if (wantsJson(options)) {
      await terminal.print(
        JSON.stringify(
          runs.map((run) => runJson(run, texts)),
          null,
          2,
        ),
      );
    } else if (runs.length === 0) {
      await terminal.note(texts.commandLine.runs.none);
    } else {
      await terminal.print(runTable(runs, texts));
    }
    setExitCode(exitCode.done);
  });
}

function runTable(runs: readonly Run[], texts: CliTexts): string {
  const rows = runs.map((run) => [
    String(run.id),
    formatTime(run.createdAtMs),
    printable(runTitle(run.description, texts)),
    run.identity?.model.id ?? '',
    stateOf(run, texts),
  ]);
  return table([texts.commandLine.runs.columns, ...rows]);
}
