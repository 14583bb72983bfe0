/** @file `vignette library list`: the folders of the library. */
import { Command } from 'commander';
import { formatBytes } from '../../../resources/messages/commandLine/quantities.ts';
import type { CommandLineTexts } from '../../../resources/messages/commandLine/texts.ts';
import type { RootCounts } from '../../library/catalog/photos/photos.ts';
import type { Root } from '../../library/catalog/photos/roots.ts';
import type { CliContext } from '../cliContext.ts';
import { table } from '../columns.ts';
import { addCommonOptions, libraryFolderOf, type SetExitCode, wantsJson } from '../commonOptions.ts';
import { exitCode } from '../exitCodes.ts';
import { textsOf } from '../language.ts';
import { readCatalog } from '../openCatalog.ts';
import { printable } from '../printable.ts';
import { Terminal } from '../terminal.ts';

interface ListedFolder {
  readonly root: Root;
  readonly counts: Omit<RootCounts, 'rootId'>;
  /** Below it, from there on. */
  readonly liveFolders: readonly string[];
}

type FolderTexts = CommandLineTexts['library'];

const noPhotos = { photos: 0, missing: 0, sizeBytes: 0 };

export function libraryListCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const { help, options: common } = textsOf(context).commandLine;
  const command = new Command('list').description(help.library.list);
  addCommonOptions(command, common);
  return command.action(async (options: unknown) => {
    const terminal = new Terminal(context, { plain: true });
    const texts = terminal.texts.commandLine.library;
    await using catalog = readCatalog(libraryFolderOf(options, context));
    const counts = new Map(catalog?.photos.counts().map((root) => [root.rootId, root]));
    const live = catalog?.liveSidecars.folders() ?? [];
    const folders = (catalog?.roots.list() ?? []).map((root) => ({
      root,
      counts: counts.get(root.id) ?? noPhotos,
      liveFolders: live
        .filter(({ rootId, relativePath }) => rootId === root.id && relativePath !== '')
        .map(({ relativePath }) => relativePath),
    }));
    if (wantsJson(options)) {
      await terminal.print(JSON.stringify(folders.map(folderJson), null, 2));
    } else if (folders.length === 0) {
      await terminal.note(texts.noFolders);
    } else {
      await terminal.print(folderTable(folders, texts));
    }
    setExitCode(exitCode.done);
  });
}

function folderJson({ root, counts, liveFolders }: ListedFolder): Record<string, unknown> {
  const { path, state, watched, ignored, liveSidecars } = root;
  const { photos, missing, sizeBytes } = counts;
  return { path, state, watched, ignored, liveSidecars, liveFolders, photos, missing, sizeBytes };
}

function folderTable(folders: readonly ListedFolder[], texts: FolderTexts): string {
  const rows = folders.map(({ root, counts }) => [
    printable(root.path),
    String(counts.photos),
    counts.missing === 0 ? '' : String(counts.missing),
    formatBytes(counts.sizeBytes),
    noteOf(root, texts),
  ]);
  return table([texts.folderColumns, ...rows]);
}

function noteOf({ state, watched, ignored }: Root, texts: FolderTexts): string {
  const parts = [
    ...(state === 'offline' ? [texts.away] : []),
    ...(watched ? [] : [texts.notWatched]),
    ...(ignored.length === 0 ? [] : [texts.without(ignored.map(printable))]),
  ];
  return texts.notes(parts);
}
