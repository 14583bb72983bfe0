/** @file `vignette models download REPO`: fetches a checkpoint from the Hugging Face hub and compiles it. */
import { Command } from 'commander';
import * as z from 'zod';
import { pathExists } from '../../../native-models/foreignFile.ts';
import { ConnectionLog } from '../../../native-models/hub/connectionLog.ts';
import { precisionChoiceSchema } from '../../../native-models/quantization/precision.ts';
import { formatBytes, type ProgressLines } from '../../../resources/messages/commandLine/quantities.ts';
import { libraryPlaces } from '../../library/files/libraryPlaces.ts';
import type { ImportRequest } from '../../library/models/installedModels.ts';
import type { ModelDownload, ModelDownloads } from '../../library/models/modelDownloads.ts';
import { openDownloads } from '../../library/models/openDownloads.ts';
import type { CliContext } from '../cliContext.ts';
import { addCommonOptions, libraryFolderOf, type SetExitCode, wantsJson } from '../commonOptions.ts';
import { addDeviceOption } from '../deviceOption.ts';
import { exitCode, UsageError } from '../exitCodes.ts';
import { ImportProgressView } from '../importProgressView.ts';
import { type CliTexts, textsOf } from '../language.ts';
import { changeLibraryModels, modelJson } from '../libraryModels.ts';
import { cardOf } from '../modelHost.ts';
import { pathIn } from '../namedFile.ts';
import { readCatalog } from '../openCatalog.ts';
import { progressLines } from '../progress.ts';
import { Terminal } from '../terminal.ts';

const optionsSchema = z.object({
  revision: z.string().optional(),
  file: z.string().optional(),
  base: z.string().optional(),
  adapter: z.string().optional(),
  precision: z.string(),
  id: z.string().optional(),
  keep: z.boolean().default(false),
  replace: z.boolean().default(false),
});

export function modelsDownloadCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const { help, options: common } = textsOf(context).commandLine;
  const command = new Command('download')
    .description(help.models.download)
    .argument('<REPO>', help.models.repository)
    .option('--revision <REVISION>', help.models.revision)
    .option('--base <REPO>', help.models.downloadBase)
    .option('--file <PATH>', help.models.downloadFile)
    .option('--adapter <REPO>', help.models.downloadAdapter)
    .option('--id <ID>', help.models.downloadId)
    .option('--precision <PRECISION>', help.models.downloadPrecision, 'auto')
    .option('--keep', help.models.keep)
    .option('--replace', help.models.downloadReplace);
  addDeviceOption(command, common);
  addCommonOptions(command, common);
  return command.action(async (repo: string, options: unknown) => {
    const { revision, file, base, adapter, precision, id, keep, replace } = optionsSchema.parse(options);
    const libraryFolder = libraryFolderOf(options, context);
    const models = context.models(libraryFolder);
    const choice = precisionChoiceSchema.safeParse(precision);
    if (!choice.success) {
      throw new UsageError((usage) => usage.noChoice('--precision', models.precisions, precision));
    }
    if (revision === '' || id === '') {
      throw new UsageError((usage) => usage.valueMissing(revision === '' ? '--revision' : '--id', 'name'));
    }
    const json = wantsJson(options);
    const terminal = new Terminal(context, { plain: json });
    const texts = terminal.texts.commandLine.models;
    const networkOff = await isNetworkOff(libraryFolder);
    const progress = new ImportProgressView(terminal, () => context.nowMs());
    const card = choice.data === 'auto' ? await cardOf(options, { context, terminal }) : undefined;
    const importModel = (request: ImportRequest) =>
      changeLibraryModels(libraryFolder, models, () =>
        models.import({
          ...request,
          card,
          onProgress(step) {
            request.onProgress(step);
            progress.show(step);
          },
        }),
      );
    await using downloads = await openDownloads({
      env: context.env,
      homeFolder: context.homeFolder,
      modelsFolder: libraryPlaces(libraryFolder).models,
      models: { list: () => models.list(), import: importModel },
      isNetworkOff: () => networkOff,
      log: new ConnectionLog(),
      onPrecision: (chosen) => void terminal.note(texts.chosenPrecision(chosen)),
    });
    const started = await downloads.start({
      repo,
      revision,
      file,
      base: await folderOrRepo(base, context),
      adapter: await folderOrRepo(adapter, context),
      precision: choice.data,
      id,
      keepsCheckpoint: keep,
      replace,
    });
    const model = await finished(downloads, started.id, { context, terminal }).finally(() => terminal.clearProgress());
    if (json) {
      await terminal.print(JSON.stringify(modelJson(model), null, 2));
    } else {
      await terminal.note(texts.imported(model.id));
      await terminal.print(model.id);
    }
    setExitCode(exitCode.done);
  });
}

/** The model; Ctrl-C pauses, so that only the same command goes on with it. */
async function finished(
  downloads: ModelDownloads,
  id: string,
  { context, terminal }: { readonly context: CliContext; readonly terminal: Terminal },
) {
  const pause = () => void downloads.pause(id);
  let saidLicenses = false;
  const unsubscribe = downloads.onChange(() => {
    const download = downloads.list().find((one) => one.id === id);
    if (download === undefined) return;
    if (!saidLicenses && download.licenses.length > 0) {
      saidLicenses = true;
      void terminal.note(terminal.texts.commandLine.models.licenses(download.licenses));
    }
    if (download.phase === 'downloading') void terminal.progress(() => linesOf(download, terminal.texts));
  });
  context.interrupt.addEventListener('abort', pause, { once: true });
  try {
    if (context.interrupt.aborted) pause();
    return await downloads.whenDone(id);
  } finally {
    context.interrupt.removeEventListener('abort', pause);
    unsubscribe();
  }
}

/** A path where there is something, otherwise the name of a repository. */
async function folderOrRepo(named: string | undefined, { cwd }: CliContext): Promise<string | undefined> {
  if (named === undefined) return undefined;
  const place = pathIn(cwd, named);
  return (await pathExists(place)) ? place : named;
}

function linesOf({ doneBytes, totalBytes, bytesPerSecond }: ModelDownload, texts: CliTexts): ProgressLines {
  const { general, models } = texts.commandLine;
  if (totalBytes === null) return models.contacting;
  const parts = [
    models.percentDone(models.downloading, Math.floor((100 * doneBytes) / Math.max(1, totalBytes))),
    general.ofBytes(formatBytes(doneBytes), formatBytes(totalBytes)),
  ];
  if (bytesPerSecond !== null && bytesPerSecond > 0) {
    const remainingMs = ((totalBytes - doneBytes) * 1000) / bytesPerSecond;
    parts.push(general.byteRate(formatBytes(bytesPerSecond)), general.left(remainingMs));
  }
  return progressLines(parts, texts);
}

/** As the person set it in the application. */
async function isNetworkOff(libraryFolder: string): Promise<boolean> {
  await using catalog = readCatalog(libraryFolder);
  return catalog?.settings.get('networkOff') ?? false;
}
