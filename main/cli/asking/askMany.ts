/** @file `vignette ask` about many photos, or with several questions: the answers go into the library. */
import { promptStyleOf } from '../../../native-models/compiler/manifest.ts';
import {
  type GenerationSettings,
  generationSettingsSchema,
} from '../../../native-models/generation/generationSettings.ts';
import { assertAnswerable } from '../../../native-models/prompting/composePrompt.ts';
import type { Catalog } from '../../library/catalog/catalog.ts';
import { choicesOf, type FieldQuestion, keepAsked } from '../../library/editing/askedFields.ts';
import { prepareOutputFile } from '../../library/interchange/outputFile.ts';
import { modelIdentity } from '../../library/openInstalledModel.ts';
import { termsOfQuestions } from '../../library/queue/questionSettings.ts';
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
  for (const { question: text } of plan.questions) assertAnswerable(style, { text, kind: 'question' });
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
  const { identity, ownSettings } = termsOfQuestions(
    { model: modelIdentity(model), prompt: '{question}', kind: 'question' },
    plan.questions.map((asked) => ({ question: asked.question, settings: settingsOf(catalog, asked, settings) })),
  );
  const questions = plan.questions.map(({ question }) => ({
    id: catalog.answers.questionId(question),
    text: question,
  }));
  keepAsked(catalog, plan.questions);
  const trial = tries ? await trialOf() : undefined;
  const photos = trial?.photos ?? all;
  const parts = { catalog, terminal, run: identity, questions, photos, json, byteOrderMark };
  const output = answerOutput(plan.target, parts);
  const run = new ManyRun({
    ...{ library, ownRuns, identity, ownSettings, questions, again, photos, output, terminal },
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
    const work = { kind: 'ask', identity, ownSettings, questions: questions.map(({ text }) => text) } as const;
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

/** As the application has them. */
function settingsOf(
  { fields }: Pick<Catalog, 'fields'>,
  asked: FieldQuestion,
  ofFree: GenerationSettings,
): GenerationSettings {
  const choices = choicesOf(fields, asked);
  if (choices === undefined) return ofFree;
  return generationSettingsSchema.parse({ stopOnLoop: true, choices: [...choices] });
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
