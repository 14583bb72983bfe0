/** @file `vignette library scan`: brings the catalog in step with the disk, and reads what is new. */
import { Command } from 'commander';
import { VignetteError } from '../../../native-models/errors.ts';
import { errorText } from '../../../resources/messages/errorText.ts';
import { CatalogError } from '../../library/catalog/catalogError.ts';
import { pathBelow } from '../../library/files/commonFolder.ts';
import { namePlaces } from '../../library/images/namePlaces.ts';
import { readDetails } from '../../library/images/readDetails.ts';
import type { Library } from '../../library/openLibrary.ts';
import { updateStacks } from '../../library/stacks/updateStacks.ts';
import { hashPictures } from '../../library/watch/hashPhotos.ts';
import { coveringRoot } from '../../library/watch/libraryRoots.ts';
import { updatePresence } from '../../library/watch/presence.ts';
import { type ReconcileResult, Reconciler } from '../../library/watch/reconciler.ts';
import { purgeMissing, scanLibrary } from '../../library/watch/scan.ts';
import type { ScanProgress, WatchEvent } from '../../library/watch/watchContext.ts';
import type { CliContext } from '../cliContext.ts';
import { addCommonOptions, libraryFolderOf, type SetExitCode, wantsJson } from '../commonOptions.ts';
import { exitCode } from '../exitCodes.ts';
import { type CliTexts, textsOf } from '../language.ts';
import { knownFolders } from '../namedFile.ts';
import { backUp } from '../openCatalog.ts';
import { openCommandLibrary } from '../openLibrary.ts';
import { printable } from '../printable.ts';
import { progressLines } from '../progress.ts';
import { Terminal } from '../terminal.ts';

const dayMs = 24 * 60 * 60 * 1000;

interface Scanned extends ReconcileResult {
  readonly offline: readonly string[];
  /** Photos whose metadata were read. */
  readonly read: number;
  /** Photos that were missing for so long that they left the catalog. */
  readonly purged: number;
}

export function libraryScanCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const { help, options: common } = textsOf(context).commandLine;
  const command = new Command('scan')
    .description(help.library.scan)
    .argument('[FOLDER...]', help.library.foldersToScan);
  addCommonOptions(command, common);
  return command.action(async (folders: string[], options: unknown) => {
    const json = wantsJson(options);
    const terminal = new Terminal(context, { plain: json });
    const libraryFolder = libraryFolderOf(options, context);
    let told: Promise<void> = Promise.resolve();
    await using library = await openCommandLibrary({
      libraryFolder,
      context,
      terminal,
      command: 'library scan',
      onWatchEvent: (event) => {
        if (event.kind === 'progress') void terminal.progress(() => comparing(event.progress, terminal.texts));
        else told = told.then(() => giveToQueue(library, event, context.interrupt));
        // Whoever waits for it below hears of a failure; until then it is not unhandled.
        told.catch(() => undefined);
      },
    });
    const compared = await compare(library, folders, context);
    await told;
    const scanned = { ...compared, ...(await readNew(library, terminal, context)) };
    await backUp(library.catalog, terminal);
    await terminal.clearProgress();
    for (const { path: place, error } of scanned.problemList) {
      const reason = printable(errorText(error, terminal.texts));
      await terminal.note(terminal.texts.commandLine.general.failed(printable(place), reason));
    }
    await (json ? terminal.print(scannedJson(scanned)) : say(scanned, terminal));
    setExitCode(scanned.problemList.length > 0 ? exitCode.someItemsFailed : exitCode.done);
  });
}

async function compare(
  library: Library,
  folders: readonly string[],
  context: CliContext,
): Promise<Omit<Scanned, 'read' | 'purged'>> {
  const { watch, catalog } = library;
  const signal = context.interrupt;
  if (folders.length === 0) {
    const result = await scanLibrary(watch, { signal });
    return { ...result, offline: result.offlineRootIds.map((id) => catalog.roots.get(id).path) };
  }
  await updatePresence(watch, signal);
  const reconciler = new Reconciler(watch, { signal });
  for (const folder of (await Promise.all(folders.map((named) => knownFolders(named, context)))).flat()) {
    const place = await watch.disk.realPath(folder).catch(() => folder);
    const root = coveringRoot(watch, place);
    if (root === undefined) {
      throw new CatalogError(
        'NO_SUCH_FOLDER',
        `${folder} is not in the library. To add it: vignette library add ${folder}`,
        {
          folder: place,
        },
      );
    }
    if (root.path === place) await reconciler.reconcileRoot(root);
    else await reconciler.reconcileFolders(root, [], [pathBelow(root.path, place)]);
  }
  return { ...(await reconciler.finish()), offline: [] };
}

/** New photos to the rules of their folders; what failed because a photo was gone is tried again when it is back. */
async function giveToQueue({ queue }: Library, event: WatchEvent, signal: AbortSignal): Promise<void> {
  if (event.kind === 'found') await queue.applyRules(event.photoIds, signal);
  if (event.kind === 'moved') queue.photosReturned(event.photoIds);
}

async function readNew(
  { catalog, watch, pictures }: Library,
  terminal: Terminal,
  { interrupt: signal }: CliContext,
): Promise<Pick<Scanned, 'read' | 'purged'>> {
  const onProgress = (done: number) =>
    void terminal.progress(() => terminal.texts.commandLine.library.readingNew(done));
  let read = 0;
  try {
    const { photos, fileInfo, writtenXmp, embeddedText } = catalog;
    await namePlaces({ fileInfo, pictures, signal });
    read = await readDetails({ photos, fileInfo, writtenXmp, embeddedText, metadata: pictures, signal, onProgress });
  } catch (error) {
    // Without ExifTool, dates and cameras of some kinds are read another time; everything else works.
    if (!(error instanceof VignetteError) || error.code !== 'EXIFTOOL_UNAVAILABLE') throw error;
    await terminal.note(printable(errorText(error, terminal.texts)));
  }
  // An edit that comes next is told from new keywords by it.
  await hashPictures(watch.disk, { photos: catalog.photos, captioned: true, signal });
  const purged = await purgeMissing(watch, { graceMs: catalog.settings.get('graceDays') * dayMs, signal });
  await updateStacks(catalog, signal);
  return { read, purged };
}

function comparing({ files, expectedFiles, filesPerSecond, found }: ScanProgress, texts: CliTexts) {
  const { library } = texts.commandLine;
  const expected = expectedFiles > files ? expectedFiles : undefined;
  return progressLines(
    [library.comparing(files, expected), library.perSecond(Math.round(filesPerSecond)), library.new(found)],
    texts,
  );
}

function scannedJson(scanned: Scanned): string {
  const { folders, files, found, changed, moved, missing, offline, read, purged, problemList } = scanned;
  const problems = problemList.map(({ path: place, error }) => ({
    path: place,
    code: error.code,
    message: error.message,
  }));
  return JSON.stringify({ folders, files, found, changed, moved, missing, read, purged, offline, problems });
}

async function say(scanned: Scanned, terminal: Terminal): Promise<void> {
  const { files, folders, found, changed, moved, missing, offline, read, purged, problemList, unfinished } = scanned;
  const { general, library } = terminal.texts.commandLine;
  const counts = [
    library.new(found),
    ...(changed === 0 ? [] : [library.changed(changed)]),
    ...(moved === 0 ? [] : [library.moved(moved)]),
    ...(missing === 0 ? [] : [library.missing(missing)]),
    ...(problemList.length === 0 ? [] : [general.failedCount(problemList.length)]),
  ];
  await terminal.note(library.scanned(files, folders, general.list(counts)));
  if (read > 0) await terminal.note(library.readMetadata(read));
  if (purged > 0) await terminal.note(library.purged(purged));
  for (const folder of offline) await terminal.note(library.offline(printable(folder)));
  if (unfinished.length > 0) await terminal.note(library.stillWritten);
}
