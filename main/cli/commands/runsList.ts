/** @file `vignette runs list`. */
import { Command } from 'commander';
import * as z from 'zod';
import { runTitle } from '../../../resources/messages/runTitle.ts';
import type { Texts } from '../../../resources/messages/texts.ts';
import { historyRunKinds, largeRunKinds } from '../../library/catalog/runs/history.ts';
import type { Run } from '../../library/catalog/runs/runs.ts';
import type { CliContext } from '../cliContext.ts';
import { addCommonOptions, libraryFolderOf, type SetExitCode, wantsJson } from '../commonOptions.ts';
import { formatTime } from '../dates.ts';
import { exitCode } from '../exitCodes.ts';
import { textsOf } from '../language.ts';
import { limitOf } from '../limitOption.ts';
import { readCatalog } from '../openCatalog.ts';
import { printable } from '../printable.ts';
import { runJson, stateOf } from '../runs/runText.ts';
import { table } from '../table.ts';
import { Terminal } from '../terminal.ts';

const optionValuesSchema = z.object({ limit: z.string(), all: z.boolean().default(false) });

export function runsListCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const command = new Command('list')
    .description('Lists runs, newest first.')
    .option('--limit <N>', 'maximum number of runs', '20')
    .option('--all', 'include single edits and chats');
  addCommonOptions(command);
  return command.action(async (options: unknown) => {
    const { limit, all } = optionValuesSchema.parse(options);
    const terminal = new Terminal(context, { plain: true });
    const texts = textsOf(context);
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
      await terminal.note('There are no runs yet.');
    } else {
      await terminal.print(runTable(runs, texts));
    }
    setExitCode(exitCode.done);
  });
}

function runTable(runs: readonly Run[], texts: Texts): string {
  const rows = runs.map((run) => [
    String(run.id),
    formatTime(run.createdAtMs),
    printable(runTitle(run.description, texts)),
    run.identity?.model.id ?? '',
    stateOf(run),
  ]);
  return table([['ID', 'BEGUN', 'WHAT', 'MODEL', 'STATE'], ...rows]);
}
