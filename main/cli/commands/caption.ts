/** @file `vignette caption PATH…`: captions photos and folders of photos. */
import { Command } from 'commander';
import type { GenerationSettings } from '../../../native-models/runtime/protocol.ts';
import type { CapFiltSettings } from '../../library/captioning/capFilt.ts';
import type { RunIdentity } from '../../library/captioning/captionRecord.ts';
import type { RunJournal } from '../../library/captioning/runJournal.ts';
import { findPhotos, type PhotoSearch } from '../../library/photos/findPhotos.ts';
import { PhotoPrompts } from '../../library/prompting/photoPrompt.ts';
import { PresetStore } from '../../library/prompting/presetStore.ts';
import { CapFiltHost, type CaptionHost, LazyHost } from '../captioning/captionHost.ts';
import type { CaptionOutput } from '../captioning/captionOutput.ts';
import { type CaptionPlan, captionFormats, captionPlan } from '../captioning/captionPlan.ts';
import { type CaptionPrompt, captionPrompt, promptVariablesHelp } from '../captioning/captionPrompt.ts';
import { CaptionRun } from '../captioning/captionRun.ts';
import { openOutput, preparedTarget } from '../captioning/openOutput.ts';
import { summaryJson, summaryLines } from '../captioning/summary.ts';
import { chooseModel, demoNotice, howToGetOne, modelChoiceHelp, type UsableModel } from '../chooseModel.ts';
import { type CliContext, type CliHost, type ListedModel, PipeClosed } from '../cliContext.ts';
import { addCommonOptions, libraryFolderOf, type SetExitCode } from '../commonOptions.ts';
import { type ExitCode, exitCode, UsageError } from '../exitCodes.ts';
import { addGenerationOptions } from '../generationOptions.ts';
import { printable } from '../printable.ts';
import { counted } from '../quantities.ts';
import { startHost } from '../startHost.ts';
import { Terminal } from '../terminal.ts';

export function captionCommand(context: CliContext, setExitCode: SetExitCode): Command {
  const command = new Command('caption')
    .summary('caption photos and folders of photos')
    .description(
      'Captions photos. Folders are searched with all folders in them; hidden and system files are passed over.\n' +
        'A run that was interrupted goes on when the same command is given again.',
    )
    .argument('<PATH...>', 'photos and folders')
    .option('--model <ID>', modelChoiceHelp)
    .option('--prompt <TEXT>', `what the caption goes on from; may hold ${promptVariablesHelp} (default: "a photo of")`)
    .option('--preset <NAME>', 'a prompt by its name; vignette presets list shows them')
    .option('--out <FILE>', 'where the captions go; without it, to stdout (sidecars: beside the photos)')
    .option(
      '--format <FORMAT>',
      `one of ${captionFormats.join(', ')}; without it, json for --out, or what the name .jsonl or .csv says`,
    );
  command
    .option('--candidates <K>', 'sample K captions and keep the one that the filter finds most probable')
    .option('--filter <ID>', 'the matching model that judges captions; doubtful ones are marked');
  addCommonOptions(command);
  addGenerationOptions(command);
  return command.action(async (paths: string[], options: unknown) => {
    setExitCode(await caption(captionPlan(paths, options, context.cwd), libraryFolderOf(options, context), context));
  });
}

async function caption(plan: CaptionPlan, libraryFolder: string, context: CliContext): Promise<ExitCode> {
  const terminal = new Terminal(context, { plain: plan.json });
  const installed = await context.models(libraryFolder).list();
  const model = chooseModel(installed, plan.modelId);
  const filter = chooseFilter(installed, model, plan);
  const prompt = await captionPrompt(plan, model, new PresetStore(libraryFolder));
  const target = await preparedTarget(plan.target);
  const search = await searchPhotos(plan, terminal, context);
  const notice = demoNotice(model, plan.modelId);
  if (notice !== undefined) {
    await terminal.note(notice);
  }
  await using resources = new AsyncDisposableStack();
  const prompts = resources.use(await PhotoPrompts.start(prompt.template));
  const run = runIdentity(model, prompt, plan.settings, filter);
  const { temporaryFolder } = context;
  const isHopeless = search.photos.length === 0 && search.problems.length > 0;
  const { output, journal } = await openOutput(isHopeless ? { kind: 'lines' } : target, {
    ...{ plan, search, run, terminal, libraryFolder, temporaryFolder, resources },
  });
  const host = resources.use(captionHost(model, filter, () => startHost(context, terminal)));
  const captionRun = new CaptionRun({
    ...{ host, output, journal, terminal, photos: search.photos, settings: plan.settings },
    prompt: (photo) => prompts.of(photo),
    kind: prompt.kind,
    template: prompt.template.source,
    signal: context.interrupt,
    nowMs: () => context.nowMs(),
    hashesPhotos: 'format' in target && target.format === 'json-full',
  });
  for (const problem of search.problems) {
    await captionRun.failPath(problem);
  }
  try {
    await captionRun.captionAll();
  } catch (error) {
    return await endEarly(error, { plan, captionRun, output, journal, terminal, context, total: search.photos.length });
  }
  await output.finish(true);
  await journal?.remove();
  await sayResult(plan, captionRun, output.place, terminal);
  return captionRun.failures.length > 0 ? exitCode.someItemsFailed : exitCode.done;
}

function runIdentity(
  model: UsableModel,
  { template, kind }: CaptionPrompt,
  settings: GenerationSettings,
  filter: ChosenFilter | undefined,
): RunIdentity {
  const identity = ({ id, facts }: UsableModel) => ({ id, sha256: facts.sourceSha256, precision: facts.precision });
  const asked = { prompt: template.source, ...(kind === 'text' ? {} : { kind }) };
  const run = { model: identity(model), ...asked, settings };
  return filter === undefined ? run : { ...run, filter: { model: identity(filter.model), ...filter.settings } };
}

interface ChosenFilter {
  readonly model: UsableModel;
  readonly settings: CapFiltSettings;
}

function chooseFilter(
  installed: readonly ListedModel[],
  writer: UsableModel,
  { filter }: CaptionPlan,
): ChosenFilter | undefined {
  if (filter === undefined) {
    return undefined;
  }
  const model = chooseModel(installed, filter.modelId, 'matcher');
  if (filter.modelId === undefined && model.bundled !== writer.bundled) {
    // The demo models know drawn scenes only: their opinion of a real model's captions is worth nothing.
    throw new UsageError(`Say which model judges the captions, with --filter. ${howToGetOne}`);
  }
  return { model, settings: { candidates: filter.candidates, doubtfulBelow: model.facts.doubtfulBelow ?? 0 } };
}

function captionHost(model: UsableModel, filter: ChosenFilter | undefined, start: () => CliHost): CaptionHost {
  const writer = new LazyHost(start, model.folder);
  return filter === undefined
    ? writer
    : new CapFiltHost(writer, new LazyHost(start, filter.model.folder), filter.settings);
}

async function searchPhotos(plan: CaptionPlan, terminal: Terminal, context: CliContext): Promise<PhotoSearch> {
  let count = 0;
  const search = await findPhotos(plan.paths, {
    cwd: context.cwd,
    reader: context.folderReader,
    signal: context.interrupt,
    onFound: (found) => {
      if (found !== count) {
        count = found;
        const line = `Looking for photos: ${found} found`;
        void terminal.progress(() => ({ line, logLine: line }));
      }
    },
  });
  if (search.photos.length === 0 && search.problems.length === 0) {
    await terminal.note(`There are no photos in ${plan.paths.map(printable).join(', ')}.`);
  }
  return search;
}

interface EarlyEnd {
  readonly plan: CaptionPlan;
  readonly captionRun: CaptionRun;
  readonly output: CaptionOutput;
  readonly journal: RunJournal | undefined;
  readonly terminal: Terminal;
  readonly context: CliContext;
  readonly total: number;
}

/** Keeps what is there; throws the error again unless the person asked for the end. */
async function endEarly(error: unknown, end: EarlyEnd): Promise<ExitCode> {
  const { plan, captionRun, output, journal, terminal, context, total } = end;
  if (error instanceof PipeClosed) {
    throw error;
  }
  await output.finish(false);
  if (journal?.isEmpty) {
    await journal.remove();
  } else {
    await journal?.close();
  }
  const done = captionRun.captioned + captionRun.resumed;
  const goOn = journal === undefined || done === 0 ? '' : ' Give the same command again to do the rest.';
  const sentence = `${done} of ${counted(total, 'photo')} captioned.${goOn}`;
  if (!context.interrupt.aborted) {
    await terminal.note(`Stopped: ${sentence}`);
    throw error;
  }
  await terminal.note(`Interrupted: ${sentence}`);
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
    for (const line of summaryLines(captionRun, place)) {
      await terminal.note(line);
    }
  }
  if (plan.json && place !== undefined) {
    await terminal.print(summaryJson(captionRun, place, true));
  }
}
