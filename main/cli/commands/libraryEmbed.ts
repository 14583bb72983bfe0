/** @file `vignette library embed`: has a matching model look at the photos, so that they are found by what they show. */
import { Command } from 'commander';
import * as z from 'zod';
import { generationSettingsSchema } from '../../../native-models/generation/generationSettings.ts';
import { errorText } from '../../../resources/messages/errorText.ts';
import type { FailedJob } from '../../library/catalog/jobs/jobReports.ts';
import { problemError } from '../../library/catalog/problems.ts';
import { modelIdentity } from '../../library/openInstalledModel.ts';
import type { Library } from '../../library/openLibrary.ts';
import { estimateWork } from '../../library/pilots/workEstimate.ts';
import type { RunProgress } from '../../library/queue/progress.ts';
import type { LibraryVectors } from '../../library/search/vectors/libraryVectors.ts';
import { chosenModel, sayDemo } from '../chooseModel.ts';
import type { CliContext } from '../cliContext.ts';
import { addCommonOptions, libraryFolderOf, type SetExitCode, wantsJson } from '../commonOptions.ts';
import { defaultModelId } from '../defaultModel.ts';
import { addDeviceOption, namedDevice } from '../deviceOption.ts';
import { estimateLine } from '../estimateLine.ts';
import { exitCode } from '../exitCodes.ts';
import { type CliTexts, textsOf } from '../language.ts';
import { openCommandLibrary } from '../openLibrary.ts';
import { printable } from '../printable.ts';
import { progressLines } from '../progress.ts';
import { Terminal } from '../terminal.ts';

const optionValuesSchema = z.object({ model: z.string().optional() });

/** Waiting for a model must not be the end of the program; any interval will do. */
const keepAliveMs = 60_000;
const maxFailures = 1000;

export function libraryEmbedCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const { help, options: common } = textsOf(context).commandLine;
  const command = new Command('embed').description(help.library.embed).option('--model <ID>', common.model);
  addDeviceOption(command, common);
  addCommonOptions(command, common);
  return command.action(async (options: unknown) => {
    const { model: modelId } = optionValuesSchema.parse(options);
    const device = namedDevice(options);
    const json = wantsJson(options);
    const terminal = new Terminal(context, { plain: json });
    const libraryFolder = libraryFolderOf(options, context);
    const installed = await context.models(libraryFolder).list();
    const defaultId = await defaultModelId(libraryFolder, installed, 'matcher');
    const model = chosenModel(installed, modelId ?? defaultId, 'matcher');
    await sayDemo(terminal, model, modelId);
    await using resources = new AsyncDisposableStack();
    const ownRuns = new Set<number>();
    const late: { vectors?: LibraryVectors } = {};
    const library = resources.use(
      await openCommandLibrary({
        libraryFolder,
        context,
        terminal,
        command: 'library embed',
        device,
        ownsRun: (runId) => ownRuns.has(runId),
        embeddings: { save: async (photo, key, embedding) => await late.vectors?.save(photo, key, embedding) },
      }),
    );
    late.vectors = resources.use(await vectorsOf(library, libraryFolder));
    // The queue writes vectors until it is closed.
    resources.use(library.queue);
    const identity = { model: modelIdentity(model), prompt: '', settings: generationSettingsSchema.parse({}) };
    const [open] = library.catalog.runs.openWithIdentity('embed', identity);
    const photoIds = [...(await library.catalog.reader.read('searchIds', everyPhoto, context.interrupt))];
    const description = { kind: 'embed', modelId: model.id } as const;
    const work = { kind: 'embed', description, identity, photoIds, runId: open?.id } as const;
    const { catalog, features } = library;
    const speed = context.machineSpeed(libraryFolder);
    const vectors = late.vectors;
    const estimate = await estimateWork(
      {
        catalog,
        model: model.facts,
        device,
        floor: () => speed.known(),
        features,
        indexBytes: async (key) => (await vectors.index(key).catch(() => undefined))?.photoBytes,
      },
      work,
      context.interrupt,
    );
    if (!json && estimate.jobs > 0) await terminal.note(estimateLine(estimate, work.kind, terminal.texts));
    const { runId } = await library.queue.add(work, context.interrupt);
    const failures = runId === undefined ? [] : await embedAll(library, runId, { ownRuns, terminal, context });
    const embedded = photoIds.length - failures.length;
    await terminal.clearProgress();
    await (json
      ? terminal.print(JSON.stringify({ model: model.id, photos: photoIds.length, embedded, failed: failures.length }))
      : terminal.note(terminal.texts.commandLine.library.indexed(embedded, photoIds.length)));
    setExitCode(failures.length > 0 ? exitCode.someItemsFailed : exitCode.done);
  });
}

const everyPhoto = { query: { kind: 'everything' }, nowMs: 0 } as const;

async function vectorsOf({ catalog }: Library, libraryFolder: string): Promise<LibraryVectors> {
  const { LibraryVectors: Vectors } = await import('../../library/search/vectors/libraryVectors.ts');
  return new Vectors({ libraryFolder, catalog: catalog.embeddings });
}

interface EmbedParts {
  readonly ownRuns: Set<number>;
  readonly terminal: Terminal;
  readonly context: CliContext;
}

/** @throws VignetteError when it cannot go on; the interrupt's reason: what is done is kept */
async function embedAll(
  { queue, catalog }: Library,
  runId: number,
  { ownRuns, terminal, context }: EmbedParts,
): Promise<readonly FailedJob[]> {
  ownRuns.add(runId);
  catalog.jobs.retry(runId);
  const stop = queue.subscribe((event) => {
    if (event.type === 'run') void terminal.progress(() => linesOf(event.progress, terminal.texts));
  });
  const keepAlive = setInterval(() => {}, keepAliveMs);
  try {
    await queue.start();
    queue.resumeRun(runId);
    const { activity, reason } = await queue.settled(runId, context.interrupt);
    if (activity !== 'done' && reason !== undefined) throw problemError(reason);
  } finally {
    clearInterval(keepAlive);
    stop();
    if (catalog.runs.get(runId).state === 'running') catalog.runs.setState(runId, 'paused');
  }
  const failures = catalog.jobs.failures({ runId, limit: maxFailures });
  const { texts } = terminal;
  for (const { photoId, ...error } of failures) {
    const name = printable(catalog.photos.photoFile(photoId));
    await terminal.note(texts.commandLine.general.failed(name, printable(errorText(error, texts))));
  }
  return failures;
}

function linesOf({ done, total, failed, ratePerSecond, etaMs }: RunProgress, texts: CliTexts) {
  const { general } = texts.commandLine;
  const parts = [
    ...(ratePerSecond === undefined ? [] : [general.photoRate(ratePerSecond)]),
    ...(etaMs === undefined ? [] : [general.left(etaMs)]),
    ...(failed === 0 ? [] : [general.failedCount(failed)]),
  ];
  return progressLines([`${done}/${total}`, ...parts], texts, [general.photosDone(done, total), ...parts]);
}
