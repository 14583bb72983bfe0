/** @file `vignette library status`: what the library holds, what is to be done, and what went wrong. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { formatBytes } from '../../../resources/messages/commandLine/quantities.ts';
import { errorText } from '../../../resources/messages/errorText.ts';
import { runTitle } from '../../../resources/messages/runTitle.ts';
import { type Backup, catalogFile, listBackups } from '../../library/catalog/backups/backups.ts';
import type { LibraryStatus, ReasonCount } from '../../library/catalog/libraryStatus.ts';
import type { Root } from '../../library/catalog/photos/roots.ts';
import type { Run } from '../../library/catalog/runs/runs.ts';
import { folderSize } from '../../library/files/folderSize.ts';
import { libraryPlaces } from '../../library/files/libraryPlaces.ts';
import type { CliContext } from '../cliContext.ts';
import { table } from '../columns.ts';
import { addCommonOptions, libraryFolderOf, type SetExitCode, wantsJson } from '../commonOptions.ts';
import { exitCode } from '../exitCodes.ts';
import { type CliTexts, textsOf } from '../language.ts';
import { readCatalog } from '../openCatalog.ts';
import { printable } from '../printable.ts';
import { isoTime, runJson, stateOf } from '../runs/runText.ts';
import { Terminal } from '../terminal.ts';

interface Sizes {
  readonly catalog: number;
  readonly backups: number;
  readonly thumbnails: number;
  readonly features: number;
  readonly vectors: number;
  readonly models: number;
}

interface Overview {
  readonly libraryFolder: string;
  readonly status: LibraryStatus;
  readonly roots: readonly Root[];
  readonly runs: readonly Run[];
  readonly backups: readonly Backup[];
  readonly sizes: Sizes;
  readonly models: readonly string[];
}

export function libraryStatusCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const { help, options: common } = textsOf(context).commandLine;
  const command = new Command('status').description(help.library.status);
  addCommonOptions(command, common);
  return command.action(async (options: unknown) => {
    const terminal = new Terminal(context, { plain: true });
    const { texts } = terminal;
    const libraryFolder = libraryFolderOf(options, context);
    const overview = await look(libraryFolder, context);
    if (wantsJson(options)) {
      await terminal.print(JSON.stringify(overviewJson(libraryFolder, overview, texts), null, 2));
    } else if (overview === undefined) {
      await terminal.note(texts.commandLine.library.empty(printable(libraryFolder)));
    } else {
      await terminal.print(described(overview, texts));
    }
    setExitCode(exitCode.done);
  });
}

async function look(libraryFolder: string, context: CliContext): Promise<Overview | undefined> {
  await using catalog = readCatalog(libraryFolder);
  if (catalog === undefined) return undefined;
  const models = await context.models(libraryFolder).list();
  return {
    libraryFolder,
    status: await catalog.reader.read('status', undefined, context.interrupt),
    roots: catalog.roots.list(),
    runs: catalog.runs.open(),
    backups: listBackups(libraryFolder),
    sizes: await sizesOf(libraryFolder, context.interrupt),
    models: models.map(({ id }) => id),
  };
}

async function sizesOf(libraryFolder: string, signal: AbortSignal): Promise<Sizes> {
  const places = libraryPlaces(libraryFolder);
  const caches = [places.thumbnails, places.renditions].map((folder) => folderSize(folder, signal));
  const fileSize = async (file: string) => (await stat(file).catch(() => undefined))?.size ?? 0;
  const catalog = catalogFile(libraryFolder);
  return {
    catalog: (await fileSize(catalog)) + (await fileSize(`${catalog}-wal`)),
    backups: await folderSize(places.backups, signal),
    thumbnails: (await Promise.all(caches)).reduce((sum, sizeBytes) => sum + sizeBytes, 0),
    features: await folderSize(places.features, signal),
    vectors: await folderSize(places.vectors, signal),
    models: await folderSize(places.models, signal),
  };
}

function overviewJson(libraryFolder: string, overview: Overview | undefined, texts: CliTexts): Record<string, unknown> {
  if (overview === undefined) return { library: path.resolve(libraryFolder), photos: 0, folders: [] };
  const { status, roots, runs, backups, sizes, models } = overview;
  return {
    library: libraryFolder,
    ...status,
    folders: roots.map(({ path: folder, state, watched }) => ({ path: folder, state, watched })),
    runs: runs.map((run) => runJson(run, texts)),
    backups: backups.map(({ file, takenAtMs }) => ({ name: path.basename(file), takenAt: isoTime(takenAtMs) })),
    sizeBytesOf: sizes,
    models,
  };
}

function described({ libraryFolder, status, roots, runs, backups, sizes, models }: Overview, texts: CliTexts): string {
  const { general, library } = texts.commandLine;
  const names = library.status;
  const { bySource, captioned } = status;
  const newest = backups[0];
  const away = roots.filter(({ state }) => state === 'offline').length;
  const titleOf = (run: Run) => printable(runTitle(run.description, texts));
  const rows = [
    [names.library, printable(libraryFolder)],
    [names.folders, library.folderCount(roots.length, away)],
    [names.photos, general.list([library.photoCount(status.photos, status.sizeBytes), ...parts(status, texts)])],
    [names.captioned, library.captionedBy(captioned, bySource.human, bySource.model, bySource.import)],
    [names.tagged, general.number(status.tagged)],
    ...(status.doubtful === 0 ? [] : [[names.doubtful, library.doubtfulCount(status.doubtful)]]),
    ...(status.stale === 0 ? [] : [[names.stale, library.staleCount(status.stale)]]),
    [names.waiting, status.waitingJobs === 0 ? library.nothingWaits : library.jobs(status.waitingJobs)],
    ...runs.map((run) => ['', library.run(run.id, titleOf(run), stateOf(run, texts))]),
    ...reasons(names.failed, status.failedJobs, texts),
    ...reasons(names.unreadable, status.unreadable, texts),
    [names.backups, newest === undefined ? library.noBackup : library.newestBackup(backups.length, newest.takenAtMs)],
    [names.models, models.length === 0 ? library.noModels : general.list(models)],
    [names.onDisk, sizesText(sizes, texts)],
  ];
  return table(rows);
}

function parts({ missing, offline, unread }: LibraryStatus, { commandLine: { library } }: CliTexts): string[] {
  return [
    ...(missing === 0 ? [] : [library.missing(missing)]),
    ...(offline === 0 ? [] : [library.onAwayDrives(offline)]),
    ...(unread === 0 ? [] : [library.unread(unread)]),
  ];
}

function reasons(title: string, counts: readonly ReasonCount[], texts: CliTexts): string[][] {
  return counts.map(({ count, ...error }, index) => [
    index === 0 ? title : '',
    texts.commandLine.library.reason(count, printable(errorText(error, texts))),
  ]);
}

function sizesText(sizes: Sizes, { commandLine: { general, library } }: CliTexts): string {
  const kinds = ['catalog', 'backups', 'thumbnails', 'features', 'vectors', 'models'] as const;
  return general.list(kinds.map((kind) => `${library.sizes[kind]} ${formatBytes(sizes[kind])}`));
}
