/** @file `vignette library add FOLDER…`. */
import { Command } from 'commander';
import * as z from 'zod';
import { VignetteError } from '../../../native-models/errors.ts';
import type { CommandLineTexts } from '../../../resources/messages/commandLine/texts.ts';
import { errorText } from '../../../resources/messages/errorText.ts';
import { type AddedRoot, addRoot } from '../../library/watch/libraryRoots.ts';
import type { CliContext } from '../cliContext.ts';
import { addCommonOptions, libraryFolderOf, type SetExitCode, wantsJson } from '../commonOptions.ts';
import { exitCode, UsageError } from '../exitCodes.ts';
import { textsOf } from '../language.ts';
import { namedFolders } from '../namedFile.ts';
import { openCommandLibrary } from '../openLibrary.ts';
import { printable } from '../printable.ts';
import { Terminal } from '../terminal.ts';

const optionValuesSchema = z.object({ ignore: z.array(z.string()).optional(), liveSidecars: z.boolean().optional() });

export function libraryAddCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const { help, options: common } = textsOf(context).commandLine;
  const command = new Command('add')
    .description(help.library.add)
    .argument('<FOLDER...>', help.library.folders)
    .option('--ignore <PATTERN...>', help.library.ignore)
    .option('--live-sidecars', help.library.liveSidecars)
    .option('--no-live-sidecars', help.library.noLiveSidecars);
  addCommonOptions(command, common);
  return command.action(async (folders: string[], options: unknown) => {
    if (folders.includes('')) {
      throw new UsageError((usage) => usage.empty('folder'));
    }
    const { ignore, liveSidecars } = optionValuesSchema.parse(options);
    const terminal = new Terminal(context, { plain: true });
    const { general, library: texts } = terminal.texts.commandLine;
    const libraryFolder = libraryFolderOf(options, context);
    await using library = await openCommandLibrary({ libraryFolder, context, terminal, command: 'library add' });
    const added: AddedRoot[] = [];
    const failed: string[] = [];
    for (const folder of folders) {
      try {
        for (const place of await namedFolders(folder, context)) {
          added.push(
            await addRoot(library.watch, place, {
              watched: true,
              ignored: ignore,
              liveSidecars,
              platform: context.platform,
            }),
          );
        }
      } catch (error) {
        if (!(error instanceof VignetteError) || folders.length === 1) throw error;
        failed.push(folder);
        await terminal.note(general.failed(printable(folder), printable(errorText(error, terminal.texts))));
      }
    }
    if (wantsJson(options)) {
      await terminal.print(JSON.stringify(added.map(addedJson), null, 2));
    } else {
      for (const root of added) await terminal.note(sentenceOf(root, texts));
      if (added.length > 0) await terminal.note(texts.toScan);
    }
    setExitCode(failed.length > 0 ? exitCode.someItemsFailed : exitCode.done);
  });
}

function addedJson({ root, outcome, absorbed }: AddedRoot): Record<string, unknown> {
  return {
    path: root.path,
    outcome,
    ignored: root.ignored,
    liveSidecars: root.liveSidecars,
    absorbed: absorbed.map((inner) => inner.path),
  };
}

function sentenceOf({ root, outcome, absorbed }: AddedRoot, texts: CommandLineTexts['library']): string {
  const folder = printable(root.path);
  if (outcome !== 'added') return texts[outcome](folder);
  const parts = absorbed.map((inner) => printable(inner.path));
  return texts.added(folder) + (parts.length === 0 ? '' : texts.nowPart(parts));
}
