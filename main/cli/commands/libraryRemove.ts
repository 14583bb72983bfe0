/** @file `vignette library remove FOLDER`. */
import { realpath } from 'node:fs/promises';
import { Command } from 'commander';
import { CatalogError } from '../../library/catalog/catalogError.ts';
import type { Root } from '../../library/catalog/photos/roots.ts';
import { removeRoot } from '../../library/watch/libraryRoots.ts';
import type { CliContext } from '../cliContext.ts';
import { addCommonOptions, libraryFolderOf, type SetExitCode, wantsJson } from '../commonOptions.ts';
import { exitCode, UsageError } from '../exitCodes.ts';
import { textsOf } from '../language.ts';
import { knownFolders } from '../namedFile.ts';
import { openCommandLibrary } from '../openLibrary.ts';
import { printable } from '../printable.ts';
import { Terminal } from '../terminal.ts';

export function libraryRemoveCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const { help, options: common } = textsOf(context).commandLine;
  const command = new Command('remove').description(help.library.remove).argument('<FOLDER>', help.library.folder);
  addCommonOptions(command, common);
  return command.action(async (folder: string, options: unknown) => {
    const terminal = new Terminal(context, { plain: true });
    const libraryFolder = libraryFolderOf(options, context);
    await using library = await openCommandLibrary({ libraryFolder, context, terminal, command: 'library remove' });
    const root = await rootCalled(folder, library.catalog.roots.list(), context);
    await removeRoot(library.watch, root.id, context.interrupt);
    await (wantsJson(options)
      ? terminal.print(JSON.stringify({ removed: root.path }))
      : terminal.note(terminal.texts.commandLine.library.removed(printable(root.path))));
    setExitCode(exitCode.done);
  });
}

/** A folder that is away has no real path, but still its old one. */
async function rootCalled(named: string, roots: readonly Root[], context: CliContext): Promise<Root> {
  const [place = named, ...others] = await knownFolders(named, context);
  if (others.length > 0) throw new UsageError((usage) => usage.severalFolders(named, others.length + 1));
  const real = await realpath(place).catch(() => place);
  const root = roots.find((candidate) => candidate.path === place) ?? roots.find(({ path: known }) => known === real);
  if (root !== undefined) return root;
  throw new CatalogError('NO_SUCH_FOLDER', `${named} is not a library folder. To list them: vignette library list`, {
    folder: place,
  });
}
