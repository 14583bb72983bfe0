/** @file `vignette ask` about many photos, or with several questions: the answers go into the library. */
import { promptStyleOf } from '../../../native-models/compiler/manifest.ts';
import { assertAnswerable } from '../../../native-models/prompting/composePrompt.ts';
import type { RunIdentity } from '../../library/catalog/texts/provenance.ts';
import { keepAsked } from '../../library/editing/askedFields.ts';
import { prepareOutputFile } from '../../library/interchange/outputFile.ts';
import { modelIdentity } from '../../library/openInstalledModel.ts';
import { chosenModel, sayDemo } from '../chooseModel.ts';
import { type CliContext, PipeClosed } from '../cliContext.ts';
import { defaultModelId } from '../defaultModel.ts';
import { type ExitCode, exitCode } from '../exitCodes.ts';
import { cataloguedPhotos, searchPhotos } from '../named/namedPhotos.ts';
import { resultLines } from '../named/resultLines.ts';
import { backUp } from '../openCatalog.ts';
import { openCommandLibrary } from '../openLibrary.ts';
import { Terminal } from '../terminal.ts';
import { type AnswerOutput, answerOutput } from './answerOutput.ts';
import type { ManyPlan } from './manyPlan.ts';
import { ManyRun } from './manyRun.ts';

export async function askMany(plan: ManyPlan, libraryFolder: string, context: CliContext): Promise<ExitCode> {
  const { json, settings, tries, again, byteOrderMark } = plan;
  const terminal = new Terminal(context, { plain: json });
  const installed = await context.models(libraryFolder).list();
  const model = chosenModel(installed, plan.modelId ?? (await defaultModelId(libraryFolder, installed)));
  const style = promptStyleOf(model.facts);
  for (const text of plan.questions) assertAnswerable(style, { text, kind: 'question' });
  // Finds out early whether it can be written.
  if (plan.target.kind === 'file') await prepareOutputFile(plan.target.file);
  const search = await searchPhotos(plan.paths, libraryFolder, terminal, context);
  await sayDemo(terminal, model, plan.modelId);
  await using resources = new AsyncDisposableStack();
  const ownRuns = new Set<number>();
  const library = resources.use(
    await openCommandLibrary({
      ...{ libraryFolder, context, terminal, device: plan.device },
      command: 'ask',
      ownsRun: (runId) => ownRuns.has(runId),
      onLoaded: () => run.report.restartClock(),
    }),
  );
  const { catalog } = library;
  const { photos: all, problems } = await cataloguedPhotos(library, search, terminal, context);
  // As the application asks, so that what was done there need not be done again.
  const identity: RunIdentity = { model: modelIdentity(model), prompt: '{question}', kind: 'question', settings };
  const questions = plan.questions.map((text) => ({ id: catalog.answers.questionId(text), text }));
  keepAsked(catalog, {
    fields: plan.fields.map(({ name, type = 'text' }, question) => ({ name, type, question })),
    questions: plan.questions,
    choices: settings.choices,
  });
  const trial = tries ? await trialOf() : undefined;
  const photos = trial?.photos ?? all;
  const parts = { catalog, terminal, run: identity, questions, photos, json, byteOrderMark };
  const output = answerOutput(plan.target, parts);
  const run = new ManyRun({
    ...{ library, ownRuns, identity, questions, again, photos, output, terminal },
    signal: context.interrupt,
    nowMs: () => context.nowMs(),
  });
  for (const problem of search.problems) await run.report.failPath(problem);
  for (const { photo, error } of problems) await run.report.fail(photo, error);
  try {
    await run.askAll();
  } catch (error) {
    return await endEarly(error);
  }
  await output.finish();
  await backUp(catalog, terminal);
  await sayResult(run, output, { terminal, json });
  await trial?.sayRest(run.answered);
  return run.report.failures.length > 0 ? exitCode.someItemsFailed : exitCode.done;

  async function trialOf() {
    // Few calls try first, and what it is chosen by takes its time to load.
    const { beginTrial } = await import('../named/workTrial.ts');
    const work = { kind: 'ask', identity, questions: plan.questions } as const;
    return await beginTrial(
      { ...{ library, model, device: plan.device, json, context, terminal, resources }, work },
      all,
    );
  }

  /** Keeps what is there; throws the error again unless the person asked for the end. */
  async function endEarly(error: unknown): Promise<ExitCode> {
    if (error instanceof PipeClosed) throw error;
    await output.finish();
    const { stopped, interrupted } = terminal.texts.commandLine.photos.answers;
    const done = run.answered + run.resumed;
    await terminal.note((context.interrupt.aborted ? interrupted : stopped)(done, photos.length));
    if (!context.interrupt.aborted) throw error;
    if (json && output.place !== undefined) await terminal.print(summaryJson(run, output.place, false));
    return exitCode.interrupted;
  }
}

async function sayResult(
  run: ManyRun,
  { place }: AnswerOutput,
  { terminal, json }: { readonly terminal: Terminal; readonly json: boolean },
): Promise<void> {
  await terminal.clearProgress();
  const { failures } = run.report;
  const { photos } = terminal.texts.commandLine;
  // Answers on stdout speak for themselves.
  if (place !== undefined || failures.length > 0) {
    const counts = [photos.answers.done(run.answered), ...(run.resumed === 0 ? [] : [photos.doneBefore(run.resumed)])];
    for (const line of resultLines(counts, failures, place, terminal.texts)) await terminal.note(line);
  }
  if (json && place !== undefined) await terminal.print(summaryJson(run, place, true));
}

function summaryJson({ answered, resumed, report }: ManyRun, place: string, isComplete: boolean): string {
  return JSON.stringify({
    complete: isComplete,
    answered,
    resumed,
    failed: report.failures.map(({ shownAs, code, message }) => ({ path: shownAs, code, message })),
    out: place,
  });
}
