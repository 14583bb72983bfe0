/** @file `vignette library status`: what the library holds, what is to be done, and what went wrong. */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { runTitle } from '../../../resources/messages/runTitle.ts';
import type { Texts } from '../../../resources/messages/texts.ts';
import { type Backup, catalogFile, listBackups } from '../../library/catalog/backups/backups.ts';
import type { LibraryStatus, ReasonCount } from '../../library/catalog/libraryStatus.ts';
import type { Root } from '../../library/catalog/photos/roots.ts';
import type { Run } from '../../library/catalog/runs/runs.ts';
import { folderSize } from '../../library/files/folderSize.ts';
import { libraryPlaces } from '../../library/files/libraryPlaces.ts';
import type { CliContext } from '../cliContext.ts';
import { addCommonOptions, libraryFolderOf, type SetExitCode, wantsJson } from '../commonOptions.ts';
import { formatTime } from '../dates.ts';
import { exitCode } from '../exitCodes.ts';
import { textsOf } from '../language.ts';
import { readCatalog } from '../openCatalog.ts';
import { printable } from '../printable.ts';
import { counted, formatBytes } from '../quantities.ts';
import { isoTime, runJson, stateOf } from '../runs/runText.ts';
import { table } from '../table.ts';
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
  const command = new Command('status').description('Shows photos, queue and problems.');
  addCommonOptions(command);
  return command.action(async (options: unknown) => {
    const terminal = new Terminal(context, { plain: true });
    const texts = textsOf(context);
    const libraryFolder = libraryFolderOf(options, context);
    const overview = await look(libraryFolder, context);
    if (wantsJson(options)) {
      await terminal.print(JSON.stringify(overviewJson(libraryFolder, overview, texts), null, 2));
    } else if (overview === undefined) {
      await terminal.note(
        `The library ${printable(libraryFolder)} is empty. To add a folder: vignette library add FOLDER`,
      );
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

function overviewJson(libraryFolder: string, overview: Overview | undefined, texts: Texts): Record<string, unknown> {
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

function described({ libraryFolder, status, roots, runs, backups, sizes, models }: Overview, texts: Texts): string {
  const { bySource } = status;
  const newest = backups[0];
  const writers = [`${bySource.human} by people`, `${bySource.model} by models`, `${bySource.import} imported`];
  const away = roots.filter(({ state }) => state === 'offline').length;
  const rows = [
    ['Library', printable(libraryFolder)],
    ['Folders', `${roots.length}${away === 0 ? '' : `, ${away} away`}`],
    ['Photos', `${status.photos} (${formatBytes(status.sizeBytes)})${parts(status)}`],
    ['Captioned', `${status.captioned}${status.captioned === 0 ? '' : `: ${writers.join(', ')}`}`],
    ['Tagged', String(status.tagged)],
    ...(status.doubtful === 0 ? [] : [['Doubtful', `${status.doubtful} (search: doubtful:yes)`]]),
    ...(status.stale === 0 ? [] : [['Stale', `${status.stale}: edited after they were captioned`]]),
    ['Waiting', status.waitingJobs === 0 ? 'nothing' : counted(status.waitingJobs, 'job')],
    ...runs.map((run) => ['', `run ${run.id}: ${printable(runTitle(run.description, texts))} (${stateOf(run)})`]),
    ...reasons('Failed', status.failedJobs),
    ...reasons('Unreadable', status.unreadable),
    ['Backups', newest === undefined ? 'none yet' : `${backups.length}, the newest of ${formatTime(newest.takenAtMs)}`],
    ['Models', models.length === 0 ? 'none' : models.join(', ')],
    ['On disk', sizesText(sizes)],
  ];
  return table(rows);
}

function parts({ missing, offline, unread }: LibraryStatus): string {
  const named: readonly (readonly [number, string])[] = [
    [missing, 'missing'],
    [offline, 'on drives that are away'],
    [unread, 'not read yet'],
  ];
  return named.flatMap(([count, name]) => (count === 0 ? [] : [`, ${count} ${name}`])).join('');
}

function reasons(title: string, counts: readonly ReasonCount[]): string[][] {
  return counts.map(({ message, count }, index) => [index === 0 ? title : '', `${count}: ${printable(message)}`]);
}

function sizesText({ catalog, backups, thumbnails, features, vectors, models }: Sizes): string {
  const named = Object.entries({ catalog, backups, thumbnails, features, vectors, models });
  return named.map(([name, sizeBytes]) => `${name} ${formatBytes(sizeBytes)}`).join(', ');
}
