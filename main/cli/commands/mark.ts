/** @file `vignette mark QUERY`: gives the photos that a query finds stars, a flag or a colour label. */
import { Command } from 'commander';
import * as z from 'zod';
import { colourLabels, flags, type MarkKind, markKinds, maxStars } from '../../../schemas/choices.ts';
import { type MarkChange, markChangeSchema } from '../../../schemas/marks.ts';
import { markPhotos } from '../../library/editing/markPhotos.ts';
import { parseQuery } from '../../library/query/parseQuery.ts';
import type { CliContext } from '../cliContext.ts';
import { addCommonOptions, libraryFolderOf, type SetExitCode, wantsJson } from '../commonOptions.ts';
import { exitCode, UsageError } from '../exitCodes.ts';
import { textsOf } from '../language.ts';
import { ownCatalog } from '../openCatalog.ts';
import { queriedPhotos } from '../searching/queriedPhotos.ts';
import { sayQueryProblem } from '../searching/queryProblem.ts';
import { Terminal } from '../terminal.ts';

/** What takes the person's own away, so that the file's counts again. */
const fromFile = 'file';

const choices: Readonly<Record<MarkKind, readonly string[]>> = {
  rating: [...Array.from({ length: maxStars + 1 }, (_, stars) => String(stars)), fromFile],
  flag: [...flags, 'none', fromFile],
  label: [...colourLabels, 'none', fromFile],
};

export function markCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const { help, options: common } = textsOf(context).commandLine;
  const command = new Command('mark')
    .summary(help.mark.summary)
    .description(help.mark.description)
    .argument('<QUERY...>', help.search.query);
  for (const kind of markKinds)
    command.option(`--${kind} <${kind.toUpperCase()}>`, help.mark.option(kind, choices[kind]));
  addCommonOptions(command, common);
  return command.action(async (words: string[], options: unknown) => {
    const changes = changesOf(options);
    const query = words.join(' ');
    const terminal = new Terminal(context, { plain: wantsJson(options) });
    try {
      const parsed = parseQuery(query);
      await using catalog = await ownCatalog({
        libraryFolder: libraryFolderOf(options, context),
        context,
        terminal,
        command: 'mark',
      });
      const signal = context.interrupt;
      const photoIds = await queriedPhotos(parsed, { catalog, context });
      const done: { readonly kind: MarkKind; readonly run: number | null; readonly photos: number }[] = [];
      for (const change of changes) {
        const { runId, photos } = await markPhotos(catalog, photoIds, change, { signal });
        done.push({ kind: change.kind, run: runId ?? null, photos });
        const { marks } = terminal.texts;
        const what = marks.command(change);
        if (!wantsJson(options))
          await terminal.note(photos === 0 ? marks.nothingChanged(what) : marks.done(what, photos));
      }
      if (wantsJson(options)) await terminal.print(JSON.stringify({ found: photoIds.length, changes: done }));
      setExitCode(exitCode.done);
    } catch (error) {
      setExitCode(await sayQueryProblem(terminal, query, error));
    }
  });
}

const optionValuesSchema = z.object({
  rating: z.string().optional(),
  flag: z.string().optional(),
  label: z.string().optional(),
});

/** @throws UsageError */
function changesOf(options: unknown): MarkChange[] {
  const values = optionValuesSchema.parse(options);
  const changes = markKinds.flatMap((kind) => {
    const value = values[kind];
    if (value === undefined) return [];
    if (!choices[kind].includes(value)) {
      throw new UsageError((usage) => usage.noChoice(`--${kind}`, choices[kind], value));
    }
    const meant = value === fromFile ? 'fromFile' : kind === 'rating' ? Number(value) : value;
    return [markChangeSchema.parse({ kind, value: meant })];
  });
  if (changes.length === 0) throw new UsageError((usage) => usage.nothingToSet(markKinds.map((kind) => `--${kind}`)));
  return changes;
}
