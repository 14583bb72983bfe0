/** @file `vignette caption PATH…`: captions photos and folders of photos. */
import { Command } from 'commander';
import { errorText } from '../../../resources/messages/errorText.ts';
import { sampleSize } from '../../../schemas/pilot.ts';
import type { RunDescription } from '../../../schemas/runDescription.ts';
import type { RunIdentity } from '../../library/catalog/texts/provenance.ts';
import { ModelChoiceError, stackChecker, type UsableModel } from '../../library/models/chooseModel.ts';
import type { ListedModel } from '../../library/models/installedModels.ts';
import { modelIdentity } from '../../library/openInstalledModel.ts';
import type { Library } from '../../library/openLibrary.ts';
import type { CapFiltSettings } from '../../library/queue/capFilt.ts';
import { hashPictures } from '../../library/watch/hashPhotos.ts';
import type { CaptionOutput } from '../captioning/captionOutput.ts';
import { type CaptionPlan, captionFormats, captionPlan } from '../captioning/captionPlan.ts';
import { type CaptionPrompt, captionPrompt, promptVariablesHelp } from '../captioning/captionPrompt.ts';
import { CaptionRun } from '../captioning/captionRun.ts';
import { openOutput, preparedTarget } from '../captioning/openOutput.ts';
import { summaryJson, summaryLines } from '../captioning/summary.ts';
import { chosenModel, sayDemo } from '../chooseModel.ts';
import { type CliContext, PipeClosed } from '../cliContext.ts';
import { addCommonOptions, libraryFolderOf, type SetExitCode } from '../commonOptions.ts';
import { defaultModelId } from '../defaultModel.ts';
import { addDeviceOption } from '../deviceOption.ts';
import { type ExitCode, exitCode, UsageError } from '../exitCodes.ts';
import { addGenerationOptions } from '../generationOptions.ts';
import { textsOf } from '../language.ts';
import { type CataloguedPhoto, cataloguedPhotos, searchPhotos } from '../named/namedPhotos.ts';
import type { TrialParts, WorkTrial } from '../named/workTrial.ts';
import { backUp } from '../openCatalog.ts';
import { openCommandLibrary } from '../openLibrary.ts';
import { presetSource } from '../presetSource.ts';
import { printable } from '../printable.ts';
import { Terminal } from '../terminal.ts';
import { writtenKinds } from '../writtenKinds.ts';

export function captionCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const { help, options: common } = textsOf(context).commandLine;
  const command = new Command('caption')
    .summary(help.caption.summary)
    .description(help.caption.description)
    .argument('<PATH...>', help.caption.paths)
    .option('--write <KIND>', help.caption.write(common.oneOf(writtenKinds)))
    .option('--model <ID>', common.model)
    .option('--prompt <TEXT>', help.caption.prompt(promptVariablesHelp))
    .option('--preset <NAME>', common.preset)
    .option('--out <FILE>', common.out)
    .option('--format <FORMAT>', help.caption.format(common.oneOf(captionFormats)))
    .option('--bom', common.byteOrderMark)
    .option('--again', help.caption.again)
    .option('--stacks', help.caption.stacks)
    .option('--try', help.caption.try(sampleSize));
  command.option('--candidates <K>', help.caption.candidates).option('--filter <ID>', help.caption.filter);
  addDeviceOption(command, common);
  addCommonOptions(command, common);
  addGenerationOptions(command, common);
  return command.action(async (paths: string[], options: unknown) => {
    setExitCode(
      await caption(await captionPlan(paths, options, context.cwd), libraryFolderOf(options, context), context),
    );
  });
}

async function caption(asked: CaptionPlan, libraryFolder: string, context: CliContext): Promise<ExitCode> {
  const terminal = new Terminal(context, { plain: asked.json });
  const installed = await context.models(libraryFolder).list();
  const plan = await withDefaultModels(asked, libraryFolder, installed);
  const model = chosenModel(installed, plan.modelId);
  const filter = chooseFilter(installed, model, plan) ?? (await stackFilter(installed, model, plan, libraryFolder));
  const prompt = await captionPrompt(plan, model, presetSource({ libraryFolder, context, terminal }));
  const target = await preparedTarget(plan.target);
  const search = await searchPhotos(plan.paths, libraryFolder, terminal, context);
  await sayDemo(terminal, model, plan.modelId);
  await using resources = new AsyncDisposableStack();
  const identity = runIdentity(model, prompt, plan, filter);
  const ownRuns = new Set<number>();
  const library = resources.use(
    await openCommandLibrary({
      libraryFolder,
      context,
      terminal,
      command: 'caption',
      device: plan.device,
      ownsRun: (runId) => ownRuns.has(runId),
      onLoaded: () => captionRun.report.restartClock(),
    }),
  );
  if (prompt.template.variables.has('date')) {
    await library.facts.assertDates();
  }
  const { photos: all, problems } = await cataloguedPhotos(library, search, terminal, context);
  const { photos, tops } = plan.stacks
    ? await byStacks(all, library, terminal, context)
    : { photos: all, tops: undefined };
  const { device, json } = plan;
  const work = { kind: 'caption', identity, tops } as const;
  const trialParts = { library, work, model, device, json, context, terminal, resources };
  const trial = plan.tries ? await trialOf(trialParts, photos) : undefined;
  const { temporaryFolder } = context;
  const isHopeless = search.photos.length === 0 && search.problems.length > 0;
  const output = await openOutput(isHopeless ? { kind: 'lines' } : target, {
    plan,
    search,
    run: identity,
    terminal,
    catalog: library.catalog,
    temporaryFolder,
    resources,
  });
  const captionRun = new CaptionRun({
    library,
    ownRuns,
    identity,
    photos: trial?.photos ?? photos,
    tops,
    output,
    terminal,
    description: runDescription(plan),
    again: plan.again,
    signal: context.interrupt,
    nowMs: () => context.nowMs(),
    hashesPhotos: 'format' in target && target.format === 'json-full',
  });
  for (const problem of search.problems) await captionRun.report.failPath(problem);
  for (const { photo, error } of problems) await captionRun.report.fail(photo, error);
  try {
    await captionRun.captionAll();
  } catch (error) {
    return await endEarly(error, {
      plan,
      captionRun,
      output,
      terminal,
      context,
      total: trial?.photos.length ?? search.photos.length,
    });
  }
  await output.finish(true);
  // So that keywords written into the files later are told from edits.
  const ids = new Set(photos.map(({ id }) => id));
  await hashPictures(library.watch.disk, { photos: library.catalog.photos, captioned: true, only: ids });
  await backUp(library.catalog, terminal);
  await sayResult(plan, captionRun, output.place, terminal);
  await trial?.sayRest(captionRun.captioned);
  return captionRun.failures.length > 0 ? exitCode.someItemsFailed : exitCode.done;
}

async function trialOf(parts: TrialParts, photos: readonly CataloguedPhoto[]): Promise<WorkTrial> {
  // Few calls try first, and what it is chosen by takes its time to load.
  const { beginTrial } = await import('../named/workTrial.ts');
  return await beginTrial(parts, photos);
}

function runDescription({ paths: [path = '', ...others], writes }: CaptionPlan): RunDescription {
  const ofKind = writes === 'caption' ? {} : { textKind: writes };
  return { kind: 'captionPaths', path, more: others.length, ...ofKind };
}

function runIdentity(
  model: UsableModel,
  { template, kind }: CaptionPrompt,
  { settings, writes }: CaptionPlan,
  filter: ChosenFilter | undefined,
): RunIdentity {
  const asked = { prompt: template.source, ...(kind === 'text' ? {} : { kind }) };
  const ofKind = writes === 'caption' ? {} : { textKind: writes };
  const run = { model: modelIdentity(model), ...asked, ...ofKind, settings };
  return filter === undefined ? run : { ...run, filter: { model: modelIdentity(filter.model), ...filter.settings } };
}

/** Stack by stack, with the top photo of each of the others. */
async function byStacks(
  photos: readonly CataloguedPhoto[],
  library: Library,
  terminal: Terminal,
  context: CliContext,
): Promise<{ readonly photos: readonly CataloguedPhoto[]; readonly tops: ReadonlyMap<number, number> }> {
  // What makes small pictures is loaded by those who ask for it only.
  const { stacksOfPhotos } = await import('../../library/captioning/stacksOfPhotos.ts');
  const ids = photos.map(({ id }) => id);
  const { photoIds, tops } = await stacksOfPhotos(library, ids, {
    signal: context.interrupt,
    onProgress: (done) => void terminal.progress(() => terminal.texts.commandLine.photos.findingStacks(done)),
    onUnread: async (error) => await terminal.note(printable(errorText(error, terminal.texts))),
  });
  const byId = new Map(photos.map((photo) => [photo.id, photo]));
  return { photos: photoIds.flatMap((id) => byId.get(id) ?? []), tops };
}

interface ChosenFilter {
  readonly model: UsableModel;
  readonly settings: CapFiltSettings;
}

/** Who names no model means those that the library's settings name. */
async function withDefaultModels(
  plan: CaptionPlan,
  libraryFolder: string,
  installed: readonly ListedModel[],
): Promise<CaptionPlan> {
  const modelId = plan.modelId ?? (await defaultModelId(libraryFolder, installed));
  if (plan.filter === undefined) return { ...plan, modelId };
  const scorerId = plan.filter.modelId ?? (await defaultModelId(libraryFolder, installed, 'matcher'));
  return { ...plan, modelId, filter: { ...plan.filter, modelId: scorerId } };
}

function chooseFilter(
  installed: readonly ListedModel[],
  writer: UsableModel,
  { filter }: CaptionPlan,
): ChosenFilter | undefined {
  if (filter === undefined) {
    return undefined;
  }
  const model = chosenModel(installed, filter.modelId, 'matcher');
  if (filter.modelId === undefined && model.bundled !== writer.bundled) {
    // The demo models know drawn scenes only: their opinion of a real model's captions is worth nothing.
    throw new UsageError((usage) => usage.chooseMatcher);
  }
  return { model, settings: { candidates: filter.candidates, doubtfulBelow: model.facts.doubtfulBelow ?? 0 } };
}

/** What is written once for a stack is checked for each of its photos, where a model can. */
async function stackFilter(
  installed: readonly ListedModel[],
  writer: UsableModel,
  { stacks }: CaptionPlan,
  libraryFolder: string,
): Promise<ChosenFilter | undefined> {
  if (!stacks) return undefined;
  try {
    const model = stackChecker(installed, await defaultModelId(libraryFolder, installed, 'matcher'), writer);
    return model && { model, settings: { candidates: 1, doubtfulBelow: model.facts.doubtfulBelow ?? 0 } };
  } catch (error) {
    if (error instanceof ModelChoiceError && error.code === 'MODEL_NOT_CHOSEN') {
      throw new UsageError((usage) => usage.chooseMatcher);
    }
    throw error;
  }
}

interface EarlyEnd {
  readonly plan: CaptionPlan;
  readonly captionRun: CaptionRun;
  readonly output: CaptionOutput;
  readonly terminal: Terminal;
  readonly context: CliContext;
  readonly total: number;
}

/** Keeps what is there; throws the error again unless the person asked for the end. */
async function endEarly(error: unknown, end: EarlyEnd): Promise<ExitCode> {
  const { plan, captionRun, output, terminal, context, total } = end;
  if (error instanceof PipeClosed) {
    throw error;
  }
  await output.finish(false);
  const done = captionRun.captioned + captionRun.resumed;
  const { photos } = terminal.texts.commandLine;
  if (!context.interrupt.aborted) {
    await terminal.note(photos.stopped(done, total, plan.writes));
    throw error;
  }
  await terminal.note(photos.interrupted(done, total, plan.writes));
  if (plan.json && output.place !== undefined) {
    await terminal.print(summaryJson(captionRun, output.place, false));
  }
  return exitCode.interrupted;
}

async function sayResult(
  plan: CaptionPlan,
  captionRun: CaptionRun,
  place: string | undefined,
  terminal: Terminal,
): Promise<void> {
  await terminal.clearProgress();
  // Captions on stdout speak for themselves.
  if (place !== undefined || captionRun.failures.length > 0) {
    for (const line of summaryLines(captionRun, place, terminal.texts)) {
      await terminal.note(line);
    }
  }
  if (plan.json && place !== undefined) {
    await terminal.print(summaryJson(captionRun, place, true));
  }
}
