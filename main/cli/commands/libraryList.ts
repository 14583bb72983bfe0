/** @file `vignette library list`: the folders of the library. */
import { Command } from 'commander';
import type { RootCounts } from '../../library/catalog/photos/photos.ts';
import type { Root } from '../../library/catalog/photos/roots.ts';
import type { CliContext } from '../cliContext.ts';
import { addCommonOptions, libraryFolderOf, type SetExitCode, wantsJson } from '../commonOptions.ts';
import { exitCode } from '../exitCodes.ts';
import { readCatalog } from '../openCatalog.ts';
import { printable } from '../printable.ts';
import { formatBytes } from '../quantities.ts';
import { table } from '../table.ts';
import { Terminal } from '../terminal.ts';

interface ListedFolder {
  readonly root: Root;
  readonly counts: Omit<RootCounts, 'rootId'>;
}

const noPhotos = { photos: 0, missing: 0, sizeBytes: 0 };

export function libraryListCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const command = new Command('list').description("Lists the library's folders.");
  addCommonOptions(command);
  return command.action(async (options: unknown) => {
    const terminal = new Terminal(context, { plain: true });
    await using catalog = readCatalog(libraryFolderOf(options, context));
    const counts = new Map(catalog?.photos.counts().map((root) => [root.rootId, root]));
    const folders = (catalog?.roots.list() ?? []).map((root) => ({ root, counts: counts.get(root.id) ?? noPhotos }));
    if (wantsJson(options)) {
      await terminal.print(JSON.stringify(folders.map(folderJson), null, 2));
    } else if (folders.length === 0) {
      await terminal.note('The library has no folders. To add one: vignette library add FOLDER');
    } else {
      await terminal.print(folderTable(folders));
    }
    setExitCode(exitCode.done);
  });
}

function folderJson({ root, counts }: ListedFolder): Record<string, unknown> {
  const { path, state, watched, ignored } = root;
  const { photos, missing, sizeBytes } = counts;
  return { path, state, watched, ignored, photos, missing, sizeBytes };
}

function folderTable(folders: readonly ListedFolder[]): string {
  const rows = folders.map(({ root, counts }) => [
    printable(root.path),
    String(counts.photos),
    counts.missing === 0 ? '' : String(counts.missing),
    formatBytes(counts.sizeBytes),
    noteOf(root),
  ]);
  return table([['FOLDER', 'PHOTOS', 'MISSING', 'SIZE', 'NOTE'], ...rows]);
}

function noteOf({ state, watched, ignored }: Root): string {
  const parts = [
    ...(state === 'offline' ? ['away'] : []),
    ...(watched ? [] : ['not watched']),
    ...(ignored.length === 0 ? [] : [`without ${ignored.map(printable).join(', ')}`]),
  ];
  return parts.join('; ');
}
